"""Tables on every width: lists become cards on a phone, and what is too wide says so and scrolls."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.pages.service import PROBLEM, Service, graded, submit

pytestmark = pytest.mark.browser

LISTS = [
    *("/users", "/attempts", "/tokens", "/profile"),
    *(f"{PROBLEM}/{part}" for part in ("students", "cases", "quality")),
]
#: Of each table on the page: whether it is cut, and what it says of it.
_TABLES = """() => [...document.querySelectorAll("main .table")].filter((one) => one.checkVisibility())
  .map((one) => ({
    cut: one.scrollWidth > one.clientWidth,
    tabindex: one.getAttribute("tabindex"),
    role: one.getAttribute("role"),
    name: one.ariaLabel ?? document.getElementById(one.getAttribute("aria-labelledby"))?.textContent ?? "",
    stacked: one.querySelector("table").matches(".stacked"),
    hinted: getComputedStyle(one).backgroundAttachment.includes("local"),
}))"""
_CELLS = """() => [...document.querySelectorAll(".stacked tbody td")].map((cell) => ({
    label: cell.dataset.label,
    shown: getComputedStyle(cell, "::before").content,
    empty: !cell.textContent.trim() && !cell.children.length,
    visible: cell.checkVisibility(),
}))"""

#: Where in their frame the corner, the problems' titles, the names and the sums stand.
_PLACES = """(frame) => {
    const { left, top } = frame.getBoundingClientRect();
    const at = (selector) => frame.querySelector(selector).getBoundingClientRect();
    return [at(".corner").left - left, at(".corner").top - top, at(".case-name").top - top,
        at("tbody th").left - left, at("tfoot th").top - top];
}"""


@pytest.fixture(scope="module", autouse=True)
def something_to_show(service: Service, admin: httpx.Client, no_mean: str) -> None:
    """An attempt and a token of the administrator's; learners' attempts, of whom one takes much room."""
    graded(admin, submit(admin, no_mean))
    assert admin.post("/tokens", data={"name": "grades", "scopes": "results:read"}).status_code == 200
    large = "import numpy\n\n\ndef train_step(*given):\n    return numpy.ones(10**10)\n"
    for name, source in (("", no_mean), ("so-long-a-name-" * 9, large)):
        learner = service.learner(f"{name}{uuid4().hex}@example.org")
        graded(learner, submit(learner, source))


@pytest.fixture
def open_page(
    browser: Browser, service: Service, admin: httpx.Client
) -> Iterator[Callable[[int, str], Page]]:
    """A page of the administrator's on a screen of some width."""
    context = browser.new_context(base_url=service.url)
    context.add_cookies(
        [{"name": name, "value": value, "url": service.url} for name, value in admin.cookies.items()]
    )

    def go(width: int, path: str) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        return page

    yield go
    context.close()


def _tables(page: Page) -> list[dict[str, Any]]:
    """Once the script has seen every table."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: list[dict[str, Any]] = page.evaluate(_TABLES)
    return found


@pytest.mark.parametrize("width", [320, 390, 1024, 1440])
@pytest.mark.parametrize("path", [*LISTS, "/class", "/help", PROBLEM])
def test_no_table_is_cut_without_a_sign(open_page: Callable[[int, str], Page], width: int, path: str) -> None:
    tables = _tables(open_page(width, path))
    assert tables
    for table in tables:
        assert not (table["cut"] and table["stacked"]), table
        if table["cut"]:
            assert (table["tabindex"], table["role"], table["hinted"]) == ("0", "region", True), table
            assert table["name"].strip()


@pytest.mark.parametrize("path", LISTS)
def test_on_a_phone_rows_are_cards_that_name_each_cell(
    open_page: Callable[[int, str], Page], path: str
) -> None:
    page = open_page(390, path)
    cells = page.evaluate(_CELLS)
    assert any(cell["label"] for cell in cells)
    for cell in cells:
        assert cell["visible"] is not cell["empty"], cell
        if cell["label"]:
            assert cell["shown"] == f'"{cell["label"]}"'
    page.set_viewport_size({"width": 1024, "height": 800})
    assert {cell["shown"] for cell in page.evaluate(_CELLS)} == {"none"}


def test_a_card_is_still_a_row_of_a_table_to_who_cannot_see_it(open_page: Callable[[int, str], Page]) -> None:
    page = open_page(390, "/users")
    expect(page.get_by_role("columnheader", name="Role")).to_have_count(1)
    expect(page.get_by_role("row").filter(has=page.get_by_role("rowheader")).first).to_be_visible()


def test_the_class_scrolls_by_keyboard_while_names_and_titles_stay(
    open_page: Callable[[int, str], Page], service: Service
) -> None:
    for _ in range(30):
        service.learner(f"{uuid4().hex}@example.org")
    page = open_page(220, "/class")  # the two problems here fit any phone
    frame = page.get_by_role("region", name="Class")
    frame.focus()
    expect(frame).to_be_focused()
    before = frame.evaluate(_PLACES)
    page.keyboard.press("End")
    page.wait_for_function(  # on its way there it stands between two pixels
        """() => {
            const { scrollTop, clientHeight, scrollHeight } = document.querySelector(".matrix-frame");
            return scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 1;
        }"""
    )
    frame.evaluate("(one) => (one.scrollLeft = one.scrollWidth)")
    assert frame.evaluate("(one) => one.scrollLeft") > 0
    assert frame.evaluate(_PLACES) == pytest.approx(before, abs=1)
