"""What every REST route shares: refusals, hostile JSON, lists, ETags, headers."""

import json
import re

import httpx
import pytest

from tests.app.api.support import SLUG, Service, next_page, problem_of


def test_every_refusal_is_a_problem_document(service: Service, learner: httpx.Client) -> None:
    with service.client() as anonymous:
        refusals = {
            401: anonymous.get("/me"),
            404: learner.get("/nowhere"),
            405: learner.put("/problems"),
            422: learner.get("/attempts?per_page=0"),
            403: learner.post(f"/problems/{SLUG}/cases", json={"name": "mine"}),
            413: learner.post(f"/problems/{SLUG}/runs", content=b" " * (2**20 + 1)),
        }
    for status, response in refusals.items():
        assert problem_of(response)["status"] == response.status_code == status
    assert refusals[401].headers["WWW-Authenticate"].startswith("Bearer")
    assert refusals[405].headers["Allow"] == "GET, HEAD"
    assert learner.put("/tokens").headers["Allow"] == "GET, HEAD, POST"
    assert refusals[422].json()["errors"][0]["field"] == "per_page"


def test_a_bad_token_is_told_from_a_missing_one(service: Service) -> None:
    with service.client("hg_unknown") as client:
        refused = client.get("/me")
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_a_body_without_an_end_is_cut_off(learner: httpx.Client) -> None:
    def endless() -> "list[bytes]":
        return [b" " * 2**16] * 40

    refused = learner.post(f"/problems/{SLUG}/runs", content=iter(endless()))
    assert problem_of(refused)["status"] == 413


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"null",
        b"[]",
        b'{"source": NaN}',
        b'{"source": "\\ud800"}',
        b'{"source": "\xff"}',
        b'{"source": 1e999}',
        b'{"source": 1' + b"0" * 9000 + b"}",
        b"[" * 200_000,
        b'{"\\u0000\\ud800": 1, "source": ""}',
        json.dumps({"source": "x" * (64 * 1024 + 1)}).encode(),
        json.dumps({"source": "é" * (33 * 1024)}).encode(),
        json.dumps({"source": "", "surprise": "\0"}).encode(),
        json.dumps({"source": "", "on_behalf_of": "\0"}).encode(),
        json.dumps({"source": "", "assignment_id": "7"}).encode(),
    ],
)
def test_hostile_bodies_are_unusable_and_say_why(learner: httpx.Client, body: bytes) -> None:
    refused = learner.post(
        f"/problems/{SLUG}/attempts", content=body, headers={"content-type": "application/json"}
    )
    assert problem_of(refused)["status"] == 422
    assert refused.json()["errors"]


@pytest.mark.parametrize(
    "path",
    [
        "/problems/%00",
        "/problems/nothing-here",
        f"/problems/{SLUG}/versions/%00",
        f"/problems/{SLUG}/cases/%F0%9F",
        f"/problems/{SLUG}/cases/' OR 1=1",
        "/attempts/1",
        "/attempts/%00",
        "/attempts/018f0000-0000-7000-8000-000000000000",
        "/attempts/018f0000-0000-7000-8000-000000000000/events",
    ],
)
def test_what_is_not_ours_is_not_found(instructor: httpx.Client, path: str) -> None:
    assert problem_of(instructor.get(path))["status"] == 404


@pytest.mark.parametrize(
    "query",
    [
        "cursor=%00",
        "cursor=!!",
        "cursor=AA",
        "problem=%00",
        "per_page=101",
        "per_page=1" + "0" * 5000,
        "verdict=splendid",
        "since=yesterday",
        "since=2026-01-01T00:00:00",
        "since=0001-01-01T00:00:00%2B23:59",
    ],
)
def test_unusable_queries_are_refused(learner: httpx.Client, query: str) -> None:
    refused = learner.get(f"/attempts?{query}")
    assert problem_of(refused)["status"] == 422
    assert refused.json()["errors"]


def test_a_cursor_walks_a_list_once_over(instructor: httpx.Client) -> None:
    whole = [case["id"] for case in instructor.get(f"/problems/{SLUG}/cases?per_page=100").json()]
    walked: list[str] = []
    address: str | None = f"/problems/{SLUG}/cases?per_page=3"
    while address is not None:
        page = instructor.get(address)
        assert len(page.json()) <= 3
        walked += [case["id"] for case in page.json()]
        address = next_page(page)
        assert address is None or address.startswith(str(instructor.base_url).rstrip("/"))
    assert walked == whole
    assert len(set(walked)) == len(walked) > 3


def test_an_etag_saves_sending_the_same_again(learner: httpx.Client) -> None:
    first = learner.get(f"/problems/{SLUG}")
    etag = first.headers["ETag"]
    again = learner.get(f"/problems/{SLUG}", headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert learner.get(f"/problems/{SLUG}", headers={"If-None-Match": '"other"'}).json() == first.json()


def test_head_answers_like_get_without_the_body(learner: httpx.Client) -> None:
    head, get = learner.head("/me"), learner.get("/me")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


def test_nothing_may_come_from_another_host(service: Service) -> None:
    page = httpx.get(f"{service.url}/api/v1/docs", trust_env=False)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "://" not in page.text
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        assert httpx.get(f"{service.url}{address}", trust_env=False).status_code == 200, address


def test_health_and_readiness(service: Service) -> None:
    assert httpx.get(f"{service.url}/healthz", trust_env=False).json() == {"status": "ok"}
    ready = httpx.get(f"{service.url}/readyz", trust_env=False)
    assert ready.status_code == 200
    assert ready.json()["database"] == "ok"
    assert ready.json()["worker"] == "running"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_forms_from_other_sites_are_refused(service: Service, headers: dict[str, str], allowed: bool) -> None:
    answer = httpx.post(f"{service.url}/sign-out", headers=headers, trust_env=False)
    assert (answer.status_code != 403) is allowed


def test_a_form_from_here_is_taken(service: Service) -> None:
    answer = httpx.post(f"{service.url}/sign-out", headers={"Origin": service.url}, trust_env=False)
    assert answer.status_code != 403
