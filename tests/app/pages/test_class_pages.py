"""The instructors' pages of the class: a problem's students, one of them, and all against every problem."""

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from app.accounts.models import Role, User
from app.attempts.models import SolutionSeen
from app.context import Context
from app.database import now
from app.settings import Settings
from app.web.parts import part_of
from grader.verdict import Verdict
from tests.app.many import handed_in, many_problems
from tests.app.people import make, sign_in

pytestmark = pytest.mark.anyio

RIGHT, WRONG = Verdict.ACCEPTED, Verdict.WRONG_ANSWER
IN_ORDER = ["halve", "double", "square", "slope", "steep-slope", "loner"]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    settings.problems_dir = many_problems(tmp_path / "problems")
    return settings


class Class:
    """Ada solved two problems, Bob one after reading its solution, Carol only tried, Dan has not begun."""

    def __init__(self, ada: User, bob: User, carol: User, dan: User) -> None:
        self.ada, self.bob, self.carol, self.dan = ada, bob, carol, dan
        self.attempts: dict[str, str] = {}


@pytest.fixture
async def people(context: Context) -> Class:
    one = Class(*[await make(context, name) for name in ("ada", "bob", "carol", "dan")])
    made = [
        ("ada", one.ada, "double", RIGHT, False),
        ("ada halves", one.ada, "halve", RIGHT, False),
        ("bob", one.bob, "double", WRONG, False),
        ("bob later", one.bob, "double", RIGHT, True),
        ("carol", one.carol, "double", WRONG, False),
    ]
    for name, user, slug, verdict, after_solution in made:
        attempt = await handed_in(context, user, slug, verdict, after_solution=after_solution)
        one.attempts[name] = attempt.id
    async with context.database.writing() as session:
        for user in (one.ada, one.bob, one.carol):  # Ada opened it once she had solved the problem
            session.add(SolutionSeen(user_id=user.id, problem="double", seen_at=now()))
    return one


@pytest.fixture
async def client(signed_out: httpx.AsyncClient, context: Context) -> httpx.AsyncClient:
    """An instructor's."""
    await sign_in(signed_out, context, await make(context, "eve", Role.INSTRUCTOR))
    return signed_out


class _Tables(HTMLParser):
    """The cells of every row on a page: their text, and where their links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.links: list[list[list[str]]] = []
        self.labels: list[list[str | None]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            for rows in (self.rows, self.links, self.labels):
                rows.append([])
        if tag in ("th", "td"):
            self._inside = True
            self.rows[-1].append("")
            self.links[-1].append([])
            self.labels[-1].append(dict(attrs).get("data-label"))
        if tag == "a" and self._inside:
            self.links[-1][-1].append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] = " ".join((self.rows[-1][-1] + data).split())


def _csv(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def _body(html: str) -> list[list[str]]:
    return _Tables(html.partition("<tbody>")[2].partition("</tbody>")[0]).rows


class TestStudents:
    async def test_tells_of_everybody_also_of_who_has_not_begun(
        self, client: httpx.AsyncClient, people: Class
    ) -> None:
        html = (await client.get("/problems/double/students")).text
        rows = _body(html)
        assert [row[0].partition("@")[0] for row in rows] == ["Adaada", "Bobbob", "Carolcarol", "Dandan"]
        assert [row[1:5] for row in rows] == [
            ["Solved", "Accepted", "100", "1"],
            ["After the solutionread the solution", "Wrong answer", "0", "2"],
            ["Triedread the solution", "Wrong answer", "0", "1"],
            ["Not begun", "", "", "0"],
        ]

    async def test_leads_to_each_best_attempt_and_to_all_of_theirs(
        self, client: httpx.AsyncClient, people: Class
    ) -> None:
        html = (await client.get("/problems/double/students")).text
        links = _Tables(html.partition("<tbody>")[2]).links
        assert [row[-1] for row in links] == [
            *([f"/attempts/{people.attempts[name]}"] for name in ("ada", "bob", "carol")),
            [],
        ]
        for row, user in zip(links, (people.ada, people.bob, people.carol, people.dan), strict=True):
            assert row[0] == [f"/problems/double/students/{user.id}"]
            answer = await client.get(row[0][0])
            assert answer.status_code == 200
            assert f"<h1>{user.label} at Double it</h1>" in answer.text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("standing=solved", "ada"),
            ("standing=after_solution", "bob"),
            ("standing=tried", "carol"),
            ("standing=not_begun", "dan"),
            ("standing=read", "bob carol"),
            ("standing=read&verdict=accepted", ""),
            ("verdict=wrong_answer", "bob carol"),
            ("verdict=wrong_answer&standing=tried", "carol"),
            ("since=2999-01-01", ""),
            ("since=2020-01-01", "ada bob carol"),
            ("standing=nonsense&verdict=nonsense&since=nonsense", "ada bob carol dan"),
        ],
    )
    async def test_filters_hold_on_the_page_and_in_the_csv(
        self, client: httpx.AsyncClient, people: Class, query: str, found: str
    ) -> None:
        html = (await client.get(f"/problems/double/students?{query}")).text
        assert re.findall(r"(\w+)@example\.edu", html.partition("<table")[2]) == found.split()
        rows = _csv(await client.get(f"/problems/double/students.csv?{query}"))
        assert [row["email"].partition("@")[0] for row in rows] == found.split()
        if not found:
            assert "Nobody fits these filters." in html

    async def test_the_csv_carries_standing_and_reading(
        self, client: httpx.AsyncClient, people: Class
    ) -> None:
        rows = _csv(await client.get("/problems/double/students.csv"))
        told = [(row["standing"], bool(row["read_solution"]), row["attempt"], row["score"]) for row in rows]
        assert told == [
            ("solved", False, people.attempts["ada"], "1.0000"),
            ("after_solution", True, people.attempts["bob"], "0.0000"),
            ("tried", True, people.attempts["carol"], "0.0000"),
            ("not_begun", False, "", ""),
        ]

    async def test_a_long_list_comes_in_parts_that_keep_the_filters(
        self, client: httpx.AsyncClient, context: Context
    ) -> None:
        for number in range(70):
            await make(context, f"learner{number:02}")
        html = (await client.get("/problems/double/students?standing=not_begun")).text
        assert "70 students" in html
        assert len(_body(html)) == 60
        (link,) = re.findall(r'href="([?][^"]+)">Those after', html)
        rest = (await client.get(f"/problems/double/students{link.replace('&amp;', '&')}")).text
        assert [row[0].partition("learner")[0] for row in _body(rest)] == [
            f"Learner{n}" for n in range(60, 70)
        ]
        assert "61 to 70 of 70" in rest
        assert '<option value="not_begun" selected>' in rest


class TestOneStudent:
    async def test_every_attempt_is_there_and_says_what_counts(
        self, client: httpx.AsyncClient, people: Class
    ) -> None:
        html = (await client.get(f"/problems/double/students/{people.bob.id}")).text
        assert [row[1:] for row in _body(html)] == [
            ["Accepted", "100", "no: made after reading the solution"],
            ["Wrong answer", "0", "best attempt"],
        ]
        assert people.attempts["carol"] not in html
        for name in ("bob", "bob later"):
            assert (await client.get(f"/attempts/{people.attempts[name]}")).status_code == 200

    async def test_older_ones_are_a_link_away(self, client: httpx.AsyncClient, context: Context) -> None:
        ada = await make(context, "ada")
        first, *_ = [await handed_in(context, ada, "double", WRONG) for _ in range(51)]
        html = (await client.get(f"/problems/double/students/{ada.id}")).text
        assert first.id not in html.partition("<table")[2].partition("</table>")[0]
        (older,) = re.findall(r'href="([^"]+)">Older attempts', html)
        assert len(_body((await client.get(older)).text)) == 1

    @pytest.mark.parametrize("user_id", ["nobody", str(uuid4())])
    async def test_nobody_is_not_found(self, client: httpx.AsyncClient, user_id: str) -> None:
        answer = await client.get(f"/problems/double/students/{user_id}")
        assert answer.status_code == 404
        assert "no learner with this id" in answer.text


class TestClass:
    async def test_shows_learners_against_problems_in_the_order_of_the_tracks(
        self, client: httpx.AsyncClient, people: Class
    ) -> None:
        html = (await client.get("/class")).text
        tracks, problems, *rows = _Tables(html.partition("<table")[2]).rows
        assert tracks == ["Learner", "Solved", "Going forward", "Going back", "Other problems"]
        assert problems == ["Halve it", "Double it", "Square it", "The slope", "A steep slope", "The loner"]
        none = ["not begun"]
        assert rows == [
            ["Ada", "2", "solved", "solved", *none * 4],
            ["Bob", "0", *none, "after the solution", *none * 4],
            ["Carol", "0", *none, "tried", *none * 4],
            ["Dan", "0", *none * 6],
            ["Solved, of those who began", "", "1 of1", "1 of3", *["0 of0"] * 4],
        ]

    async def test_marks_lead_to_the_attempt_they_tell_of_and_problems_to_their_students(
        self, client: httpx.AsyncClient, people: Class
    ) -> None:
        html = (await client.get("/class")).text
        _, problems, ada, bob, carol, dan, _ = _Tables(html.partition("<table")[2]).links
        assert problems == [[f"/problems/{slug}/students"] for slug in IN_ORDER]
        told = [ada[2], ada[3], bob[3], carol[3]]
        names = ("ada halves", "ada", "bob later", "carol")
        assert told == [[f"/attempts/{people.attempts[name]}"] for name in names]
        assert not any(dan)

    async def test_one_track_can_be_shown_alone(self, client: httpx.AsyncClient, people: Class) -> None:
        html = (await client.get("/class?track=backward")).text
        _, problems, ada, *_ = _Tables(html.partition("<table")[2]).rows
        assert problems == ["The slope", "A steep slope"]
        assert ada == ["Ada", "0", "not begun", "not begun"]
        assert 'href="/class.csv?track=backward"' in html
        assert "scroll it sideways" not in html  # two columns fit
        assert "scroll it sideways" in (await client.get("/class")).text
        (first, *_) = _csv(await client.get("/class.csv?track=backward"))
        assert list(first) == ["student", "email", "external_id", "solved", "slope", "steep-slope"]

    async def test_the_csv_has_a_column_a_problem(self, client: httpx.AsyncClient, people: Class) -> None:
        rows = _csv(await client.get("/class.csv"))
        assert list(rows[0])[4:] == IN_ORDER
        assert [(row["student"], row["solved"], row["double"]) for row in rows] == [
            ("Ada", "2", "solved"),
            ("Bob", "0", "after_solution"),
            ("Carol", "0", "tried"),
            ("Dan", "0", "not_begun"),
        ]

    async def test_an_empty_class_says_so(self, client: httpx.AsyncClient) -> None:
        assert "There are no learners yet." in (await client.get("/class")).text
        assert "There are no learners yet." in (await client.get("/problems/double/students")).text

    async def test_is_in_the_instructors_navigation_and_closed_to_learners(
        self, client: httpx.AsyncClient, context: Context, people: Class
    ) -> None:
        assert 'href="/class"' in (await client.get("/help")).text
        await sign_in(client, context, people.ada)
        assert 'href="/class"' not in (await client.get("/help")).text
        student = f"/problems/double/students/{people.bob.id}"
        for path in ("/class", "/class.csv", "/problems/double/students", student):
            assert (await client.get(path)).status_code == 403


@pytest.mark.parametrize(
    "path", ["/problems/double/students", "/problems/double/students/{ada}", "/users", "/attempts"]
)
async def test_each_cell_of_a_card_says_its_columns_name(
    client: httpx.AsyncClient, context: Context, people: Class, path: str
) -> None:
    admin = await make(context, "root", Role.ADMIN)
    await handed_in(context, admin, "double", WRONG)
    await sign_in(client, context, admin)
    html = (await client.get(path.format(ada=people.ada.id))).text
    table = _Tables(html.partition('<table class="stacked">')[2].partition("</table>")[0])
    names, labels = table.rows[0], table.labels[1:]
    assert labels
    for row in labels:
        assert row == [None, *names[1:]]


@pytest.mark.parametrize(
    ("number", "first", "count"),
    [
        ("1", 1, 60),
        ("2", 61, 60),
        ("3", 121, 1),
        *((too_large, 121, 1) for too_large in ("4", "999999999")),
        *((unreadable, 1, 60) for unreadable in ("", "0", "-1", "x", "²", "9" * 5000)),
    ],
)
def test_a_parts_number_is_mended(number: str, first: int, count: int) -> None:
    part = part_of(range(1, 122), number)
    assert (part.first, part.items[0], len(part.items), part.total) == (first, first, count, 121)
