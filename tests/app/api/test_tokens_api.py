"""Tokens by REST, and what each scope opens for each role."""

from datetime import datetime

import httpx
import pytest

from app.accounts.models import Scope
from tests.app.api.support import CASE, SLUG, Service, next_page, problem_of

_NOTHING = "018f0000-0000-7000-8000-000000000000"
#: Method, path and body of each route, the scope it needs, and whether it is for instructors only.
ROUTES = [
    ("GET", "/problems", None, Scope.PROBLEMS_READ, False),
    ("GET", f"/problems/{SLUG}", None, Scope.PROBLEMS_READ, False),
    ("GET", f"/problems/{SLUG}/solution", None, Scope.PROBLEMS_READ, False),
    ("GET", f"/problems/{SLUG}/versions", None, Scope.PROBLEMS_READ, False),
    ("GET", f"/problems/{SLUG}/cases", None, Scope.PROBLEMS_READ, True),
    ("GET", f"/problems/{SLUG}/cases/{_NOTHING}", None, Scope.PROBLEMS_READ, True),
    ("POST", f"/problems/{SLUG}/cases/preview", CASE | {"seed": -1}, Scope.PROBLEMS_WRITE, True),
    ("POST", f"/problems/{SLUG}/cases", CASE | {"seed": -1}, Scope.PROBLEMS_WRITE, True),
    ("DELETE", f"/problems/{SLUG}/cases/{_NOTHING}", None, Scope.PROBLEMS_WRITE, True),
    ("POST", f"/problems/{SLUG}/runs", {"source": ""}, Scope.ATTEMPTS_WRITE, False),
    ("POST", f"/problems/{SLUG}/attempts", {"source": ""}, Scope.ATTEMPTS_WRITE, False),
    ("GET", "/attempts", None, Scope.RESULTS_READ, False),
    ("GET", f"/attempts/{_NOTHING}", None, Scope.RESULTS_READ, False),
    ("GET", f"/attempts/{_NOTHING}/events", None, Scope.RESULTS_READ, False),
]
_OF_LEARNERS = [Scope.PROBLEMS_READ, Scope.ATTEMPTS_WRITE, Scope.RESULTS_READ]


@pytest.mark.parametrize(
    ("role", "carried"),
    [
        *(("learner", scope) for scope in _OF_LEARNERS),
        *(("instructor", scope) for scope in (*_OF_LEARNERS, Scope.PROBLEMS_WRITE)),
    ],
)
def test_a_scope_opens_its_routes_and_no_other(service: Service, role: str, carried: Scope) -> None:
    with service.client(service.make_token(role, carried)) as client:
        for method, path, body, needed, teaching in ROUTES:
            answer = client.request(method, path, json=body)
            refused = answer.status_code == 403 and "opens once" not in answer.json()["detail"]
            assert refused is (carried is not needed or (teaching and role == "learner")), (method, path)


def test_admin_implies_every_scope(service: Service) -> None:
    with service.client(service.make_token("admin", Scope.ADMIN)) as client:
        assert set(client.get("/me").json()["scopes"]) == set(Scope)
        for method, path, body, _needed, _teaching in ROUTES:
            assert client.request(method, path, json=body).status_code != 403, (method, path)


def test_a_token_ends_itself_and_none_that_can_do_more(service: Service, learner: httpx.Client) -> None:
    narrow = learner.post("/tokens", json={"name": "narrow", "scopes": ["problems:read"]}).json()
    wide = learner.post("/tokens", json={"name": "wide", "scopes": ["results:read"]}).json()
    with service.client(narrow["token"]) as client:
        assert problem_of(client.delete(f"/tokens/{wide['id']}"))["status"] == 403
        assert client.delete(f"/tokens/{narrow['id']}").status_code == 204


def test_a_token_is_made_shown_once_used_and_revoked(service: Service, learner: httpx.Client) -> None:
    answer = learner.post("/tokens", json={"name": "reader", "scopes": ["results:read"], "expires_days": 2})
    made = answer.json()
    assert answer.status_code == 201
    assert made["token"].startswith("hg_")
    lasts = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert lasts.days in (1, 2)
    listed = learner.get("/tokens")
    assert made["id"] in [token["id"] for token in listed.json()]
    assert made["token"] not in listed.text
    with service.client(made["token"]) as client:
        assert client.get("/me").json()["scopes"] == ["results:read"]
        assert problem_of(client.get("/problems"))["status"] == 403
        assert learner.delete(f"/tokens/{made['id']}").status_code == 204
        assert problem_of(client.get("/me"))["status"] == 401
    assert problem_of(learner.delete(f"/tokens/{made['id']}"))["status"] == 404


def test_a_token_makes_none_that_may_do_more_or_lasts_longer(service: Service, learner: httpx.Client) -> None:
    narrow = learner.post(
        "/tokens", json={"name": "narrow", "scopes": ["results:read"], "expires_days": 1}
    ).json()
    with service.client(narrow["token"]) as client:
        wider = client.post("/tokens", json={"name": "wider", "scopes": ["attempts:write"]})
        assert problem_of(wider)["status"] == 403
        for days in (None, 365):
            body = {"name": "longer", "scopes": ["results:read"], "expires_days": days}
            assert client.post("/tokens", json=body).json()["expires_at"] == narrow["expires_at"]
    assert problem_of(learner.post("/tokens", json={"name": "x", "scopes": ["admin"]}))["status"] == 403


def test_somebody_elses_token_is_not_found(learner: httpx.Client, other: httpx.Client) -> None:
    theirs = other.post("/tokens", json={"name": "theirs", "scopes": ["results:read"]}).json()
    assert theirs["id"] not in [token["id"] for token in learner.get("/tokens?per_page=100").json()]
    assert problem_of(learner.delete(f"/tokens/{theirs['id']}"))["status"] == 404


def test_tokens_are_listed_newest_first_page_by_page(service: Service) -> None:
    with service.client(service.make_learner("collector")) as client:
        for number in range(4):
            client.post("/tokens", json={"name": f"token {number}", "scopes": ["results:read"]})
        names: list[str] = []
        address: str | None = "/tokens?per_page=2"
        while address is not None:
            page = client.get(address)
            names += [token["name"] for token in page.json()]
            address = next_page(page)
    assert names == ["token 3", "token 2", "token 1", "token 0", "all"]
