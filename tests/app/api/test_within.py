"""What only shows from within the process: limits, and errors of our own. No worker runs here."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app import main
from app.accounts import service as accounts
from app.accounts import tokens
from app.accounts.models import Role
from app.context import Context
from app.main import create_app
from app.rest.limits import RUNS, WRITES
from app.settings import Settings
from tests.app.api.support import SLUG, problem_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def app(context: Context) -> FastAPI:
    app = create_app(context.settings)
    app.state.context, app.state.worker = context, None
    return app


@pytest.fixture
async def teacher(app: FastAPI, context: Context) -> AsyncIterator[httpx.AsyncClient]:
    async with context.database.writing() as session:
        user = await accounts.create_user(session, email="teacher@example.edu", role=Role.INSTRUCTOR)
        scopes = tokens.RIGHTS[Role.INSTRUCTOR]
        _, secret = await tokens.create_token(session, user, name="all", scopes=scopes)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://x/api/v1", headers=headers) as client:
        yield client


async def test_too_many_writes_are_told_when_to_go_on(teacher: httpx.AsyncClient) -> None:
    run = f"/problems/{SLUG}/runs"
    answers = [await teacher.post(run, content=b"{}") for _ in range(RUNS.burst + 5)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert problem_of(refused[0])["status"] == 429
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert (await teacher.get("/attempts")).status_code == 200


async def test_runs_have_a_rate_of_their_own(teacher: httpx.AsyncClient) -> None:
    for _ in range(RUNS.burst + 5):
        run = await teacher.post(f"/problems/{SLUG}/runs", content=b"{}")
    assert "more than 30 runs at once" in problem_of(run)["detail"]
    attempt = await teacher.post(f"/problems/{SLUG}/attempts", json={"source": ""})
    assert problem_of(attempt)["status"] == 503  # not 429


async def test_a_class_does_not_use_up_its_teachers_allowance(teacher: httpx.AsyncClient) -> None:
    for number in range(WRITES.burst + 5):
        body = {"source": "", "on_behalf_of": f"student {number}"}
        answer = await teacher.post(f"/problems/{SLUG}/attempts", json=body)
        assert problem_of(answer)["status"] == 503  # nobody has frozen the cases here


async def test_a_key_of_a_request_that_failed_through_our_fault_is_free_again(
    teacher: httpx.AsyncClient,
) -> None:
    for _ in range(2):
        headers = {"Idempotency-Key": "k"}
        answer = await teacher.post(f"/problems/{SLUG}/attempts", json={"source": ""}, headers=headers)
        assert problem_of(answer)["status"] == 503


async def test_an_unexpected_error_is_ours_and_says_nothing_of_it(
    teacher: httpx.AsyncClient, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context.catalogue, "problems", None)
    failed = await teacher.get("/problems")
    assert problem_of(failed)["status"] == 500
    assert "NoneType" not in failed.text
    assert failed.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in failed.headers["Content-Security-Policy"]


async def test_a_worker_that_broke_is_told_and_the_service_not_ready(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(_context: Context, _stop: asyncio.Event) -> None:
        raise RuntimeError("no sandbox here")

    monkeypatch.setattr(main, "serve_worker", breaks)
    settings.inline_worker = True
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client,
    ):
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["worker"]) == (503, "stopped")
    assert "no sandbox here" in caplog.text


async def test_without_a_worker_of_its_own_the_service_is_ready_all_the_same(
    teacher: httpx.AsyncClient,
) -> None:
    answer = await teacher.get("http://x/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (200, "elsewhere")
