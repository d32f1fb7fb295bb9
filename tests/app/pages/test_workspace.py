"""The workspace: editor, drafts on several devices, splitter and keys, with scripts and without."""

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.app.pages.service import PROBLEM, Service

pytestmark = pytest.mark.browser

PATIENCE = 30_000
_PASSWORD = "correct horse battery"
_CODE = "def train_step(*arguments):\n    return arguments[3]\n"


class Student:
    """Somebody with any number of devices."""

    def __init__(self, service: Service, browser: Browser) -> None:
        self.email = f"{uuid4().hex}@example.org"
        self.client: httpx.Client = service.learner(self.email)
        self._service = service
        self._browser = browser
        self._devices: list[BrowserContext] = []

    def device(self, *, scripts: bool = True) -> Page:
        """A page of a browser that shares nothing with the others, on the problem."""
        context = self._browser.new_context(base_url=self._service.url, java_script_enabled=scripts)
        context.set_default_timeout(PATIENCE)
        self._devices.append(context)
        page = context.new_page()
        page.goto(f"/sign-in?next={PROBLEM}")
        page.get_by_label("E-mail").fill(self.email)
        page.get_by_label("Password").fill(_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{PROBLEM}")
        return page

    def saved(self) -> str | None:
        """What the server has."""
        source: str | None = self.client.get(f"{PROBLEM}/draft").json()["source"]
        return source

    def close(self) -> None:
        for context in self._devices:
            context.close()


@pytest.fixture
def student(service: Service, browser: Browser) -> Iterator[Student]:
    student = Student(service, browser)
    yield student
    student.close()


@pytest.fixture
def page(student: Student) -> Page:
    return ready(student.device())


def ready(page: Page) -> Page:
    expect(page.locator(".cm-content")).to_be_visible()
    return page


def write(page: Page, source: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)


def expect_code(page: Page, *lines: str) -> None:
    expect(page.locator(".cm-line")).to_have_text(list(lines))


def status(page: Page) -> Locator:
    return page.locator("[data-status]")


def note(page: Page) -> Locator:
    return page.locator("[data-note]")


class TestDrafts:
    def test_save_themselves_and_are_there_on_another_device(self, student: Student, page: Page) -> None:
        write(page, "first = 1")
        expect(status(page)).to_have_text("Saved")
        assert student.saved() == "first = 1"
        expect_code(ready(student.device()), "first = 1")

    def test_are_in_the_browser_at_once_and_survive_a_closed_tab(self, student: Student, page: Page) -> None:
        context = page.context
        context.route(f"**{PROBLEM}/draft", lambda route: route.abort())
        write(page, "unsaved = 1")
        assert "unsaved = 1" in page.evaluate("Object.values(localStorage).join()")
        assert student.saved() is None
        page.close()
        context.unroute_all()
        again = context.new_page()
        again.goto(PROBLEM)
        expect_code(again, "unsaved = 1")
        expect(status(again)).to_have_text("Saved")
        assert student.saved() == "unsaved = 1"
        expect(note(again)).to_be_hidden()

    def test_are_kept_while_the_server_is_away_and_saved_when_it_is_back(
        self, student: Student, page: Page
    ) -> None:
        page.context.set_offline(True)
        write(page, "offline = 1")
        expect(status(page)).to_have_text("Kept in this browser; saved as soon as the server answers")
        page.context.set_offline(False)
        expect(status(page)).to_have_text("Saved")
        assert student.saved() == "offline = 1"

    def test_a_tab_that_changed_nothing_takes_the_newer_code(self, student: Student, page: Page) -> None:
        phone = ready(student.device())
        write(phone, "phone = 1")
        expect(status(phone)).to_have_text("Saved")
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect_code(page, "phone = 1")
        expect(note(page)).to_be_hidden()

    def test_going_back_to_the_page_shows_the_newest_too(self, student: Student, page: Page) -> None:
        write(page, "laptop = 1")
        expect(status(page)).to_have_text("Saved")
        page.goto("/help")
        phone = ready(student.device())
        write(phone, "phone = 1")
        expect(status(phone)).to_have_text("Saved")
        page.go_back()
        expect_code(page, "phone = 1")
        page.wait_for_load_state()
        assert page.locator("#source").input_value() == "phone = 1"  # nor does the form hold anything else
        expect(note(page)).to_be_hidden()
        write(page, "laptop = 2")
        expect(status(page)).to_have_text("Saved")
        assert student.saved() == "laptop = 2"

    def test_what_is_written_before_the_editor_comes_is_saved(self, student: Student, page: Page) -> None:
        held: list[Route] = []
        page.route("**/editor-*.js", lambda route: held.append(route))  # noqa: PLW0108
        page.reload()
        page.get_by_label("Your code").fill("early = 1")
        expect(page.locator(".cm-content")).to_have_count(0)
        held[0].continue_()
        expect_code(page, "early = 1")
        expect(status(page)).to_have_text("Saved")
        assert student.saved() == "early = 1"

    def test_the_newest_wins_and_a_conflict_keeps_both(self, student: Student, page: Page) -> None:
        phone = ready(student.device())
        write(phone, "phone = 1")
        expect(status(phone)).to_have_text("Saved")
        write(page, "laptop = 1")
        expect(note(page)).to_contain_text("changed in another tab or on another device as well")
        expect(page.locator("#announce")).to_contain_text("yours is kept")
        expect_code(page, "phone = 1")
        assert student.saved() == "phone = 1"

        note(page).get_by_role("button", name="Show mine").click()
        expect_code(page, "laptop = 1")
        expect(status(page)).to_have_text("Saved")
        assert student.saved() == "laptop = 1"
        page.get_by_role("link", name="Kept copies").click()
        assert set(page.locator("main pre").all_inner_texts()) == {"laptop = 1", "phone = 1"}

    def test_what_a_closed_tab_left_gives_way_to_newer_code_and_is_kept(
        self, student: Student, page: Page
    ) -> None:
        context = page.context
        context.route(f"**{PROBLEM}/draft", lambda route: route.abort())
        write(page, "left = 1")
        phone = ready(student.device())
        write(phone, "phone = 1")
        expect(status(phone)).to_have_text("Saved")
        page.close()
        context.unroute_all()
        again = context.new_page()
        again.goto(PROBLEM)
        expect(note(again)).to_contain_text("yours is kept")
        expect_code(again, "phone = 1")
        again.get_by_role("link", name="Kept copies").click()
        expect(again.locator("main pre")).to_have_text("left = 1")
        again.get_by_role("link", name="Go on with this code").click()
        expect_code(again, "left = 1")
        expect(status(again)).to_have_text("Saved")
        assert student.saved() == "left = 1"

    def test_signed_out_meanwhile_nothing_is_lost(self, student: Student, page: Page) -> None:
        cookies = page.context.cookies()
        page.context.clear_cookies()
        write(page, "signed_out = 1")
        expect(status(page)).to_contain_text("You are signed out")
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(status(page)).to_have_text("Saved")
        assert student.saved() == "signed_out = 1"

    def test_going_on_with_an_attempt_keeps_the_draft_and_outlives_a_reload(
        self, student: Student, page: Page
    ) -> None:
        form = {"source": "handed_in = 1", "form_key": uuid4().hex}
        attempt = student.client.post(f"{PROBLEM}/attempts", data=form).headers["location"].split("/")[-1]
        write(page, "draft = 1")
        expect(status(page)).to_have_text("Saved")
        page.goto(f"{PROBLEM}?from={attempt}")
        expect_code(page, "handed_in = 1")
        expect(status(page)).to_have_text("Saved")
        write(page, "gone_on = 1")
        expect(status(page)).to_have_text("Saved")
        page.reload()
        expect_code(page, "gone_on = 1")
        page.get_by_role("link", name="Kept copies").click()
        expect(page.locator("main pre")).to_have_text("draft = 1")

    def test_of_others_are_out_of_reach(self, service: Service, student: Student) -> None:
        student.client.post(f"{PROBLEM}/draft", data={"source": "now", "keep": "before"})
        copies = student.client.get(f"{PROBLEM}/copies").text
        link = re.findall(r'href="(/problems/[\w-]+\?copy=[\w-]+)"', copies)[0]
        assert student.client.get(link).status_code == 200
        other = service.learner(f"{uuid4().hex}@example.org")
        assert other.get(link).status_code == 404
        assert other.get(f"{PROBLEM}/draft").json() == {"revision": 0, "source": None}
        anybody = service.browserless()
        assert anybody.get(f"{PROBLEM}/draft").status_code == 303
        assert anybody.post(f"{PROBLEM}/draft", data={"source": "x"}).status_code == 401


class TestStartingOver:
    def test_asks_first_and_can_be_undone(self, student: Student, page: Page) -> None:
        write(page, "mine = 1")
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("button", name="Start over").click()
        expect_code(page, "mine = 1")

        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Start over").click()
        expect(page.locator(".cm-line").first).to_contain_text("import numpy")
        note(page).get_by_role("button", name="Undo").click()
        expect_code(page, "mine = 1")
        expect(status(page)).to_have_text("Saved")
        assert student.saved() == "mine = 1"

    def test_can_be_undone_after_the_tab_was_closed(self, student: Student, page: Page) -> None:
        write(page, "mine = 1")
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Start over").click()
        expect(status(page)).to_have_text("Saved")
        elsewhere = ready(student.device())
        expect(elsewhere.locator(".cm-line").first).to_contain_text("import numpy")
        elsewhere.get_by_role("link", name="Kept copies").click()
        elsewhere.get_by_role("link", name="Go on with this code").click()
        expect_code(elsewhere, "mine = 1")


class TestEditor:
    def test_submit_sends_exactly_what_it_shows(self, student: Student, page: Page) -> None:
        source = "# ä 🙂\n\tx = 1  \n\n\n"
        write(page, "replaced = 1")
        write(page, source)
        page.keyboard.press("ControlOrMeta+Shift+Enter")
        results = page.locator("#results")
        results.get_by_role("link", name="own page").click()
        assert page.locator("main pre code").last.text_content() == source

    def test_keys_run_and_submit(self, page: Page) -> None:
        write(page, _CODE)
        with page.expect_request(f"**{PROBLEM}/runs"):
            page.keyboard.press("ControlOrMeta+Enter")
        expect(page.locator("#results")).to_contain_text("public cases")
        with page.expect_request(f"**{PROBLEM}/attempts"):
            page.keyboard.press("ControlOrMeta+Shift+Enter")

    def test_both_stand_in_the_help_sheet(self, page: Page) -> None:
        page.get_by_role("link", name="Keys").click()
        sheet = page.get_by_role("dialog", name="Keys")
        expect(sheet).to_be_visible()
        for key, does in {"Ctrl+Enter": "Run", "Ctrl+Shift+Enter": "Submit"}.items():
            row = sheet.locator("div", has=page.locator("dt").get_by_text(key, exact=True))
            expect(row.locator("dd")).to_have_text(does)
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(page.get_by_role("link", name="Keys")).to_be_focused()

    def test_python_is_highlighted_indented_and_its_brackets_matched(self, page: Page) -> None:
        write(page, "")
        page.keyboard.type("def f(x):\n")
        page.keyboard.type("return (x)")
        expect_code(page, "def f(x):", "    return (x)")
        colours = page.locator(".cm-line span").evaluate_all(
            "words => Object.fromEntries(words.map(word => [word.textContent, getComputedStyle(word).color]))"
        )
        assert colours["def"] == colours["return"] != colours["f"]
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".cm-matchingBracket")).to_have_count(2)

    def test_lines_become_comments_and_back(self, page: Page) -> None:
        write(page, "x = 1")
        page.keyboard.press("ControlOrMeta+/")
        expect_code(page, "# x = 1")
        page.keyboard.press("ControlOrMeta+/")
        expect_code(page, "x = 1")

    def test_it_searches(self, page: Page) -> None:
        write(page, "alpha = 1\nbeta = 2\n")
        page.keyboard.press("ControlOrMeta+f")
        page.get_by_role("textbox", name="Find").press_sequentially("beta")
        page.keyboard.press("Enter")
        expect(page.locator(".cm-searchMatch-selected")).to_have_text("beta")

    def test_how_to_leave_it_is_described_beside_it(self, page: Page) -> None:
        editor = page.get_by_role("textbox", name="Your code")
        expect(editor).to_have_accessible_description(re.compile("Esc, then Tab leaves the editor"))
        expect(page.get_by_text("then Tab leaves the editor").first).to_be_visible()

    @pytest.mark.parametrize("switch", ["Control+m", "Shift+Alt+m"])
    def test_what_tab_does_is_switched(self, page: Page, switch: str) -> None:
        write(page, "x = 1")
        page.keyboard.press("Home")
        page.keyboard.press("Tab")
        expect_code(page, "    x = 1")
        page.keyboard.press(switch)
        expect(page.locator("#announce")).to_have_text("Tab leaves the editor")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Run")).to_be_focused()
        page.locator(".cm-content").focus()
        page.keyboard.press(switch)
        expect(page.locator("#announce")).to_have_text("Tab indents")
        page.keyboard.press("Tab")
        expect(page.locator(".cm-content")).to_be_focused()

    def test_nothing_done_in_it_offends_the_content_policy(self, page: Page) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        elsewhere = page.context.new_page()
        elsewhere.set_content('<pre style="color: red"><b style="color: blue">def</b> f():\n    pass</pre>')
        elsewhere.locator("pre").click()
        for key in ("ControlOrMeta+a", "ControlOrMeta+c"):
            elsewhere.keyboard.press(key)
        elsewhere.close()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.bring_to_front()
        types = "async () => (await navigator.clipboard.read()).flatMap(item => item.types)"
        assert "text/html" in page.evaluate(types)
        page.locator(".cm-content").click()
        for key in ("ControlOrMeta+a", "ControlOrMeta+v", "ControlOrMeta+a", "ControlOrMeta+c"):
            page.keyboard.press(key)
        expect_code(page, "def f():", "    pass")
        page.keyboard.type("x")  # over what is selected, which begins with a coloured word
        expect_code(page, "x")
        page.keyboard.press("ControlOrMeta+z")
        expect_code(page, "def f():", "    pass")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("(")
        expect_code(page, "(def f():", "    pass)")  # brackets still go around
        write(page, "# a\n# b")
        write(page, "y = 1\n")
        expect_code(page, "y = 1", "")
        page.keyboard.press("ControlOrMeta+f")
        page.get_by_role("textbox", name="Find").press_sequentially("y")
        page.keyboard.press("Escape")
        expect(page.locator(".cm-search")).to_have_count(0)
        assert said == []

    def test_nothing_corrects_what_is_typed(self, page: Page) -> None:
        expect(page.locator(".cm-content")).to_have_attribute("autocorrect", "off")
        expect(page.locator(".cm-content")).to_have_attribute("autocapitalize", "off")
        expect(page.locator(".cm-content")).to_have_attribute("spellcheck", "false")
        area = page.locator("textarea[name=source]")
        for name, value in {"autocorrect": "off", "autocapitalize": "off", "spellcheck": "false"}.items():
            expect(area).to_have_attribute(name, value)

    def test_the_line_of_a_syntax_error_is_marked_until_it_is_changed(self, page: Page) -> None:
        write(page, "import numpy as np\nx = (1\n")
        page.get_by_role("button", name="Run").click()
        wrong = page.locator(".cm-line.cm-wrong")
        expect(wrong).to_have_text("x = (1")
        expect(page.locator(".cm-why")).to_have_text("SyntaxError on line 2, column 5: '(' was never closed")
        expect(page.locator(".cm-lineNumbers .cm-wrong-gutter")).to_have_text("2")
        wrong.click()
        page.keyboard.press("End")
        page.keyboard.type(")")
        expect(wrong).to_have_count(0)

    def test_the_line_that_raised_is_marked_too(self, page: Page) -> None:
        write(page, "def train_step(*a):\n    return undefined\n")
        page.get_by_role("button", name="Run").click()
        expect(page.locator(".cm-line.cm-wrong")).to_have_text("    return undefined")

    def test_the_pressed_button_keeps_the_focus(self, page: Page) -> None:
        write(page, _CODE)
        page.get_by_role("button", name="Run").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#results")).to_contain_text("public cases right")
        expect(page.get_by_role("button", name="Run")).to_be_focused()


class TestAfterAVerdict:
    def test_the_page_tells_of_the_attempt_and_of_what_it_opened(
        self, page: Page, right: str, no_mean: str
    ) -> None:
        statement = page.locator("#statement")
        rows = statement.locator("#so-far tbody tr")
        expect(rows).to_have_count(0)
        write(page, no_mean)
        page.get_by_role("button", name="Submit").click()
        expect(rows).to_have_count(1)
        expect(rows.first).to_contain_text("Wrong answer")
        expect(statement.locator("#so-far")).to_contain_text("9 more")
        expect(statement.locator("#solved")).to_be_empty()
        write(page, right)
        page.get_by_role("button", name="Submit").click()
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("Accepted")
        expect(statement.get_by_role("link", name="Open the solution")).to_be_visible()
        expect(statement.locator("#solved")).to_have_text("Solved")

    def test_the_next_steps_are_in_sight(self, page: Page, right: str) -> None:
        page.set_viewport_size({"width": 390, "height": 800})
        write(page, right)
        page.get_by_role("button", name="Submit").click()
        results = page.locator("#results")
        expect(results.get_by_text("Next in this track")).to_be_in_viewport()
        expect(results.get_by_role("link", name="Compare with the solution")).to_be_in_viewport()
        passed = results.locator("summary", has_text="17 cases passed")
        expect(passed).to_be_in_viewport()
        expect(results.get_by_text("three tokens by hand")).to_be_hidden()
        passed.click()
        results.get_by_text("three tokens by hand").click()
        expect(results.get_by_text("Got", exact=True).first).to_be_visible()


class TestPlainTextArea:
    def test_is_remembered_and_holds_the_same_code(self, student: Student, page: Page) -> None:
        write(page, "x = 1")
        page.get_by_label("Plain text area").check()
        area = page.get_by_role("textbox", name="Your code")
        expect(area).to_have_value("x = 1")
        expect(page.locator(".cm-editor")).to_have_count(0)
        expect(page.locator("#editor-help")).to_be_hidden()
        area.fill("y = 2")
        expect(status(page)).to_have_text("Saved")
        assert student.saved() == "y = 2"

        page.reload()
        expect(page.get_by_label("Plain text area")).to_be_checked()
        expect(page.get_by_role("textbox", name="Your code")).to_have_value("y = 2")
        page.get_by_label("Plain text area").uncheck()
        expect_code(page, "y = 2")

    def test_runs_and_tab_moves_on(self, page: Page) -> None:
        page.get_by_label("Plain text area").check()
        area = page.get_by_role("textbox", name="Your code")
        area.fill("x = (1")
        page.keyboard.press("ControlOrMeta+Enter")
        expect(page.locator("#results")).to_contain_text("SyntaxError on line 1")
        area.focus()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Run")).to_be_focused()


class TestSplitter:
    def test_arrow_keys_move_it_and_the_browser_remembers(self, page: Page) -> None:
        bar = page.get_by_role("separator", name="Width of the statement")
        statement = page.locator("#statement")
        before = _width(statement)
        bar.focus()
        page.keyboard.press("ArrowRight")
        expect(bar).to_have_attribute("aria-valuenow", "50")
        assert _width(statement) > before
        page.keyboard.press("Home")
        expect(bar).to_have_attribute("aria-valuenow", "25")
        page.keyboard.press("ArrowLeft")
        expect(bar).to_have_attribute("aria-valuenow", "25")
        assert _width(statement) < before
        page.reload()
        expect(bar).to_have_attribute("aria-valuenow", "25")
        assert _width(statement) < before

    def test_it_is_dragged_or_clicked(self, page: Page) -> None:
        bar = page.get_by_role("separator")
        expect(bar).to_be_visible()
        box = bar.bounding_box()
        assert box
        page.mouse.move(box["x"] + 4, 400)
        page.mouse.down()
        page.mouse.move(600, 400, steps=4)
        page.mouse.up()
        moved = bar.bounding_box()
        assert moved
        assert abs(moved["x"] - 600) < 20
        bar.click()
        expect(bar).to_have_attribute("aria-valuenow", "48" if 600 / 1280 < 0.475 else "62")

    def test_on_a_phone_there_is_none_and_the_code_is_one_step_away(self, page: Page) -> None:
        write(page, "x = 1")  # short, so that the page ends soon below it
        page.set_viewport_size({"width": 390, "height": 800})
        expect(page.get_by_role("separator")).to_be_hidden()
        page.get_by_role("link", name="To your code").click()
        top = "document.querySelector('#desk').getBoundingClientRect().top"
        page.wait_for_function(f"() => 0 <= {top} && {top} < 20")
        expect(page.locator("#desk .title")).to_be_in_viewport()


class TestWithoutScripts:
    @pytest.fixture
    def page(self, student: Student) -> Page:
        return student.device(scripts=False)

    def test_the_draft_is_saved_by_a_button(self, student: Student, page: Page) -> None:
        page.get_by_label("Your code").fill("plain = 1")
        page.get_by_role("button", name="Save").click()
        expect(status(page)).to_have_text("Saved")
        expect(page.get_by_label("Your code")).to_have_value("plain = 1")
        assert student.saved() == "plain = 1"

    def test_a_conflict_keeps_both(self, student: Student, page: Page) -> None:
        student.client.post(f"{PROBLEM}/draft", data={"source": "elsewhere", "revision": "0"})
        page.get_by_label("Your code").fill("mine")
        page.get_by_role("button", name="Save").click()
        expect(status(page)).to_contain_text("yours is kept")
        expect(page.get_by_label("Your code")).to_have_value("elsewhere")
        page.get_by_role("link", name="Kept copies").click()
        expect(page.locator("main pre")).to_have_text("mine")

    def test_starting_over_asks_first_and_can_be_undone(self, student: Student, page: Page) -> None:
        page.get_by_label("Your code").fill("mine")
        page.get_by_role("button", name="Start over").click()
        page.get_by_role("button", name="Keep my code").click()
        expect(page.get_by_label("Your code")).to_have_value("mine")
        page.get_by_role("button", name="Start over").click()
        page.get_by_role("button", name="Replace it").click()
        expect(page.get_by_label("Your code")).to_have_value(re.compile("import numpy"))
        page.get_by_role("link", name="Kept copies").click()
        page.get_by_role("link", name="Go on with this code").click()
        expect(page.get_by_label("Your code")).to_have_value("mine")

    def test_the_keys_stand_on_the_help_page(self, page: Page) -> None:
        expect(page.get_by_role("separator")).to_be_hidden()
        expect(page.get_by_label("Plain text area")).to_be_hidden()
        page.get_by_role("link", name="Keys").click()
        expect(page.get_by_role("heading", name="The keyboard")).to_be_in_viewport()


def _width(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["width"]
