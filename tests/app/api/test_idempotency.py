"""One key, one write: replays, other bodies, requests in flight, abandoned and expired claims."""

import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import now
from app.rest.models import KeyedWrite
from tests.app.api.support import CASE, RIGHT, SLUG, WRONG, Service, in_transaction, problem_of

ATTEMPTS = f"/problems/{SLUG}/attempts"
CASES = f"/problems/{SLUG}/cases"


def keyed(client: httpx.Client, key: str, path: str, body: dict[str, Any]) -> httpx.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": key})


def number_of_attempts(client: httpx.Client) -> int:
    return len(client.get("/attempts?per_page=100").json())


def age(service: Service, key: str, by: timedelta, *, answered: bool) -> None:
    """Make a stored key older, and perhaps forget that it was answered."""

    async def work(session: AsyncSession) -> None:
        row = (await session.exec(select(KeyedWrite).where(KeyedWrite.key == key))).one()
        row.created_at = now() - by
        row.status = row.status if answered else None
        session.add(row)

    in_transaction(service.settings, work)


def test_a_repeated_request_happens_once_and_answers_the_same(service: Service) -> None:
    with service.client(service.make_learner("repeater")) as client:
        first = keyed(client, "k1", ATTEMPTS, {"source": RIGHT})
        again = keyed(client, "k1", ATTEMPTS, {"source": RIGHT})
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["Location"] == first.headers["Location"]
        assert again.headers["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first.headers
        assert number_of_attempts(client) == 1
        waited = keyed(client, "k2", f"{ATTEMPTS}?wait=30", {"source": RIGHT})
        replayed = keyed(client, "k2", f"{ATTEMPTS}?wait=30", {"source": RIGHT})
        assert waited.status_code == 200
        assert (replayed.status_code, replayed.content) == (200, waited.content)
        assert number_of_attempts(client) == 2


def test_another_body_is_refused_and_another_route_or_user_is_not(
    learner: httpx.Client, other: httpx.Client
) -> None:
    assert keyed(learner, "k3", ATTEMPTS, {"source": RIGHT}).status_code == 202
    assert problem_of(keyed(learner, "k3", ATTEMPTS, {"source": WRONG}))["status"] == 422
    assert keyed(other, "k3", ATTEMPTS, {"source": WRONG}).status_code == 202
    token = {"name": "mine", "scopes": ["results:read"]}
    assert keyed(learner, "k3", "/tokens", token).status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
def test_an_unusable_key_is_refused(learner: httpx.Client, key: str) -> None:
    assert problem_of(keyed(learner, key, ATTEMPTS, {"source": RIGHT}))["status"] == 422


def test_a_refused_request_frees_its_key(instructor: httpx.Client) -> None:
    body = CASE | {"name": "freed", "sizes": {"T": 10**9}}
    assert problem_of(keyed(instructor, "k4", CASES, body))["status"] == 422
    answer = keyed(instructor, "k4", CASES, CASE | {"name": "freed"})
    assert answer.status_code == 201
    assert instructor.delete(f"{CASES}/{answer.json()['id']}").status_code == 204


def test_a_request_in_flight_is_told_so(service: Service, learner: httpx.Client) -> None:
    first = keyed(learner, "k5", ATTEMPTS, {"source": RIGHT})
    age(service, "k5", timedelta(seconds=10), answered=False)
    refused = keyed(learner, "k5", ATTEMPTS, {"source": RIGHT})
    assert problem_of(refused)["status"] == 409
    assert refused.headers["Retry-After"] == "1"
    age(service, "k5", timedelta(minutes=5), answered=False)  # whoever claimed it is long dead
    second = keyed(learner, "k5", ATTEMPTS, {"source": RIGHT})
    assert second.status_code == 202
    assert second.json()["id"] != first.json()["id"]


def test_a_key_may_be_used_again_after_a_day(service: Service, learner: httpx.Client) -> None:
    first = keyed(learner, "k6", ATTEMPTS, {"source": RIGHT})
    age(service, "k6", timedelta(hours=25), answered=True)
    second = keyed(learner, "k6", ATTEMPTS, {"source": WRONG})
    assert second.status_code == 202
    assert second.json()["id"] != first.json()["id"]


def test_the_same_request_many_times_at_once_creates_one_thing(service: Service) -> None:
    token = service.make_learner("impatient")
    answers: list[httpx.Response] = []

    def send() -> None:
        with service.client(token) as client:
            answers.append(keyed(client, "k7", ATTEMPTS, {"source": RIGHT}))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 202}) == 1
    with service.client(token) as client:
        assert number_of_attempts(client) == 1


def test_a_secret_is_never_stored_so_a_replay_lacks_it(service: Service, learner: httpx.Client) -> None:
    body = {"name": "once", "scopes": ["results:read"]}
    first = keyed(learner, "k8", "/tokens", body).json()
    again = keyed(learner, "k8", "/tokens", body)
    assert again.status_code == 201
    assert again.json() == first | {"token": None}

    async def stored(session: AsyncSession) -> list[str]:
        return [row.body for row in (await session.exec(select(KeyedWrite))).all()]

    assert not any(first["token"] in text for text in in_transaction(service.settings, stored))
