"""Problems, their versions and instructors' cases by REST."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.app.api.support import CASE, RIGHT, SLUG, problem_of

CASES = f"/problems/{SLUG}/cases"


@pytest.fixture
def added(instructor: httpx.Client) -> Iterator[dict[str, Any]]:
    """A case that exists for one test."""
    answer = instructor.post(CASES, json=CASE)
    assert answer.status_code == 201, answer.text
    yield answer.json()
    instructor.delete(f"{CASES}/{answer.json()['id']}")


def current_version(client: httpx.Client) -> str:
    version: str = client.get(f"/problems/{SLUG}").json()["version"]
    return version


def test_the_catalogue_and_one_problem(learner: httpx.Client) -> None:
    listed = {problem["slug"]: problem for problem in learner.get("/problems").json()}
    detail = learner.get(f"/problems/{SLUG}").json()
    own = {"solved", "tried"}  # of whoever asks: the problem itself knows nothing of it
    shared = listed[SLUG].keys() - own
    assert {key: listed[SLUG][key] for key in shared} == {key: detail[key] for key in shared}
    assert own <= listed[SLUG].keys()
    assert "def train_step" in detail["starter"]
    assert "<math" in detail["statement_html"]
    assert detail["mutation_score"] == 1.0
    assert detail["limits"]["cpu_seconds"] > 0
    assert detail["signature"]["inputs"]["w_emb"]["shape"] == ["V", "d_emb"]
    assert detail["public_cases"]
    for case in detail["public_cases"]:
        assert case["spec"]["visibility"] == "public"
        assert set(case["arguments"]) == set(detail["signature"]["inputs"])
        assert [output["value"] is not None for output in case["expected"]] == [True]


def test_a_learner_sees_nothing_of_hidden_cases(learner: httpx.Client) -> None:
    assert problem_of(learner.get(CASES))["status"] == 403
    for path in (f"/problems/{SLUG}", f"/problems/{SLUG}/versions"):
        answer = learner.get(path)
        assert answer.status_code == 200
        assert "seed" not in str([case for case in answer.json() if "hidden" in str(case)])
    names = {case["name"] for case in learner.get(f"/problems/{SLUG}/versions").json()[0]["cases"]}
    assert len(names) > 3


def test_a_preview_tells_what_a_case_is_and_stores_nothing(instructor: httpx.Client) -> None:
    before = instructor.get(f"{CASES}?per_page=100").json()
    answer = instructor.post(f"{CASES}/preview", json=CASE)
    assert answer.status_code == 200, answer.text
    preview = answer.json()
    assert {output["name"]: output["symbolic"] for output in preview["outputs"]} == {"w_out": "(d_h * V,)"}
    assert preview["outputs"][0]["tolerance"] > 0
    assert "no_mean" in [mistake["name"] for mistake in preview["caught"]]
    assert instructor.get(f"{CASES}?per_page=100").json() == before


def test_quality_is_a_matrix_of_mistakes_and_cases(instructor: httpx.Client, learner: httpx.Client) -> None:
    answer = instructor.get(f"/problems/{SLUG}/quality")
    found = answer.json()
    assert answer.headers["ETag"]
    assert found["mutation"]["score"] == 1.0
    assert {len(mistake["margins"]) for mistake in found["mistakes"]} == {len(found["cases"])}
    for mistake in found["mistakes"]:
        assert sum(margin["caught"] for margin in mistake["margins"]) == mistake["caught_by"]
        assert (mistake["caught_by"] >= 2) == mistake["observable"]
    (output,) = found["outputs"]
    assert output["accepted"] < 1 < output["distance"]
    assert problem_of(learner.get(f"/problems/{SLUG}/quality"))["status"] == 403


def test_an_added_case_counts_from_then_on(
    instructor: httpx.Client, learner: httpx.Client, added: dict[str, Any]
) -> None:
    assert added["origin"] == "stored"
    assert added["preview"]["outputs"][0]["shape"] == [20]
    assert instructor.get(f"{CASES}/{added['id']}").json() == added
    listed = instructor.get(CASES).json()
    assert listed[0]["id"] == added["id"]
    versions = learner.get(f"/problems/{SLUG}/versions").json()
    assert [version["current"] for version in versions].count(True) == 1
    assert versions[0]["current"]
    assert added["name"] in [case["name"] for case in versions[0]["cases"]]
    attempt = learner.post(f"/problems/{SLUG}/attempts?wait=30", json={"source": RIGHT}).json()
    assert attempt["version"] == versions[0]["id"]
    assert (attempt["verdict"], attempt["report"]["score"]) == ("accepted", 1.0)
    assert added["name"] in [case["name"] for case in attempt["report"]["cases"]]


def test_a_retired_case_is_left_out_of_later_versions(
    instructor: httpx.Client, added: dict[str, Any]
) -> None:
    with_it = current_version(instructor)
    assert instructor.delete(f"{CASES}/{added['id']}").status_code == 204
    assert current_version(instructor) != with_it
    assert added["id"] not in [case["id"] for case in instructor.get(CASES).json()]
    assert instructor.get(f"{CASES}/{added['id']}").json()["retired_at"] is not None
    assert problem_of(instructor.delete(f"{CASES}/{added['id']}"))["status"] == 409
    older = instructor.get(f"/problems/{SLUG}/versions/{with_it}").json()
    assert added["name"] in [case["name"] for case in older["cases"]]


def test_a_delete_can_insist_on_what_it_saw(instructor: httpx.Client, added: dict[str, Any]) -> None:
    address = f"{CASES}/{added['id']}"
    assert problem_of(instructor.delete(address, headers={"If-Match": '"stale"'}))["status"] == 412
    etag = instructor.get(address).headers["ETag"]
    assert instructor.delete(address, headers={"If-Match": etag}).status_code == 204


def test_cases_of_the_folder_are_read_only(instructor: httpx.Client) -> None:
    folder = [c for c in instructor.get(f"{CASES}?per_page=100").json() if c["origin"] == "folder"]
    detail = instructor.get(f"{CASES}/{folder[0]['id']}").json()
    assert detail["preview"]["name"] == folder[0]["name"]
    assert problem_of(instructor.delete(f"{CASES}/{folder[0]['id']}"))["status"] == 409


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "two\nlines"},
        {"name": "nul\0"},
        {"sizes": {"T": 1}},
        {"sizes": {"T": 10**9}},
        {"sizes": {"nothing": 3}},
        {"given": {"lr": "fast"}},
        {"given": {"nothing": 3}},
        {"given": {"w_emb": [[[[1.0]]]]}},
        {"given": {"\0": 1}},
        {"draws": {"tokens": {"draw": "splendid"}}},
        {"draws": {"w_emb": {"scale": 1e308}}},
        {"seed": -1},
        {"seed": 2**63},
        {"weight": 0},
        {"layout": "spiral"},
        {"tolerance": 1e9},
        {"raises": ["SystemExit"]},
        {"visibility": "secret"},
        {"surprise": 1},
    ],
)
def test_an_unusable_case_is_refused_with_a_reason_and_nothing_is_stored(
    instructor: httpx.Client, change: dict[str, Any]
) -> None:
    before = current_version(instructor)
    for path in (f"{CASES}/preview", CASES):
        refused = instructor.post(path, json=CASE | change)
        assert problem_of(refused)["status"] == 422, refused.text
        assert len(refused.json()["detail"]) > 10
    assert current_version(instructor) == before


def test_a_taken_name_is_refused(instructor: httpx.Client, added: dict[str, Any]) -> None:
    refused = instructor.post(CASES, json=CASE)
    assert problem_of(refused)["status"] == 409
    assert added["name"] in refused.json()["detail"]
