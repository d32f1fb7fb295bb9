"""REST: the list of problems, its filters, and how far the caller is."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.accounts import tokens
from app.accounts.models import Role, User
from app.attempts.models import AttemptState
from app.context import Context
from app.main import create_app
from app.settings import Settings
from grader.verdict import Verdict
from tests.app.api.support import next_page, problem_of
from tests.app.many import handed_in, many_problems
from tests.app.people import make

pytestmark = pytest.mark.anyio

ALL = ["double", "halve", "loner", "slope", "square", "steep-slope"]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    settings.problems_dir = many_problems(tmp_path / "problems")
    return settings


@pytest.fixture
async def ada(context: Context) -> User:
    return await make(context, "ada")


@pytest.fixture
async def client(context: Context, ada: User) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(context.settings)
    app.state.context, app.state.worker = context, None
    async with context.database.writing() as session:
        scopes = tokens.RIGHTS[Role.LEARNER]
        _, secret = await tokens.create_token(session, ada, name="all", scopes=scopes)
    headers = {"Authorization": f"Bearer {secret}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x/api/v1", headers=headers) as client:
        yield client


async def _listed(client: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/problems?per_page=100&{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_every_problem_says_its_track_and_place(client: httpx.AsyncClient) -> None:
    found = {one["slug"]: one for one in await _listed(client)}
    assert list(found) == ALL
    assert found["square"] == {
        "slug": "square",
        "title": "Square it",
        "summary": "Every number times itself.",
        "track": "forward",
        "track_title": "Going forward",
        "place": 3,
        "topics": ["arithmetic", "powers"],
        "difficulty": "medium",
        "entry_point": "solve",
        "solved": False,
        "tried": False,
    }
    assert [found[slug]["place"] for slug in ("halve", "double", "slope", "steep-slope")] == [1, 2, 1, 2]
    assert (found["loner"]["track"], found["loner"]["track_title"]) == ("", "Other problems")
    detail = (await client.get("/problems/square")).json()
    assert (detail["track_title"], detail["place"]) == ("Going forward", 3)


async def test_solved_and_tried_are_the_callers_own(
    client: httpx.AsyncClient, context: Context, ada: User
) -> None:
    bob = await make(context, "bob")
    await handed_in(context, bob, "loner", Verdict.ACCEPTED)
    await handed_in(context, ada, "halve", Verdict.WRONG_ANSWER)
    await handed_in(context, ada, "halve", Verdict.ACCEPTED)
    await handed_in(context, ada, "double", Verdict.RUNTIME_ERROR)
    await handed_in(context, ada, "square", Verdict.ACCEPTED, after_solution=True)
    await handed_in(context, ada, "slope", None)
    await handed_in(context, ada, "steep-slope", Verdict.INTERNAL_ERROR)
    await handed_in(context, ada, "steep-slope", None, state=AttemptState.FAILED)
    found = await _listed(client)
    assert [one["slug"] for one in found if one["solved"]] == ["halve"]
    assert [one["slug"] for one in found if one["tried"]] == ["double", "halve", "slope", "square"]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("topic=powers", ["square", "steep-slope"]),
        ("topic=power", []),
        ("track=backward", ["slope", "steep-slope"]),
        ("difficulty=hard", ["loner", "steep-slope"]),
        ("topic=arithmetic&difficulty=easy&track=forward", ["double", "halve"]),
        ("q=GRADIENT", ["slope", "steep-slope"]),
        ("q=number%20every", ["double", "halve", "square"]),
        ("q=steep-", ["steep-slope"]),
        ("q=division", ["halve"]),
        ("q=%20", ALL),
        ("q=nothing%20of%20it", []),
    ],
)
async def test_filters_leave_what_fits_all_of_them(
    client: httpx.AsyncClient, query: str, slugs: list[str]
) -> None:
    assert [one["slug"] for one in await _listed(client, query)] == slugs


@pytest.mark.parametrize(
    ("query", "field"), [("difficulty=splendid", "difficulty"), (f"q={'x' * 201}", "q"), ("q=%00", "q")]
)
async def test_unusable_filters_are_refused(client: httpx.AsyncClient, query: str, field: str) -> None:
    refused = await client.get(f"/problems?{query}")
    assert problem_of(refused)["errors"][0]["field"] == field
    assert refused.status_code == 422


async def test_a_cursor_walks_what_fits_once_over(client: httpx.AsyncClient) -> None:
    walked: list[str] = []
    address: str | None = "/problems?q=number&per_page=2"
    while address is not None:
        page = await client.get(address)
        walked += [one["slug"] for one in page.json()]
        address = next_page(page)
        assert address is None or "q=number" in address
    assert walked == ["double", "halve", "square"]
