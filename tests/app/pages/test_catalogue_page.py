"""The catalogue's page: tracks, what one has solved of them, search, filters and what comes next."""

import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import event

from app.accounts.models import Role, User
from app.context import Context, open_context
from app.main import create_app
from app.settings import Settings
from grader.verdict import Verdict
from tests.app.many import handed_in, many_problems
from tests.app.pages.service import Service, graded, submit
from tests.app.people import make, sign_in

pytestmark = pytest.mark.anyio

IN_ORDER = ["halve", "double", "square", "slope", "steep-slope", "loner"]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    settings.problems_dir = many_problems(tmp_path / "problems")
    return settings


@pytest.fixture
async def ada(context: Context) -> User:
    return await make(context, "ada")


@pytest.fixture
async def client(signed_out: httpx.AsyncClient, context: Context, ada: User) -> httpx.AsyncClient:
    """Ada's."""
    await sign_in(signed_out, context, ada)
    return signed_out


def _slugs(html: str) -> list[str]:
    return re.findall(r'<h3><a href="/problems/([^"]+)"', html)


def _states(html: str) -> dict[str, str]:
    """The word beside each problem, and the shape's path to tell it without colour."""
    found: dict[str, str] = {}
    for item in html.split("<h3>")[1:]:
        state = re.search(r'class="verdict[^>]*><svg.*?</svg>(\w+)</span>', item, re.DOTALL)
        found[_slugs(f"<h3>{item}")[0]] = state[1] if state else ""
    return found


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class TestTracks:
    async def test_are_shown_in_their_order_to_everybody(self, signed_out: httpx.AsyncClient) -> None:
        html = (await signed_out.get("/problems")).text
        assert _slugs(html) == IN_ORDER
        titles = re.findall(r'<h2 id="track-\d">([^<]+)</h2>', html)
        assert titles == ["Going forward", "Going back", "Other problems"]
        assert "From inputs to outputs." in html
        assert "3 problems" in _words(html)
        assert "solved" not in html
        assert set(_states(html).values()) == {""}

    async def test_say_how_much_of_them_is_solved(
        self, client: httpx.AsyncClient, context: Context, ada: User
    ) -> None:
        await handed_in(context, ada, "halve", Verdict.ACCEPTED)
        await handed_in(context, ada, "square", Verdict.ACCEPTED, after_solution=True)
        await handed_in(context, ada, "double", Verdict.WRONG_ANSWER)
        await handed_in(context, await make(context, "bob"), "slope", Verdict.ACCEPTED)
        html = (await client.get("/problems")).text
        assert "Going forward 1 of 3 solved" in _words(html)
        assert "Going back 0 of 2 solved" in _words(html)
        assert _states(html) == {
            "halve": "Solved",
            "double": "Tried",
            "square": "Tried",
            "slope": "",
            "steep-slope": "",
            "loner": "",
        }
        shapes = re.findall(r'class="verdict[^>]*>(<svg.*?</svg>)', html, re.DOTALL)
        assert len(set(shapes)) == 2
        assert '<progress max="3" value="1"' in html

    async def test_one_query_knows_all_states(
        self, client: httpx.AsyncClient, context: Context, ada: User
    ) -> None:
        for slug in IN_ORDER:
            await handed_in(context, ada, slug, Verdict.ACCEPTED)
        asked: list[str] = []
        event.listen(
            context.database.engine.sync_engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_: asked.append(statement),
        )
        assert "3 of 3 solved" in (await client.get("/problems")).text
        assert sum("FROM attempt" in statement for statement in asked) == 1
        assert len(asked) <= 4


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "slugs"),
        [
            ("topic=powers", ["square", "steep-slope"]),
            ("track=backward", ["slope", "steep-slope"]),
            ("difficulty=medium", ["square", "slope"]),
            ("q=every+NUMBER", ["halve", "double", "square"]),
            ("q=number&difficulty=easy&topic=division", ["halve"]),
            ("q=&topic=&track=&difficulty=", IN_ORDER),
        ],
    )
    async def test_leave_what_fits(self, signed_out: httpx.AsyncClient, query: str, slugs: list[str]) -> None:
        html = (await signed_out.get(f"/problems?{query}")).text
        assert _slugs(html) == slugs
        assert ("Show all</a>" in html) is (slugs != IN_ORDER)

    async def test_stay_in_the_form(self, signed_out: httpx.AsyncClient) -> None:
        html = (await signed_out.get('/problems?q="it"&track=forward&topic=powers&difficulty=medium')).text
        assert 'value="&#34;it&#34;"' in html
        for chosen in ("forward", "powers", "medium"):
            assert f'<option value="{chosen}" selected>' in html

    async def test_a_topics_label_leads_to_its_problems(self, signed_out: httpx.AsyncClient) -> None:
        html = (await signed_out.get("/problems?topic=division")).text
        assert '<a href="/problems?topic=division" aria-current="true">division</a>' in html
        assert '<a href="/problems?topic=arithmetic">arithmetic</a>' in html

    async def test_nothing_found_says_so_and_how_to_go_on(self, signed_out: httpx.AsyncClient) -> None:
        html = (await signed_out.get("/problems?q=<transformers>")).text
        assert "No problem fits" in html
        assert "Nothing is called “&lt;transformers&gt;”" in html
        assert "Show all 6 problems" in html
        html = (await signed_out.get("/problems?q=cube&topic=division")).text
        assert '<a class="button" href="/problems?topic=division">Without the search “cube”</a>' in html
        assert '<a class="button" href="/problems?q=cube">Without the topic “division”</a>' in html
        html = (await signed_out.get("/problems?difficulty=splendid")).text
        assert "There is nothing of this kind here." in html


class TestNext:
    @staticmethod
    def said(html: str) -> str:
        """What stands in the note that leads on, with the address."""
        note = re.search(r'<p class="note[^"]*next">(.*?)</p>', html, re.DOTALL)
        return (
            " ".join(re.sub(r'<a href="([^"]+)">|</a>|</?span[^>]*>', r"\1 ", note[1]).split())
            if note
            else ""
        )

    async def test_is_the_first_unsolved_of_the_track_of_the_last_accepted_attempt(
        self, client: httpx.AsyncClient, context: Context, ada: User
    ) -> None:
        await handed_in(context, ada, "slope", Verdict.ACCEPTED)
        await handed_in(context, ada, "square", Verdict.ACCEPTED)
        await handed_in(context, ada, "steep-slope", Verdict.WRONG_ANSWER)
        html = (await client.get("/problems")).text
        assert self.said(html) == "Go on with: /problems/halve Halve it in Going forward"

    async def test_a_newcomer_begins_with_the_first_easy_one(
        self, signed_out: httpx.AsyncClient, settings: Settings, context: Context, ada: User
    ) -> None:
        assert settings.problems_dir
        tracks = settings.problems_dir / "tracks.toml"
        forward, backward = tracks.read_text().split("[backward]")
        tracks.write_text(f"[backward]{backward}\n{forward}")  # the first track has nothing easy
        context.catalogue.__init__(settings.problems_dir)  # type: ignore[misc]
        begin = "Begin here: /problems/halve Halve it in Going forward"
        assert self.said((await signed_out.get("/problems")).text) == begin
        await sign_in(signed_out, context, ada)
        assert self.said((await signed_out.get("/problems")).text) == begin
        await handed_in(context, ada, "square", Verdict.WRONG_ANSWER)
        html = (await signed_out.get("/problems")).text
        assert self.said(html) == "Go on with: /problems/square Square it in Going forward"

    async def test_looks_onward_before_it_looks_back(
        self, client: httpx.AsyncClient, context: Context, ada: User
    ) -> None:
        attempt = await handed_in(context, ada, "double", Verdict.ACCEPTED)
        page = f"/attempts/{attempt.id}"
        assert self.said((await client.get(page)).text) == "Next in this track: /problems/square Square it"
        await handed_in(context, ada, "square", Verdict.ACCEPTED)
        assert self.said((await client.get(page)).text) == "Left in this track: /problems/halve Halve it"
        for slug in ("slope", "steep-slope"):
            await handed_in(context, ada, slug, Verdict.ACCEPTED)
        last = await handed_in(context, ada, "loner", Verdict.ACCEPTED)
        html = (await client.get(f"/attempts/{last.id}")).text
        assert self.said(html) == "Left, in Going forward: /problems/halve Halve it"

    async def test_goes_on_to_the_next_track_and_ends_with_the_last_problem(
        self, client: httpx.AsyncClient, context: Context, ada: User
    ) -> None:
        await handed_in(context, ada, "slope", Verdict.ACCEPTED)
        await handed_in(context, ada, "steep-slope", Verdict.ACCEPTED, after_solution=True)
        assert "The loner" in self.said((await client.get("/problems")).text)
        await handed_in(context, ada, "loner", Verdict.ACCEPTED)
        assert "Halve it" in self.said((await client.get("/problems")).text)
        for slug in ("halve", "double", "square"):
            await handed_in(context, ada, slug, Verdict.ACCEPTED)
        assert self.said((await client.get("/problems")).text) == ""

    async def test_stands_on_the_pages_of_the_problem_and_of_the_attempt(
        self, client: httpx.AsyncClient, context: Context, ada: User
    ) -> None:
        wrong = await handed_in(context, ada, "halve", Verdict.WRONG_ANSWER)
        for address in ("/problems/halve", f"/attempts/{wrong.id}"):
            assert self.said((await client.get(address)).text) == ""
        right = await handed_in(context, ada, "halve", Verdict.ACCEPTED)
        for address in ("/problems/halve", f"/attempts/{right.id}"):
            html = (await client.get(address)).text
            assert self.said(html) == "Next in this track: /problems/double Double it"
        await handed_in(context, ada, "double", Verdict.ACCEPTED)
        last = await handed_in(context, ada, "square", Verdict.ACCEPTED)
        html = (await client.get(f"/attempts/{last.id}")).text
        assert self.said(html) == "Next, in Going back: /problems/slope The slope"
        await handed_in(context, ada, "square", Verdict.WRONG_ANSWER)
        assert self.said((await client.get("/problems/square")).text) == ""

    def test_comes_with_the_results_while_they_arrive(
        self, service: Service, right: str, no_mean: str
    ) -> None:
        learner = service.learner(f"{uuid4().hex}@example.org")
        link = submit(learner, no_mean)
        assert "Next in this track" not in learner.get(f"{link}/events").text
        link = submit(learner, right)
        assert "Next in this track:" in learner.get(f"{link}/events").text
        assert '<a href="/problems/train-rnn-lm-full">' in graded(learner, link)

    async def test_is_not_said_of_other_peoples_attempts(
        self, signed_out: httpx.AsyncClient, context: Context, ada: User
    ) -> None:
        attempt = await handed_in(context, ada, "halve", Verdict.ACCEPTED)
        await sign_in(signed_out, context, await make(context, "eve", Role.INSTRUCTOR))
        html = (await signed_out.get(f"/attempts/{attempt.id}")).text
        assert "Right on all" in html
        assert self.said(html) == ""

    async def test_a_problem_that_is_gone_leads_nowhere(
        self, client: httpx.AsyncClient, context: Context, ada: User
    ) -> None:
        attempt = await handed_in(context, ada, "gone", Verdict.ACCEPTED)
        answer = await client.get(f"/attempts/{attempt.id}")
        assert (answer.status_code, self.said(answer.text)) == (200, "")
        assert self.said((await client.get("/problems")).text).startswith("Begin here: ")


async def test_a_problem_names_its_track_and_its_place(signed_out: httpx.AsyncClient) -> None:
    html = (await signed_out.get("/problems/double")).text
    assert '<a href="/problems?track=forward">Going forward</a> / 2 of 3, easy' in html


async def test_a_solved_problem_says_so_beside_its_title(
    client: httpx.AsyncClient, context: Context, ada: User
) -> None:
    def beside(html: str) -> str:
        return html.partition("</h1>")[2].partition("</div>")[0]

    await handed_in(context, ada, "halve", Verdict.WRONG_ANSWER)
    assert "Solved" not in beside((await client.get("/problems/halve")).text)
    await handed_in(context, ada, "halve", Verdict.ACCEPTED)
    await handed_in(context, ada, "halve", Verdict.WRONG_ANSWER)
    mark = beside((await client.get("/problems/halve")).text)
    assert re.search(r"<svg.*</svg>Solved</span>", mark)


async def test_tracks_that_cannot_be_read_are_told_to_who_teaches(
    signed_out: httpx.AsyncClient, settings: Settings, context: Context
) -> None:
    assert settings.problems_dir
    (settings.problems_dir / "tracks.toml").write_text("[forward]\n")
    context.catalogue.__init__(settings.problems_dir)  # type: ignore[misc]
    await sign_in(signed_out, context, await make(context, "eve", Role.INSTRUCTOR))
    html = (await signed_out.get("/problems")).text
    assert "tracks.toml: &#39;forward.title&#39; is missing; add it" in html
    assert _slugs(html) == ["slope", "steep-slope", "double", "halve", "square", "loner"]


async def test_an_empty_folder_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    settings.problems_dir = tmp_path / "empty"
    app = create_app(settings)
    async with open_context(settings) as context:
        app.state.context, app.state.worker = context, None
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            html = (await client.get("/problems?q=a")).text
    assert "There are no problems yet." in html
    assert "<form" not in html.partition("<main")[2]
