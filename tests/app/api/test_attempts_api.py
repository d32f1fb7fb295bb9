"""Running, handing in, following and reading attempts by REST."""

import json
import threading
import time
from typing import Any

import httpx
import pytest

from app.accounts import service as accounts
from app.accounts import tokens
from app.accounts.models import Scope
from tests.app.api.support import RIGHT, SLUG, WRONG, Service, in_transaction, next_page, problem_of

ATTEMPTS = f"/problems/{SLUG}/attempts"
SLOW = f"""{RIGHT}
import time
inner = train_step
def train_step(*arguments):
    time.sleep(0.3)
    return inner(*arguments)
"""


def events_of(response: httpx.Response) -> list[dict[str, Any]]:
    """The server-sent events of an answer, comments left out."""
    events: list[dict[str, Any]] = []
    for block in response.text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            events.append(fields | {"data": json.loads(fields["data"])})
    return events


def graded(client: httpx.Client, source: str, **body: str) -> dict[str, Any]:
    answer = client.post(f"{ATTEMPTS}?wait=30", json={"source": source, **body})
    assert answer.status_code == 200, answer.text
    attempt: dict[str, Any] = answer.json()
    return attempt


def test_a_right_attempt_is_accepted_and_its_report_is_whole(learner: httpx.Client) -> None:
    attempt = graded(learner, RIGHT)
    assert (attempt["state"], attempt["verdict"], attempt["score"]) == ("graded", "accepted", 1.0)
    report = attempt["report"]
    assert report["problem"] == SLUG
    assert report["version"] == attempt["version"]
    for case in report["cases"]:
        assert case["verdict"] == "accepted"
        if case["visibility"] == "hidden":
            assert case["error"] is None
            assert case["stdout"] is None
    assert learner.get(f"/attempts/{attempt['id']}").json() == attempt


def test_a_known_mistake_is_named(learner: httpx.Client) -> None:
    attempt = graded(learner, WRONG)
    assert attempt["verdict"] == "wrong_answer"
    assert attempt["report"]["diagnosis"]["name"] == "no_mean"


def test_without_waiting_one_is_told_where_to_look(learner: httpx.Client) -> None:
    answer = learner.post(ATTEMPTS, json={"source": RIGHT})
    assert answer.status_code == 202
    assert answer.json()["report"] is None
    assert int(answer.headers["Retry-After"]) >= 1
    while (attempt := learner.get(answer.headers["Location"]).json())["state"] != "graded":
        time.sleep(0.05)
    assert attempt["verdict"] == "accepted"


def test_a_run_is_graded_on_the_public_cases_only(learner: httpx.Client) -> None:
    before = learner.get("/attempts").json()
    report = learner.post(f"/problems/{SLUG}/runs", json={"source": RIGHT}).json()
    assert {case["visibility"] for case in report["cases"]} == {"public"}
    assert learner.get("/attempts").json() == before


@pytest.mark.parametrize(
    "source", ["def train_step(", "\0", "", "import os\nos._exit(0)", "raise SystemExit", "x = '\\ud800'"]
)
def test_bad_code_gets_a_verdict_and_no_refusal(learner: httpx.Client, source: str) -> None:
    attempt = graded(learner, source)
    assert attempt["verdict"] in ("compile_error", "runtime_error")
    assert attempt["report"]["cases"][0]["message"]


def test_the_events_tell_the_whole_story_and_resume(learner: httpx.Client) -> None:
    attempt = graded(learner, WRONG)
    events = events_of(learner.get(f"/attempts/{attempt['id']}/events"))
    names = [event["event"] for event in events]
    assert names == ["running", *["case"] * len(attempt["report"]["cases"]), "graded"]
    assert events[-1]["data"] == attempt["report"]
    assert [event["data"]["name"] for event in events[1:-1]] == [
        case["name"] for case in attempt["report"]["cases"]
    ]
    for i, event in enumerate(events):
        again = learner.get(f"/attempts/{attempt['id']}/events", headers={"Last-Event-ID": event["id"]})
        assert events_of(again) == events[i + 1 :]


def test_events_arrive_while_the_attempt_is_graded(service: Service, learner: httpx.Client) -> None:
    attempt = learner.post(ATTEMPTS, json={"source": SLOW}).json()
    with learner.stream("GET", f"/attempts/{attempt['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line == "event: case":
                break
        with service.client("learner") as second:
            assert second.get(f"/attempts/{attempt['id']}").json()["state"] == "running"


def test_a_stream_ends_when_its_token_is_revoked(service: Service, learner: httpx.Client) -> None:
    made = learner.post("/tokens", json={"name": "short-lived", "scopes": ["results:read"]}).json()
    attempt = learner.post(ATTEMPTS, json={"source": SLOW}).json()
    with (
        service.client(made["token"]) as client,
        client.stream("GET", f"/attempts/{attempt['id']}/events") as stream,
    ):
        lines = stream.iter_lines()
        while next(lines) != "event: case":
            pass
        assert learner.delete(f"/tokens/{made['id']}").status_code == 204
        assert "event: graded" not in list(lines)


def test_a_learner_sees_only_their_own(learner: httpx.Client, other: httpx.Client) -> None:
    mine = graded(learner, RIGHT)
    assert problem_of(other.get(f"/attempts/{mine['id']}"))["status"] == 404
    assert problem_of(other.get(f"/attempts/{mine['id']}/events"))["status"] == 404
    assert mine["id"] not in [attempt["id"] for attempt in other.get("/attempts").json()]
    assert other.get("/attempts", params={"user": mine["user"]}).json() == []


def test_an_lms_hands_in_for_its_learners(learner: httpx.Client, instructor: httpx.Client) -> None:
    first = graded(instructor, RIGHT, on_behalf_of="lms-1")
    second = graded(instructor, WRONG, on_behalf_of="lms-1")
    third = graded(instructor, WRONG, on_behalf_of="lms-2")
    assert first["user"] == second["user"] != third["user"]
    found = instructor.get("/attempts", params={"user": first["user"]}).json()
    assert [attempt["id"] for attempt in found] == [second["id"], first["id"]]
    refused = learner.post(ATTEMPTS, json={"source": RIGHT, "on_behalf_of": "lms-1"})
    assert problem_of(refused)["status"] == 403


def test_the_list_filters_and_walks(service: Service) -> None:
    with service.client(service.make_learner("filtered")) as client:
        made = [graded(client, source) for source in (RIGHT, WRONG, RIGHT + "\n", WRONG + "\n")]
        newest_first = [attempt["id"] for attempt in reversed(made)]
        assert [a["id"] for a in client.get("/attempts").json()] == newest_first
        accepted = client.get("/attempts", params={"verdict": "accepted", "problem": SLUG}).json()
        assert [a["id"] for a in accepted] == [made[2]["id"], made[0]["id"]]
        since = client.get("/attempts", params={"since": made[2]["created_at"]}).json()
        assert [a["id"] for a in since] == [made[3]["id"], made[2]["id"]]
        assert client.get("/attempts", params={"problem": "another"}).json() == []
        walked: list[str] = []
        address: str | None = "/attempts?per_page=1&verdict=wrong_answer"
        while address is not None:
            page = client.get(address)
            walked += [attempt["id"] for attempt in page.json()]
            address = next_page(page)
        assert walked == [made[3]["id"], made[1]["id"]]


def test_the_solution_opens_when_it_is_earned_and_marks_later_attempts(service: Service) -> None:
    with service.client(service.make_learner("curious")) as client:
        refused = client.get(f"/problems/{SLUG}/solution")
        assert problem_of(refused)["status"] == 403
        assert graded(client, RIGHT)["after_solution"] is False
        assert "def train_step" in client.get(f"/problems/{SLUG}/solution").json()["source"]
        assert graded(client, RIGHT)["after_solution"] is True


def test_a_role_taken_away_counts_at_once(service: Service) -> None:
    with service.client(service.make_learner("demoted")) as client:
        attempt = graded(client, RIGHT)

        async def forget(session: Any) -> None:
            user = await accounts.find_user(session, "demoted@example.edu")
            for token in await tokens.list_tokens(session, user):
                token.scopes = [Scope.PROBLEMS_READ]
                session.add(token)

        in_transaction(service.settings, forget)
        assert problem_of(client.get(f"/attempts/{attempt['id']}"))["status"] == 403


def test_two_waiters_do_not_hinder_each_other(service: Service) -> None:
    verdicts: list[str] = []

    def hand_in(name: str) -> None:
        with service.client(name) as client:
            verdicts.append(graded(client, RIGHT)["verdict"])

    threads = [threading.Thread(target=hand_in, args=(name,)) for name in ("learner", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == ["accepted", "accepted"]
