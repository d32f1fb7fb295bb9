"""The demo: a class made up from a seed, really graded, in a database that was empty."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlmodel import col, select

from app.accounts.models import Role, User
from app.accounts.passwords import authenticate
from app.accounts.service import create_user
from app.attempts.models import Attempt, AttemptState, SolutionSeen
from app.attempts.progress import standings
from app.context import Context
from app.database import Database
from app.demo.people import ADMINISTRATOR, INSTRUCTOR, LEARNERS
from app.demo.play import play
from app.demo.story import COURSE, DAYS, HandIn, Story, tell
from app.errors import Conflict
from app.jobs.models import Job, JobKind, JobState
from app.settings import Settings
from grader.problem import Problem, load_all
from grader.verdict import Verdict
from tests.app.few import few_problems
from tests.app.many import many_problems
from tests.app.pages.service import Service

ROOT = Path(__file__).parents[3]
MIDNIGHT = datetime(2031, 5, 20, tzinfo=UTC)


@cache
def shipped() -> dict[str, Problem]:
    return load_all()[0]


def hand_ins(story: Story) -> list[HandIn]:
    return [act for act in story.acts if isinstance(act, HandIn)]


def test_the_same_seed_tells_the_same_story() -> None:
    assert tell(shipped(), 4, MIDNIGHT) == tell(shipped(), 4, MIDNIGHT)
    assert tell(shipped(), 4, MIDNIGHT).acts != tell(shipped(), 5, MIDNIGHT).acts


@pytest.mark.parametrize("seed", range(5))
def test_thirty_people_work_through_three_weeks(seed: int) -> None:
    story = tell(shipped(), seed, MIDNIGHT)
    assert sorted(person.email for person in story.learners) == sorted(one.email for one in LEARNERS)
    assert story.problems == list(COURSE)
    assert 300 <= len(hand_ins(story)) <= 420
    moments = [act.moment for act in story.acts]
    assert moments == sorted(moments)
    assert MIDNIGHT - timedelta(days=DAYS) <= moments[0]
    assert MIDNIGHT - timedelta(days=1) < moments[-1] < MIDNIGHT
    assert len(story.days) > DAYS - 5
    signed_up = dict(story.signed_up)
    assert all(signed_up[act.learner] < act.moment for act in story.acts)


@pytest.mark.parametrize("seed", range(5))
def test_some_get_far_and_some_are_stuck(seed: int) -> None:
    story = tell(shipped(), seed, MIDNIGHT)
    solved = Counter(len(story.solved_by(person)) for person in story.learners)
    assert sum(count for problems, count in solved.items() if problems >= 8) >= 4
    assert sum(count for problems, count in solved.items() if problems <= 2) >= 4
    assert len(story.solved_by(story.furthest)) == max(solved)
    stuck, at = story.most_stuck
    assert at not in story.solved_by(stuck)
    assert sum(one.learner == stuck and one.problem == at for one in hand_ins(story)) >= 6


def test_nobodys_code_says_what_is_wrong_with_it() -> None:
    story = tell(shipped(), 1, MIDNIGHT)
    assert not [one.source for one in hand_ins(story) if one.source.startswith(("#", "\n"))]


def test_every_address_is_good_and_nobody_shares_one() -> None:
    people = [*LEARNERS, INSTRUCTOR, ADMINISTRATOR]
    assert len(LEARNERS) == 30
    assert len({person.email for person in people}) == len({person.name for person in people}) == 32
    assert all(re.fullmatch(r"[a-z.]+@example\.org", person.email) for person in people)


@pytest.mark.anyio
async def test_a_few_days_are_played_on_both_databases(context: Context) -> None:
    story = tell(context.catalogue.problems, 1, MIDNIGHT)
    story = replace(story, acts=story.acts[:12])
    ended = await play(context, story, "everybody's password")
    assert ended.total() == len(hand_ins(story))
    async with context.database.reading() as session:
        attempts = (await session.exec(select(Attempt).order_by(col(Attempt.id)))).all()
        jobs = (await session.exec(select(Job).where(Job.kind == JobKind.ATTEMPT))).all()
        users = {user.id: user for user in (await session.exec(select(User))).all()}
    assert [(users[one.user_id].email, one.source.decode(), one.created_at) for one in attempts] == [
        (act.learner.email, act.source, act.moment) for act in hand_ins(story)
    ]
    assert {(one.id, one.created_at, one.graded_at) for one in attempts} == {
        (job.id, job.created_at, job.finished_at) for job in jobs
    }
    assert {job.state for job in jobs} == {JobState.DONE}
    signed_up = {user.email: user.created_at for user in users.values()}
    assert all(signed_up[person.email] == moment for person, moment in story.signed_up)


@pytest.mark.anyio
async def test_a_database_with_anybody_in_it_is_left_alone(context: Context) -> None:
    async with context.database.writing() as session:
        await create_user(session, email="somebody@example.org", role=Role.LEARNER)
    with pytest.raises(Conflict, match="holds an account already"):
        await play(context, tell(context.catalogue.problems, 1, MIDNIGHT), "everybody's password")
    async with context.database.reading() as session:
        assert len((await session.exec(select(User))).all()) == 1


def handgrad(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HANDGRAD_DATA_DIR": str(folder),
        "HANDGRAD_SANDBOX_SLOTS": "2",
        "HANDGRAD_PROBLEMS_DIR": str(few_problems()),
    }
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        env=environment | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@dataclass(frozen=True)
class Demo:
    """What `handgrad demo` filled in `folder`/var, and what it said."""

    folder: Path
    said: str

    @property
    def password(self) -> str:
        return self.said.partition("shown this once: ")[2].split()[0]

    @property
    def addresses(self) -> list[str]:
        return re.findall(r"^  (\S+@example\.org)", self.said, re.MULTILINE)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    done = handgrad(folder / "var", "demo", "--seed", "3")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return Demo(folder, done.stdout)


@pytest.fixture
async def database(filled: Demo) -> AsyncIterator[Database]:
    opened = Database(Settings(data_dir=filled.folder / "var"))
    yield opened
    await opened.close()


@pytest.mark.anyio
async def test_everything_is_really_graded(database: Database) -> None:
    story = tell(load_all(few_problems())[0], 3, MIDNIGHT)
    async with database.reading() as session:
        rows = (await session.exec(select(Attempt, User).join(User).order_by(col(Attempt.id)))).all()
        readers = (await session.exec(select(SolutionSeen))).all()
    assert [
        (user.email, attempt.source.decode(), attempt.verdict is Verdict.ACCEPTED) for attempt, user in rows
    ] == [(act.learner.email, act.source, act.right) for act in hand_ins(story)]
    attempts = [attempt for attempt, _ in rows]
    assert {attempt.state for attempt in attempts} == {AttemptState.GRADED}
    verdicts = Counter(attempt.verdict for attempt in attempts)
    assert verdicts.keys() >= {Verdict.WRONG_ANSWER, Verdict.COMPILE_ERROR, Verdict.RUNTIME_ERROR}
    assert verdicts[Verdict.TIME_LIMIT_EXCEEDED] == 2
    explained = [
        one for one in attempts if one.report and (one.report["diagnosis"] or {}).get("kind") == "mistake"
    ]
    assert len(explained) > len(attempts) / 4
    assert len(readers) == len(story.acts) - len(attempts)
    assert any(attempt.after_solution for attempt in attempts)


@pytest.mark.anyio
async def test_it_is_spread_over_the_last_three_weeks(database: Database) -> None:
    story = tell(load_all(few_problems())[0], 3, MIDNIGHT)
    async with database.reading() as session:
        attempts = (await session.exec(select(Attempt).order_by(col(Attempt.id)))).all()
    later = {attempt.created_at - act.moment for attempt, act in zip(attempts, hand_ins(story), strict=True)}
    assert len(later) == 1
    assert timedelta() < datetime.now(UTC) - attempts[-1].created_at < timedelta(days=2)
    assert all(one.graded_at and one.created_at < one.graded_at for one in attempts)


@pytest.mark.anyio
async def test_the_printed_people_get_in_with_the_printed_password(filled: Demo, database: Database) -> None:
    async with database.reading() as session:
        users = [await authenticate(session, address, filled.password) for address in filled.addresses]
        furthest, stuck = [await standings(session, user) for user in users[2:] if user]
    assert [user and user.role for user in users] == [Role.INSTRUCTOR, Role.ADMIN, Role.LEARNER, Role.LEARNER]
    assert f"has solved {sum(one.solved for one in furthest.values())} problems" in filled.said
    at = re.findall(r"stuck at (\S+)", filled.said)[0]
    assert not stuck[at].solved


def test_what_it_says_to_open_is_there(filled: Demo) -> None:
    service = Service(filled.folder)
    service.start()
    try:
        teacher = service.browserless(filled.addresses[0], filled.password)
        paths = re.findall(r"^  http://127\.0\.0\.1:8000(/\S+)$", filled.said, re.MULTILINE)
        pages = {path: teacher.get(path) for path in paths}
        assert [page.status_code for page in pages.values()] == [200] * 5
        (students,) = (page.text for path, page in pages.items() if path.endswith("/students"))
        assert sum(person.name in students for person in LEARNERS) > 20
        learner = service.browserless(filled.addresses[2], filled.password)
        assert "Accepted" in learner.get("/attempts").text
    finally:
        service.stop()


def test_a_second_class_is_refused(filled: Demo) -> None:
    done = handgrad(filled.folder / "var", "demo")
    assert done.returncode == 2
    assert done.stderr.startswith("handgrad: This database holds 32 accounts already")
    assert "HANDGRAD_DATA_DIR=var/demo" in done.stderr


def test_other_problems_have_no_class(tmp_path: Path) -> None:
    done = handgrad(tmp_path / "var", "demo", HANDGRAD_PROBLEMS_DIR=str(many_problems(tmp_path / "problems")))
    assert done.returncode == 2
    assert "HANDGRAD_PROBLEMS_DIR" in done.stderr


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """The script, in a folder where setting up does nothing and `handgrad` says how it was called."""
    (tmp_path / "script").mkdir()
    shutil.copy(ROOT / "script/server", tmp_path / "script/server")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name, does in (("script/setup", ""), (".venv/bin/handgrad", 'echo "$@"; test "$1" != "$BROKEN"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path / "script/server"


@pytest.mark.parametrize(
    ("words", "broken", "called"),
    [
        ([], "", ["serve"]),
        (["--demo"], "", ["demo", "serve"]),
        (["--demo"], "demo", ["demo"]),
    ],
)
def test_the_script_fills_before_it_serves(
    server: Path, words: list[str], broken: str, called: list[str]
) -> None:
    done = subprocess.run(
        [server, *words], env=os.environ | {"BROKEN": broken}, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == called
    assert (done.returncode == 0) is (not broken)
