"""Attempts: handing in, keeping reports, the history, the solution and who has earned it."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.attempts.bucket import Bucket, spend
from app.attempts.models import Attempt, AttemptState, SolutionSeen
from app.database import now
from app.errors import NotAllowed, NotFound
from app.jobs.jobs import Jobs
from app.jobs.models import JobKind
from grader.problem import Problem
from grader.report import Report
from grader.training import PROBLEM
from grader.verdict import Verdict

#: So many graded attempts with distinct code show that somebody has tried.
UNLOCKED_AFTER = 10
_ENDED = [state for state in AttemptState if state.is_final]
_WITHOUT_REPORT = defer(Attempt.report, raiseload=True)  # type: ignore[arg-type]


async def submit(
    session: AsyncSession,
    jobs: Jobs,
    problem: Problem,
    version_id: str,
    user: User,
    source: bytes,
    *,
    form_key: str | None = None,
    bucket: Bucket | None = None,
) -> Attempt:
    """Hand code in: the attempt and its job, in one transaction. A form posted again finds its attempt.

    Raises TooMany when `bucket`, the user's own, is empty.
    """
    if form_key and (earlier := await _posted(session, user, form_key)):
        return earlier
    if bucket:
        await spend(session, bucket, user, problem)
    attempt = Attempt(
        problem=problem.slug,
        version=version_id,
        user_id=user.id,
        source=source,
        source_hash=hashlib.sha256(source).hexdigest(),
        form_key=form_key,
        after_solution=await has_seen_solution(session, user, problem),
    )
    try:
        async with session.begin_nested():
            session.add(attempt)
    except IntegrityError:  # the same form came twice at once
        if form_key and (earlier := await _posted(session, user, form_key)):
            return earlier
        raise
    await jobs.enqueue(session, JobKind.ATTEMPT, user.id, {}, job_id=attempt.id)
    return attempt


async def run(jobs: Jobs, user: User, problem: Problem, version_id: str, source: bytes) -> str:
    """Grade code on the public cases only; returns the job's id, whose answer is the Report."""
    payload = {
        "problem": problem.slug,
        "version": version_id,
        "source": base64.b64encode(source).decode(),  # bytes that may be no text at all
    }
    return (await jobs.start(JobKind.RUN, user.id, payload)).id


async def get_attempt(session: AsyncSession, viewer: User, attempt_id: str) -> Attempt:
    """An attempt of the viewer's own, or anybody's if the viewer teaches. Raises NotFound."""
    attempt = (await session.exec(select(Attempt).where(Attempt.id == attempt_id))).first()
    if attempt is None or not (viewer.role.teaches or attempt.user_id == viewer.id):
        raise NotFound("There is no such attempt.")
    return attempt


async def attempt_before(session: AsyncSession, attempt: Attempt, *, report: bool = False) -> Attempt | None:
    """The last graded one that its author made at this problem before it; with its `report` where asked."""
    statement = (
        select(Attempt)
        .where(
            Attempt.user_id == attempt.user_id,
            Attempt.problem == attempt.problem,
            Attempt.id < attempt.id,
            Attempt.state == AttemptState.GRADED,
        )
        .order_by(col(Attempt.id).desc())
        .limit(1)
    )
    if not report:
        statement = statement.options(_WITHOUT_REPORT)
    return (await session.exec(statement)).first()


def can_train(attempt: Attempt) -> bool:
    """Whether a model can learn by this attempt's code."""
    return attempt.problem == PROBLEM and attempt.verdict is Verdict.ACCEPTED


async def history(
    session: AsyncSession,
    *,
    user: str | None = None,
    problem: str | None = None,
    verdict: Verdict | None = None,
    since: datetime | None = None,
    before: str | None = None,
    reports: bool = False,
    limit: int,
) -> list[Attempt]:
    """Attempts, newest first: of the user with this id, at this slug, older than the attempt `before`.

    Reports are large, so they are read only where `reports` asks for them.
    """
    statement = select(Attempt).order_by(col(Attempt.id).desc()).limit(limit)
    if not reports:
        statement = statement.options(_WITHOUT_REPORT)
    if user is not None:
        statement = statement.where(Attempt.user_id == user)
    if problem is not None:
        statement = statement.where(Attempt.problem == problem)
    if verdict is not None:
        statement = statement.where(Attempt.verdict == verdict)
    if since is not None:
        statement = statement.where(Attempt.created_at >= since)
    if before is not None:
        statement = statement.where(Attempt.id < before)
    return list((await session.exec(statement)).all())


@dataclass(frozen=True, slots=True)
class SolutionAccess:
    """Whether somebody may open a problem's solution, and a sentence that says why."""

    unlocked: bool
    why: str
    attempts_left: int


async def solution_access(session: AsyncSession, user: User, problem: Problem) -> SolutionAccess:
    """The solution is for who teaches, has solved the problem, or has earnestly tried."""
    if user.role.teaches:
        return SolutionAccess(True, "You teach, so you may read it at any time.", 0)
    graded = select(
        func.count(func.distinct(col(Attempt.source_hash))),
        func.count().filter(col(Attempt.verdict) == Verdict.ACCEPTED),
    ).where(
        Attempt.user_id == user.id,
        Attempt.problem == problem.slug,
        Attempt.state == AttemptState.GRADED,
    )
    tried, accepted = (await session.exec(graded)).one()
    if accepted:
        return SolutionAccess(True, "You have solved this problem.", 0)
    left = max(0, UNLOCKED_AFTER - tried)
    if not left:
        return SolutionAccess(True, f"You have made {tried} different attempts.", 0)
    return SolutionAccess(
        False,
        f"It opens once an attempt is accepted, or after {UNLOCKED_AFTER} graded attempts with different"
        f" code: {left} more.",
        left,
    )


async def open_solution(session: AsyncSession, user: User, problem: Problem) -> str:
    """The solution's source. From now on this user's attempts are marked and do not raise the score.

    Raises NotAllowed, saying how to unlock it.
    """
    access = await solution_access(session, user, problem)
    if not access.unlocked:
        raise NotAllowed(access.why)
    if not await has_seen_solution(session, user, problem):
        try:
            async with session.begin_nested():
                session.add(SolutionSeen(user_id=user.id, problem=problem.slug))
        except IntegrityError:  # opened twice at once
            pass
    return problem.solution


async def mark_running(session: AsyncSession, attempt_id: str) -> Attempt:
    """The attempt, which runs now unless it has ended."""
    attempt = await session.get_one(Attempt, attempt_id, with_for_update=True)
    if attempt.state is AttemptState.QUEUED:
        attempt.state = AttemptState.RUNNING
        session.add(attempt)
    return attempt


async def mark_failed(session: AsyncSession, attempt_id: str) -> None:
    """Our fault, after the last try: it never counts."""
    await session.exec(
        update(Attempt)
        .where(col(Attempt.id) == attempt_id, col(Attempt.state).not_in(_ENDED))
        .values(state=AttemptState.FAILED)
    )


async def store_report(session: AsyncSession, attempt_id: str, report: Report) -> bool:
    """Keep an attempt's report, once: False when it had ended before, and nothing is changed then."""
    stored = await session.exec(
        update(Attempt)
        .where(col(Attempt.id) == attempt_id, col(Attempt.state).not_in(_ENDED))
        .values(
            state=AttemptState.GRADED,
            verdict=report.verdict,
            score=report.score,
            report=report.model_dump(mode="json"),
            graded_at=now(),
        )
    )
    return bool(stored.rowcount)


async def has_seen_solution(session: AsyncSession, user: User, problem: Problem) -> bool:
    return await session.get(SolutionSeen, (user.id, problem.slug)) is not None


async def best_code(session: AsyncSession, user: User, problem: Problem) -> Attempt | None:
    """What to put beside the solution: the user's last accepted attempt, or else their last one."""
    accepted = await history(session, user=user.id, problem=problem.slug, verdict=Verdict.ACCEPTED, limit=1)
    found = accepted or await history(session, user=user.id, problem=problem.slug, limit=1)
    return found[0] if found else None


async def _posted(session: AsyncSession, user: User, form_key: str) -> Attempt | None:
    statement = select(Attempt).where(Attempt.user_id == user.id, Attempt.form_key == form_key)
    return (await session.exec(statement)).first()
