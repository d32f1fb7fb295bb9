"""Playing a story: everybody hands in as people do, the sandbox grades it, and all of it is dated back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import Role, User
from app.accounts.service import create_user
from app.attempts import service as attempts
from app.attempts.models import Attempt, SolutionSeen
from app.catalogue.service import current_version, ensure_current
from app.context import Context
from app.database import Database
from app.demo.people import ADMINISTRATOR, INSTRUCTOR, Person
from app.demo.story import Act, HandIn, LookUp, Story
from app.errors import CannotStart, Conflict
from app.jobs.models import Job
from app.work import serve_worker

_PATIENCE = 120.0  # seconds for one attempt


async def refuse_if_peopled(database: Database) -> None:
    """Raises Conflict where anybody has an account: invented people must never mix with real ones."""
    async with database.reading() as session:
        people = (await session.exec(select(func.count()).select_from(User))).one()
    if people:
        accounts = "an account" if people == 1 else f"{people} accounts"
        raise Conflict(
            f"This database holds {accounts} already, and the demo never mixes with people. Serve it as it is"
            " with script/server, or give the demo an empty place: HANDGRAD_DATA_DIR=var/demo script/server"
            " --demo (with PostgreSQL, an empty database in HANDGRAD_DATABASE_URL)."
        )


async def play(context: Context, story: Story, password: str) -> Counter[str]:
    """Let everything happen that the story tells. Returns how many attempts ended by each verdict.

    Raises Conflict when there are people already, NotReady when a problem cannot be frozen, CannotStart when
    an attempt is not graded.
    """
    await refuse_if_peopled(context.database)
    verdicts: Counter[str] = Counter()
    async with _working(context):
        async with asyncio.TaskGroup() as tasks:
            for problem in map(context.catalogue.get, story.problems):
                tasks.create_task(ensure_current(context.jobs, context.database, problem))
            signing_up = tasks.create_task(_sign_up(context.database, story, password))
        users = signing_up.result()
        for acts in story.days:
            verdicts += await _live_through(context, users, acts)
    return verdicts


@asynccontextmanager
async def _working(context: Context) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(serve_worker(context, stop))
    try:
        yield
    finally:
        stop.set()
        await worker


async def _sign_up(database: Database, story: Story, password: str) -> dict[Person, User]:
    begin = story.signed_up[0][1] - timedelta(days=1)
    people = [
        (ADMINISTRATOR, Role.ADMIN, begin),
        (INSTRUCTOR, Role.INSTRUCTOR, begin),
        *((person, Role.LEARNER, moment) for person, moment in story.signed_up),
    ]
    users: dict[Person, User] = {}
    for person, role, moment in people:
        # Each in a transaction of its own: hashing a password takes long, and others want to write.
        async with database.writing() as session:
            user = await create_user(
                session, email=person.email, role=role, password=password, name=person.name
            )
            user.created_at = moment
        users[person] = user
    return users


async def _live_through(context: Context, users: dict[Person, User], acts: Sequence[Act]) -> Counter[str]:
    """One day: what is handed in, then the solutions that are opened. Returns how its attempts ended."""
    handed_in: dict[str, HandIn] = {}
    async with context.database.writing() as session:
        for act in acts:
            if isinstance(act, HandIn):
                handed_in[await _hand_in(session, context, users[act.learner], act)] = act
    for job_id in handed_in:
        if not (await context.jobs.wait(job_id, timeout=_PATIENCE)).state.is_final:
            raise CannotStart(
                f"Nothing was graded for {_PATIENCE:g} s; `handgrad doctor` says what is missing."
            )
    async with context.database.writing() as session:
        ended = [await _date_back(session, job_id, act.moment) for job_id, act in handed_in.items()]
        for act in acts:
            if isinstance(act, LookUp):
                await _look_up(session, context, users[act.learner], act)
    return Counter(attempt.verdict or attempt.state for attempt in ended)


async def _hand_in(session: AsyncSession, context: Context, user: User, act: HandIn) -> str:
    problem = context.catalogue.get(act.problem)
    version = await current_version(session, problem.slug)
    source = act.source.encode()
    return (await attempts.submit(session, context.jobs, problem, version.id, user, source)).id


async def _date_back(session: AsyncSession, job_id: str, moment: datetime) -> Attempt:
    attempt = await session.get_one(Attempt, job_id)
    job = await session.get_one(Job, job_id)
    seconds = attempt.report["wall_seconds"] if attempt.report else 0.0
    attempt.created_at = job.created_at = moment
    attempt.graded_at = job.finished_at = moment + timedelta(seconds=seconds)
    session.add_all([attempt, job])
    return attempt


async def _look_up(session: AsyncSession, context: Context, user: User, act: LookUp) -> None:
    await attempts.open_solution(session, user, context.catalogue.get(act.problem))
    seen = select(SolutionSeen).where(
        SolutionSeen.user_id == user.id, col(SolutionSeen.problem) == act.problem
    )
    (await session.exec(seen)).one().seen_at = act.moment
