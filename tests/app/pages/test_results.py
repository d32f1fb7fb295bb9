"""Results and what surrounds them: cases, honest words, the bucket, comparing, the solution, the queue."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.pages.service import PROBLEM, Service, graded, submit

PATIENCE = 30_000  # milliseconds a grading may take on a busy machine
_PASSWORD = "correct horse battery"
_COMPILE_ERROR = "def train_step(:"


@pytest.fixture
def learner(service: Service) -> httpx.Client:
    return service.learner(f"{uuid4().hex}@example.org")


@pytest.fixture(scope="module")
def frugal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service where a learner has two attempts, one at a time, and none comes back for an hour."""
    service = Service(
        tmp_path_factory.mktemp("frugal"),
        HANDGRAD_ATTEMPT_BUCKET="2",
        HANDGRAD_ATTEMPT_REFILL="3600",
        HANDGRAD_SANDBOX_SLOTS="1",
    )
    service.start()
    try:
        yield service
    finally:
        service.stop()


@contextmanager
def signed_in(
    browser: Browser, service: Service, *, scripts: bool = True, width: int = 1280
) -> Iterator[Page]:
    """A page of a new learner."""
    email = f"{uuid4().hex}@example.org"
    service.learner(email, _PASSWORD)
    context = browser.new_context(
        base_url=service.url, java_script_enabled=scripts, viewport={"width": width, "height": 900}
    )
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        page.goto(f"/sign-in?next={PROBLEM}")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{PROBLEM}")
        yield page
    finally:
        context.close()


def write(page: Page, source: str) -> None:
    """Replace what stands in the editor."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)


def cases_of(html: str) -> dict[str, str]:
    """The list's items by the case's name."""
    items = re.findall(r'<li class="case".*?</li>', html, re.DOTALL)
    return {re.findall(r'class="name">([^<]+)<', item)[0]: item for item in items}


class TestCases:
    def test_public_ones_expand_and_hidden_ones_tell_no_values(
        self, learner: httpx.Client, no_mean: str
    ) -> None:
        noisy = no_mean.replace("    return", "    print('here I am')\n    return")
        cases = cases_of(graded(learner, submit(learner, noisy)))
        public = cases["three tokens by hand"]
        assert "<details open>" in public  # the first that failed
        assert "tokens = np.array([0., 1., 2.])" in public
        assert "expected = np.array([" in public
        assert "Got and expected" in public
        assert '<svg class="heat"' in public
        assert "here I am" in public
        for name, item in cases.items():
            hidden = "hidden ·" in item
            assert hidden == ("<details" not in item), name
            if hidden:
                assert not re.search(r"np\.array|here I am|<svg class=.heat|<table", item)
        assert sum("hidden ·" in item for item in cases.values()) == 14

    def test_points_lost_are_what_the_score_lacks(self, learner: httpx.Client, no_mean: str) -> None:
        html = graded(learner, submit(learner, no_mean))
        score = int(re.findall(r"Score (\d+) of 100", html)[0])
        lost = re.findall(r"([\d.]+) points lost", html)
        assert len(lost) == 14
        assert all(re.fullmatch(r"\d+(\.[1-9])?", number) for number in lost)
        assert abs(100 - sum(map(float, lost)) - score) <= 0.5 + 14 * 0.05  # each is rounded

    def test_what_ended_alike_is_folded_and_told_once(self, learner: httpx.Client, no_mean: str) -> None:
        html = graded(learner, submit(learner, no_mean))
        groups = groups_of(html)
        assert list(groups) == ["12 cases: w_out holds wrong values.", "3 cases passed"]
        hidden = groups["12 cases: w_out holds wrong values."]
        assert hidden.count('<li class="case"') == hidden.count("points lost") == 12
        assert html.count("w_out holds wrong values.") == 1
        assert 'class="hint"' in hidden
        assert groups["3 cases passed"].count('<li class="case"') == 3
        assert "<details open" not in groups["3 cases passed"]

    def test_one_exception_everywhere_is_told_once_with_its_line(self, learner: httpx.Client) -> None:
        html = graded(learner, submit(learner, "def train_step(*a):\n    return undefined\n"))
        assert html.count("NameError") == 1
        assert '<p data-line="2">NameError: name &#39;undefined&#39; is not defined (line 2)</p>' in html
        assert list(groups_of(html)) == ["17 cases"]
        assert len(cases_of(html)) == 17

    def test_what_was_not_run_costs_no_points_and_has_no_hint(
        self, learner: httpx.Client, endless_loop: str
    ) -> None:
        html = graded(learner, submit(learner, endless_loop))
        assert html.count("Your code ran longer than") == 1
        assert html.count("Not run, because") == 1
        groups = groups_of(html)
        assert list(groups) == ["2 cases", "15 cases: Not run, because two earlier cases ended by a limit."]
        *_, skipped = groups.values()
        assert skipped.count('<li class="case"') == 15
        assert not re.search(r'class="hint"|points? lost| ms<', skipped)

    def test_a_public_case_that_passed_shows_what_came(self, learner: httpx.Client, right: str) -> None:
        html = graded(learner, submit(learner, right))
        cases = cases_of(html)
        for label in ("Inputs", "Expected", "Got"):
            assert f'<p class="label">{label}</p>' in cases["three tokens by hand"]
        assert "got = np.array([" in cases["three tokens by hand"]
        assert html.count("got = ") == 3  # of hidden ones nothing

    def test_the_next_steps_stand_between_the_verdict_and_the_cases(
        self, learner: httpx.Client, right: str
    ) -> None:
        link = submit(learner, right)
        for html in (graded(learner, link), learner.get(f"{link}/events").text.partition("event: end")[2]):
            parts = ["Right on all 17 cases.", "Next in this track", "/solution", "17 cases passed"]
            places = [html.index(part) for part in parts]
            assert places == sorted(places)

    def test_the_diagnosis_comes_before_the_cases(self, learner: httpx.Client, no_mean: str) -> None:
        html = graded(learner, submit(learner, no_mean))
        assert html.index("3 of 17 cases right.") < html.index("What is wrong") < html.index('class="case"')

    def test_a_run_says_that_hidden_cases_are_not_run(
        self, learner: httpx.Client, right: str, no_mean: str
    ) -> None:
        def run(source: str) -> str:
            answer = learner.post(f"{PROBLEM}/runs", data={"source": source})
            return graded(learner, answer.headers["location"])

        passed = run(right)
        assert "Examples passed" in passed
        assert "Right on all 3 public cases; hidden cases not run yet." in passed
        failed = run(no_mean)
        assert "1 of 3 public cases right; hidden cases not run yet." in failed
        assert "Examples passed" not in failed
        assert "points lost" not in failed
        assert "tokens = np.array(" in failed

    @pytest.mark.browser
    def test_are_opened_by_keyboard(self, browser: Browser, service: Service, right: str) -> None:
        with signed_in(browser, service) as page:
            write(page, right)
            page.get_by_role("button", name="Run").click()
            results = page.locator("#results")
            expect(results).to_contain_text("Examples passed")
            expect(page.locator("#announce")).to_have_text(
                "Examples passed Right on all 3 public cases; hidden cases not run yet."
            )
            expect(results.get_by_text("Inputs").first).to_be_hidden()
            results.locator(".case summary").first.focus()
            page.keyboard.press("Enter")
            expect(results.get_by_text("Inputs").first).to_be_visible()


def groups_of(html: str) -> dict[str, str]:
    """The folded groups of cases by what stands on them."""
    items = html.split('<li class="group">')[1:]
    return {_words(item.partition('class="name">')[2].partition("<svg")[0]): item for item in items}


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>?", "", html).split())


class TestTheBucket:
    @staticmethod
    def shown(client: httpx.Client) -> str:
        """What the problem's page says is left."""
        return str(re.findall(r'class="allowance"[^>]*>([^<]+)<', client.get(PROBLEM).text)[0])

    def test_is_shown_charged_fairly_and_survives_a_restart(self, frugal: Service) -> None:
        learner = frugal.learner(f"{uuid4().hex}@example.org")
        assert self.shown(learner) == "2 of 2 attempts left."
        graded(learner, submit(learner, "def train_step(*a): pass"))
        assert self.shown(learner).startswith("1 of 2 attempts left, one more in 1 hour.")
        html = graded(learner, submit(learner, _COMPILE_ERROR))
        assert "It costs no attempt." in html
        assert self.shown(learner).startswith("1 of 2")
        graded(learner, submit(learner, "def train_step(*a): return 1"))
        frugal.kill()
        frugal.start()
        assert self.shown(learner).startswith("No attempts left, one more in 1 hour.")

    def test_a_refusal_says_when_the_next_one_comes_and_keeps_what_was_typed(self, frugal: Service) -> None:
        learner = frugal.learner(f"{uuid4().hex}@example.org")
        for number in range(2):
            submit(learner, f"def train_step(*a): return {number}")
        form = {"source": "# typed with care\r\n\r\nx < 1", "form_key": "third"}
        answer = learner.post(f"{PROBLEM}/attempts", data=form)
        assert answer.status_code == 429
        assert 3500 < int(answer.headers["retry-after"]) <= 3600
        assert "All 2 attempts at this problem are used. The next one comes in 1 hour" in answer.text
        assert "# typed with care\n\nx &lt; 1</textarea>" in answer.text
        assert learner.post(f"{PROBLEM}/runs", data=form).status_code == 303
        assert learner.get("/attempts").text.count('<a href="/attempts/') == 2

    @pytest.mark.browser
    def test_the_page_counts_along_and_the_code_stays(self, browser: Browser, frugal: Service) -> None:
        with signed_in(browser, frugal) as page:
            shown = page.locator(".allowance")
            expect(shown).to_have_text("2 of 2 attempts left.")
            for number, left in enumerate(["1 of 2 attempts left", "No attempts left"]):
                write(page, f"def train_step(*a): return {number}")
                page.get_by_role("button", name="Submit").click()
                expect(shown).to_contain_text(left)
            write(page, "def train_step(*a): return 'the third'")
            page.get_by_role("button", name="Submit").click()
            expect(page.locator("#results")).to_contain_text("The next one comes in 1 hour")
            expect(page.locator("#announce")).to_contain_text("The next one comes in 1 hour")
            expect(page.locator(".cm-content")).to_contain_text("the third")

    @pytest.mark.browser
    def test_the_page_asks_again_when_one_more_has_come(
        self, browser: Browser, service: Service, no_mean: str
    ) -> None:
        with signed_in(browser, service) as page:
            page.clock.install()
            page.reload()
            write(page, no_mean)
            page.get_by_role("button", name="Submit").click()
            expect(page.locator(".allowance")).to_contain_text(
                "19 of 20 attempts left, one more in 3 minutes."
            )
            page.route(
                "**/allowance", lambda route: route.fulfill(body='<span data-allowance="">Full</span>')
            )
            page.clock.fast_forward("03:01")
            expect(page.locator(".bar")).to_contain_text("Full")

    def test_who_teaches_is_shown_none(self, admin: httpx.Client) -> None:
        assert "attempts left" not in admin.get(PROBLEM).text
        assert admin.get(f"{PROBLEM}/allowance").text.strip() == ""


class TestComparing:
    def test_shows_the_lines_and_the_cases_that_changed(
        self, learner: httpx.Client, no_mean: str, right: str
    ) -> None:
        first = submit(learner, no_mean)
        assert "Compare with the attempt before" not in graded(learner, first)
        assert learner.get(f"{first}/comparison").status_code == 404
        second = submit(learner, right + "# <b>\n")
        assert f'href="{second}/comparison"' in graded(learner, second)
        html = learner.get(f"{second}/comparison").text
        assert "14 ended in another way: 14 came right, none went wrong." in html
        rows = re.findall(r'<tr class="(added|removed)">(.*?)</tr>', html, re.DOTALL)
        assert ("added", True) in [(kind, "dlogits /= n_steps" in row) for kind, row in rows]
        assert all(
            {"added": "+ added", "removed": "\N{MINUS SIGN} removed"}[kind] in row for kind, row in rows
        )
        assert "# &lt;b&gt;" in html
        assert first in html

    def test_is_its_authors_alone(self, service: Service, learner: httpx.Client) -> None:
        links = [submit(learner, f"def train_step(*a): return {number}") for number in range(2)]
        for link in links:
            graded(learner, link)
        assert learner.get(f"{links[1]}/comparison").status_code == 200
        other = service.learner(f"{uuid4().hex}@example.org")
        assert other.get(f"{links[1]}/comparison").status_code == 404

    def test_the_same_code_twice_changes_nothing(self, learner: httpx.Client) -> None:
        for _ in range(2):
            link = submit(learner, "def train_step(*a): pass")
            graded(learner, link)
        html = learner.get(f"{link}/comparison").text
        assert "Every case ended as before." in html
        assert "The code is the same." in html


@pytest.mark.browser
def test_the_solution_stands_beside_ones_own_code_and_stays_open(
    browser: Browser, service: Service, right: str
) -> None:
    with signed_in(browser, service, scripts=False, width=1440) as page:
        page.get_by_label("Your code").fill(right + "# mine\n")
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("main")).to_contain_text("Right on all 17 cases.")
        page.goto(f"{PROBLEM}/solution")
        expect(page.locator("main")).not_to_contain_text("# mine")
        page.get_by_role("button", name="Open the solution").click()
        for _ in range(2):  # opened, and opened again
            solution, mine = (
                page.get_by_role("heading", name=name) for name in ("The solution", "Your code")
            )
            theirs, ours = solution.bounding_box(), mine.bounding_box()
            assert theirs
            assert ours
            assert theirs["y"] == ours["y"]
            assert theirs["x"] + theirs["width"] < ours["x"]
            expect(page.locator("main")).to_contain_text("# mine")
            page.goto(f"{PROBLEM}/solution")


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_after_a_restart_a_queued_attempt_has_its_place_and_then_its_verdict(
    browser: Browser, frugal: Service, endless_loop: str, right: str, scripts: bool
) -> None:
    for _ in range(2):  # each holds the only slot for some seconds, and again after the restart
        submit(frugal.learner(f"{uuid4().hex}@example.org"), endless_loop)
    with signed_in(browser, frugal, scripts=scripts) as opened:
        page = opened
        page.set_default_timeout(4 * PATIENCE)
        if scripts:
            write(page, right)
        else:
            page.get_by_label("Your code").fill(right)
        page.get_by_role("button", name="Submit").click()
        status = page.locator("[data-events] [data-status]")
        expect(status).to_have_text(re.compile("2 stand before you|One stands before you"))
        link = page.url
        frugal.kill()
        if scripts:
            status.evaluate("element => { element.textContent = 'not told since' }")
        frugal.start()
        if not scripts:  # opened anew: while the service was away, the page reloaded itself into nothing
            page.close()
            page = page.context.new_page()
            page.goto(link)
            status = page.locator("[data-events] [data-status]")
        expect(status).to_have_text(re.compile("2 stand before you|One stands before you"), timeout=PATIENCE)
        expect(page.locator("main")).to_contain_text("Right on all 17 cases.", timeout=4 * PATIENCE)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_page_of_results_is_wider_than_the_screen(
    browser: Browser, service: Service, no_mean: str, right: str, width: int
) -> None:
    with signed_in(browser, service, scripts=False, width=width) as page:
        for source in (no_mean, right):
            page.goto(PROBLEM)
            page.get_by_label("Your code").fill(source)
            page.get_by_role("button", name="Submit").click()
            expect(page.locator("main")).to_contain_text("cases")
            expect(page.locator("[data-events]")).to_have_count(0)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="Compare with the attempt before").click()
        expect(page.get_by_role("heading", name="Cases that changed")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto(f"{PROBLEM}/solution")
        page.get_by_role("button", name="Open the solution").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
