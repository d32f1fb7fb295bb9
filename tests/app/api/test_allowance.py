"""The bucket of attempts, by REST: one learner's, whoever hands in for them. No worker runs here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from app.accounts import service as accounts
from app.accounts import tokens
from app.accounts.models import Role
from app.catalogue.models import CurrentVersion, FrozenVersion
from app.context import Context
from app.main import create_app
from tests.app.api.support import SLUG, problem_of

pytestmark = pytest.mark.anyio

_ATTEMPTS = f"/problems/{SLUG}/attempts"
_VERSION = "0" * 64


@asynccontextmanager
async def _client(context: Context, role: Role) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to a service that has cases to be graded by some day."""
    app = create_app(context.settings)
    app.state.context, app.state.worker = context, None
    async with context.database.writing() as session:
        session.add(FrozenVersion(id=_VERSION, problem=SLUG, cases=[], mutation_score=1, frozen=b""))
        await session.flush()
        session.add(CurrentVersion(problem=SLUG, version=_VERSION))
        user = await accounts.create_user(session, email="somebody@example.edu", role=role)
        _, secret = await tokens.create_token(session, user, name="all", scopes=tokens.RIGHTS[role])
    headers = {"Authorization": f"Bearer {secret}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x/api/v1", headers=headers) as client:
        yield client


def _assert_refused(answer: httpx.Response) -> None:
    problem = problem_of(answer)
    assert problem["status"] == 429
    assert "The next one comes in 3 minutes" in problem["detail"]
    assert 170 < int(answer.headers["Retry-After"]) <= 180


async def test_the_attempt_after_the_last_is_refused_and_told_when_to_come_back(context: Context) -> None:
    async with _client(context, Role.LEARNER) as learner:
        first = {"Idempotency-Key": "first"}
        for headers in [first, *[{}] * 19]:
            assert (await learner.post(_ATTEMPTS, json={"source": ""}, headers=headers)).status_code == 202
        _assert_refused(await learner.post(_ATTEMPTS, json={"source": ""}))
        replayed = await learner.post(_ATTEMPTS, json={"source": ""}, headers=first)
        assert (replayed.status_code, replayed.headers["Idempotency-Replayed"]) == (202, "true")
        assert len((await learner.get("/attempts")).json()) == 20


async def test_who_hands_in_for_learners_spends_theirs(context: Context) -> None:
    async with _client(context, Role.INSTRUCTOR) as teacher:
        for _ in range(20):
            for behalf in ({}, {"on_behalf_of": "lms-1"}):
                assert (await teacher.post(_ATTEMPTS, json={"source": ""} | behalf)).status_code == 202
        _assert_refused(await teacher.post(_ATTEMPTS, json={"source": "", "on_behalf_of": "lms-1"}))
        for behalf in ({}, {"on_behalf_of": "lms-2"}):
            assert (await teacher.post(_ATTEMPTS, json={"source": ""} | behalf)).status_code == 202
