"""One's own data by REST: handed over whole, and deleted by who proves who they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import service as accounts
from app.accounts.models import Role, Scope
from app.accounts.tokens import RIGHTS, create_token
from app.context import Context
from app.main import create_app
from app.settings import Settings
from tests.app.api.support import RIGHT, SLUG, Service, in_transaction, problem_of

_PASSWORD = "correct horse"


def _token(service: Service, name: str, *scopes: Scope, role: Role = Role.LEARNER) -> str:
    """A token of a new user who has a password."""

    async def make(session: AsyncSession) -> str:
        email = f"{name}@example.edu"
        user = await accounts.create_user(session, email=email, role=role, password=_PASSWORD)
        return (await create_token(session, user, name="all", scopes=scopes or RIGHTS[role]))[1]

    return str(in_transaction(service.settings, make))


def _delete(client: httpx.Client, password: str = _PASSWORD, **headers: str) -> httpx.Response:
    return client.request("DELETE", "/me", json={"password": password}, headers=headers)


def test_all_that_is_kept_is_handed_over(service: Service) -> None:
    with service.client(_token(service, "collector-of-data")) as client:
        attempt = client.post(f"/problems/{SLUG}/attempts?wait=30", json={"source": RIGHT}).json()
        answer = client.get("/me/export")
        told = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert told["account"]["email"] == "collector-of-data@example.edu"
    assert [(one["id"], one["source"]) for one in told["attempt"]] == [(attempt["id"], RIGHT)]
    assert [one["name"] for one in told["token"]] == ["all"]
    assert "_hash" not in answer.text.replace("source_hash", "")


@pytest.mark.parametrize("lacking", [Scope.PROBLEMS_READ, Scope.RESULTS_READ])
def test_an_export_needs_the_scopes_of_what_it_holds(service: Service, lacking: Scope) -> None:
    scopes = RIGHTS[Role.LEARNER] - {lacking}
    with service.client(service.make_token("learner", *scopes)) as client:
        problem = problem_of(client.get("/me/export"))
    assert problem["status"] == 403
    assert lacking in problem["detail"]


def test_a_token_deletes_an_account_only_with_the_password(service: Service) -> None:
    with service.client(_token(service, "leaver")) as client:
        wrong = problem_of(_delete(client, "correct horsf"))
        assert (wrong["status"], [error["field"] for error in wrong["errors"]]) == (422, ["password"])
        assert problem_of(client.delete("/me"))["status"] == 422
        words = client.request("DELETE", "/me", json={"words": "delete my account"})
        assert problem_of(words)["status"] == 422
        assert client.get("/me").status_code == 200
        assert _delete(client).status_code == 204
        assert problem_of(client.get("/me"))["status"] == problem_of(_delete(client))["status"] == 401
    with service.client(_token(service, "leaver")) as client:  # the address is free again
        assert client.get("/attempts").json() == []


def test_a_token_that_may_do_less_than_its_owner_does_not_end_them(service: Service) -> None:
    with service.client(_token(service, "careful", Scope.RESULTS_READ, Scope.PROBLEMS_READ)) as client:
        problem = problem_of(_delete(client))
        assert problem["status"] == 403
        assert "attempts:write" in problem["detail"]
        assert client.get("/me").status_code == 200


def test_an_account_without_a_password_is_not_deleted_by_a_token(service: Service) -> None:
    with service.client(service.make_learner("passwordless")) as client:
        problem = problem_of(_delete(client, ""))
        assert problem["status"] == 409
        assert "/profile/delete" in problem["detail"]
        assert client.get("/me").status_code == 200


def test_an_account_that_has_changed_since_is_not_deleted(service: Service) -> None:
    with service.client(_token(service, "changing")) as client:
        assert problem_of(_delete(client, **{"If-Match": '"another"'}))["status"] == 412
        assert _delete(client, **{"If-Match": client.get("/me").headers["ETag"]}).status_code == 204


@asynccontextmanager
async def _limited(context: Context) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to a service that holds everybody to the rates."""
    app = create_app(context.settings)
    app.state.context, app.state.worker = context, None
    async with context.database.writing() as session:
        user = await accounts.create_user(
            session, email="ada@example.edu", role=Role.LEARNER, password=_PASSWORD
        )
        _, secret = await create_token(session, user, name="all", scopes=RIGHTS[Role.LEARNER])
    headers = {"Authorization": f"Bearer {secret}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x/api/v1", headers=headers) as client:
        yield client


@pytest.mark.anyio
async def test_who_has_a_token_cannot_go_on_guessing_the_password(context: Context) -> None:
    async with _limited(context) as client:
        for guess in range(10):
            wrong = await client.request("DELETE", "/me", json={"password": f"guess {guess}"})
            assert wrong.status_code == 422
        refused = problem_of(await client.request("DELETE", "/me", json={"password": _PASSWORD}))
        assert refused["status"] == 429
        assert (await client.get("/me")).status_code == 200


@pytest.mark.anyio
async def test_exports_have_a_rate_of_their_own(context: Context) -> None:
    async with _limited(context) as client:
        for _ in range(5):
            assert (await client.get("/me/export")).status_code == 200
        assert problem_of(await client.get("/me/export"))["status"] == 429
        assert (await client.get("/me")).status_code == 200


def test_the_document_tells_the_rates_that_hold_here() -> None:
    def described(settings: Settings) -> str:
        return " ".join(create_app(settings).openapi()["info"]["description"].split())

    usual = described(Settings())
    assert "writes (30 at once and 60 a minute), runs besides (30 at once and 60 a minute)" in usual
    assert "20 attempts at each problem, and one comes back every 3 minutes" in usual
    assert "7 attempts at each problem, and one comes back every 40 seconds" in described(
        Settings(attempt_bucket=7, attempt_refill=40)
    )
    assert "Attempts at one problem are not counted here." in described(Settings(attempt_refill=0))
