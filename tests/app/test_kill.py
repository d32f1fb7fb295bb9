"""What was accepted (202) is graded once, whichever process is killed in the middle."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from app.accounts import service as accounts
from app.accounts import tokens
from app.accounts.models import Role
from app.attempts.models import Attempt, AttemptState
from app.database import Database
from app.jobs.models import Job, JobEvent, JobKind, JobState
from app.settings import Settings
from grader.verdict import Verdict
from tests.app.few import few_problems

_HANDGRAD = str(Path(sys.executable).with_name("handgrad"))
_ATTEMPTS = "/api/v1/problems/train-rnn-lm/attempts"
# Right, and slow enough to be killed in the middle of it.
_SLOW = (
    (Path(__file__).parents[2] / "examples" / "right.py").read_text()
    + """
import time
_quick = train_step
def train_step(*arguments):
    time.sleep(0.15)
    return _quick(*arguments)
"""
)


@dataclass(frozen=True)
class _Fleet:
    """Starts processes on one database, and looks into it from outside."""

    settings: Settings
    token: str
    slots: int

    @contextmanager
    def process(self, command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """A running `handgrad serve` or `handgrad worker`, and the first line it said."""
        environment = os.environ | {
            "HANDGRAD_DATA_DIR": str(self.settings.data_dir),
            "HANDGRAD_DATABASE_URL": self.settings.database_url,
            "HANDGRAD_SECRET_KEY": "0" * 64,
            "HANDGRAD_PORT": "0",
            "HANDGRAD_PROBLEMS_DIR": str(few_problems()),
            "HANDGRAD_SANDBOX_SLOTS": str(self.slots),
        }
        with subprocess.Popen(
            [_HANDGRAD, command], env=environment, stdout=subprocess.PIPE, text=True
        ) as running:
            try:
                assert running.stdout is not None
                said = running.stdout.readline()
                assert said, f"handgrad {command} did not start"
                yield running, said
            finally:
                running.kill()

    @contextmanager
    def service(self) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
        with self.process("serve") as (running, said):
            url = next(word for word in said.split() if word.startswith("http"))
            headers = {"Authorization": f"Bearer {self.token}"}
            with httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as client:
                yield running, client

    def submit(self, client: httpx.Client, count: int) -> list[str]:
        """Hand in `count` slow right attempts, once the problem is ready; their ids."""
        self.until(lambda: client.get("/api/v1/problems/train-rnn-lm").json()["version"] is not None)
        answers = [client.post(_ATTEMPTS, json={"source": _SLOW}) for _ in range(count)]
        assert [answer.status_code for answer in answers] == [202] * count
        return [answer.json()["id"] for answer in answers]

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that will come true, however slow the machine."""
        deadline = time.monotonic() + 120
        while not holds():
            assert time.monotonic() < deadline, f"it never came true; attempts: {self.states()}"
            time.sleep(0.05)

    def all(self, statement: Any) -> list[Any]:
        async def read() -> list[Any]:
            database = Database(self.settings)
            try:
                async with database.reading() as session:
                    return list((await session.exec(statement)).all())
            finally:
                await database.close()

        return asyncio.run(read())

    def states(self) -> list[AttemptState]:
        return self.all(select(Attempt.state).order_by(col(Attempt.id)))

    def all_graded(self) -> bool:
        return all(state.is_final for state in self.states())

    def assert_graded_once(self, attempts: list[str]) -> None:
        rows = self.all(select(Attempt).order_by(col(Attempt.id)))
        assert [row.id for row in rows] == attempts
        assert {(row.state, row.verdict) for row in rows} == {(AttemptState.GRADED, Verdict.ACCEPTED)}
        assert self.all(select(Job.id).where(Job.state != JobState.DONE)) == []
        for attempt in rows:
            told = select(JobEvent).where(JobEvent.job_id == attempt.id).order_by(col(JobEvent.number))
            events = self.all(told)
            cases = len(attempt.report["cases"])
            assert [event.name for event in events] == ["running", *["case"] * cases, "graded"]
            assert [event.data["index"] for event in events[1:-1]] == list(range(cases))


@pytest.fixture
def fleet(settings: Settings) -> _Fleet:
    async def make_token() -> str:
        database = Database(settings)
        try:
            async with database.writing() as session:
                user = await accounts.create_user(session, email="a@example.edu", role=Role.LEARNER)
                scopes = tokens.RIGHTS[user.role]
                return (await tokens.create_token(session, user, name="test", scopes=scopes))[1]
        finally:
            await database.close()

    return _Fleet(settings, asyncio.run(make_token()), slots=1 if settings.is_postgres else 2)


def _middle(fleet: _Fleet, running: int) -> Callable[[], bool]:
    """So many attempts are running, each has told of cases, and others wait."""

    def reached() -> bool:
        attempts = fleet.all(select(Attempt))
        told = set(fleet.all(select(JobEvent.job_id).where(JobEvent.name == "case")))
        going = {attempt.id for attempt in attempts if attempt.state is AttemptState.RUNNING}
        waiting = any(attempt.state is AttemptState.QUEUED for attempt in attempts)
        return len(going) == running and going <= told and waiting

    return reached


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_service_is_killed_and_started_again(fleet: _Fleet) -> None:
    with fleet.service() as (running, client):
        attempts = fleet.submit(client, 4)
        fleet.until(_middle(fleet, running=2))
        running.kill()
        running.wait()
    assert AttemptState.RUNNING in fleet.states()
    with fleet.service() as (running, client):
        fleet.until(fleet.all_graded)
        # Nothing waits for the killed one: the next attempt is graded as ever.
        answer = client.post(f"{_ATTEMPTS}?wait=30", json={"source": _SLOW})
        attempts.append(answer.json()["id"])
        fleet.until(fleet.all_graded)
    fleet.assert_graded_once(attempts)
    assert max(fleet.all(select(Job.tries).where(Job.kind == JobKind.ATTEMPT))) == 2


@pytest.mark.postgres
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_one_of_two_workers_and_the_service_are_killed(fleet: _Fleet) -> None:
    with fleet.process("worker") as (doomed, _), fleet.process("worker"):
        with fleet.service() as (running, client):
            attempts = fleet.submit(client, 4)
            fleet.until(_middle(fleet, running=2))
            doomed.kill()
            running.kill()
        fleet.until(fleet.all_graded)
    fleet.assert_graded_once(attempts)
    assert max(fleet.all(select(Job.tries).where(Job.kind == JobKind.ATTEMPT))) == 2
