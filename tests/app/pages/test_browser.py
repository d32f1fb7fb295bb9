"""The pages in a real browser: live results, a lost connection, no scripts, no other host."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.app.pages.service import ADMIN, PROBLEM, Service

pytestmark = pytest.mark.browser

PATIENCE = 30_000  # milliseconds a grading may take on a busy machine
# Chromium itself styles what is inserted beside coloured words; the editor redraws it.
_WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) => {
  if (!event.target.closest?.(".cm-content")) console.error("policy broken:", event.violatedDirective);
});
"""


@pytest.fixture
def context(browser: Browser, service: Service) -> Iterator[BrowserContext]:
    """A browser whose pages may ask no other host, keep to the policy and raise no error."""
    context = browser.new_context(base_url=service.url)
    context.set_default_timeout(PATIENCE)
    complaints: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((service.url, "data:")):
            complaints.append(f"asked {request.url}")

    context.on("request", asked)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.append(said.text) if "policy broken" in said.text else None)
    context.add_init_script(_WATCH_POLICY)
    yield context
    context.close()
    assert not complaints


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def sign_up(page: Page) -> str:
    email = f"{uuid4().hex}@example.org"
    page.goto(f"/sign-up?next={PROBLEM}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Train RNN Language Model")).to_be_visible()
    return email


def write(page: Page, source: str) -> None:
    """Replace what stands in the editor."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)


def test_a_student_signs_up_writes_submits_and_reads_the_verdict(
    page: Page, no_mean: str, right: str
) -> None:
    page.goto(PROBLEM)
    page.get_by_role("link", name="Sign in to attempt it").click()
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("E-mail").fill(f"{uuid4().hex}@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign up").click()
    results = page.locator("#results")

    write(page, no_mean)
    page.get_by_role("button", name="Run").click()
    expect(results).to_contain_text("of 3 public cases right")
    page.get_by_role("button", name="Submit").click()
    expect(results).to_contain_text("What is wrong")
    expect(results).to_contain_text("n_steps times too large")
    expect(results.locator(".case")).to_have_count(17)
    expect(page.locator("#announce")).to_contain_text("Wrong answer")

    write(page, right)
    page.keyboard.press("ControlOrMeta+Shift+Enter")
    expect(results).to_contain_text("Right on all 17 cases. Score 100 of 100.")
    page.get_by_role("link", name="own page").click()
    expect(page.get_by_role("heading", name="The code")).to_be_visible()
    expect(page.locator("main")).to_contain_text("def train_step")
    page.goto("/attempts")
    expect(page.get_by_role("row")).to_have_count(3)  # a heading and two attempts; runs are not kept


def test_results_come_case_by_case_and_survive_a_restart(
    browser: Browser, tmp_path: Path, endless_loop: str
) -> None:
    service = Service(tmp_path)
    service.start()
    context = browser.new_context(base_url=service.url)
    context.set_default_timeout(2 * PATIENCE)
    try:
        page = context.new_page()
        sign_up(page)
        write(page, endless_loop)
        page.get_by_role("button", name="Submit").click()
        results = page.locator("#results")
        expect(results.locator("progress")).to_have_attribute("max", "17", timeout=2 * PATIENCE)
        expect(results).to_contain_text("of 17 cases done")
        service.kill()
        notice = page.locator("#connection")
        expect(notice).to_have_text("The server does not answer, trying again", timeout=PATIENCE)
        service.start()
        expect(notice).to_have_text("Connected again", timeout=PATIENCE)
        expect(results).to_contain_text("0 of 17 cases right", timeout=2 * PATIENCE)
        expect(results.locator(".case")).to_have_count(17)
        expect(results.locator(".case", has_text="Skipped")).to_have_count(15)
    finally:
        context.close()
        service.stop()


def test_a_service_that_hangs_is_said_and_its_verdict_still_comes(
    browser: Browser, tmp_path: Path, endless_loop: str
) -> None:
    service = Service(tmp_path)
    service.start()
    context = browser.new_context(base_url=service.url)
    context.set_default_timeout(2 * PATIENCE)
    try:
        page = context.new_page()
        sign_up(page)
        write(page, endless_loop)
        page.get_by_role("button", name="Submit").click()
        results = page.locator("#results")
        expect(results.locator("[data-events]")).to_be_visible()
        service.hang()
        notice = page.locator("#connection")
        expect(notice).to_have_text("The server does not answer, trying again", timeout=PATIENCE)
        service.go_on()
        expect(notice).to_have_text("Connected again", timeout=PATIENCE)
        expect(results).to_contain_text("0 of 17 cases right", timeout=2 * PATIENCE)
    finally:
        service.go_on()
        context.close()
        service.stop()


def test_handing_in_while_offline_goes_through_once_when_back(
    context: BrowserContext, page: Page, no_mean: str
) -> None:
    sign_up(page)
    write(page, no_mean)
    context.set_offline(True)
    page.get_by_role("button", name="Submit").click()
    notice = page.locator("#connection")
    expect(notice).to_have_text("You are offline, trying again")
    context.set_offline(False)
    expect(notice).to_have_text("Connected again", timeout=PATIENCE)
    expect(page.locator("#results")).to_contain_text("What is wrong", timeout=PATIENCE)
    page.goto("/attempts")
    expect(page.get_by_role("row")).to_have_count(2)


def test_losing_the_network_while_results_arrive_is_said(
    context: BrowserContext, page: Page, endless_loop: str
) -> None:
    sign_up(page)
    write(page, endless_loop)
    page.get_by_role("button", name="Submit").click()
    results = page.locator("#results")
    expect(results.locator("[data-events]")).to_be_visible()
    context.set_offline(True)
    notice = page.locator("#connection")
    expect(notice).to_have_text("You are offline, trying again")
    context.set_offline(False)
    expect(notice).to_have_text("Connected again", timeout=PATIENCE)
    expect(results).to_contain_text("0 of 17 cases right", timeout=2 * PATIENCE)
    expect(results.locator(".case")).to_have_count(17)


def test_the_editor_is_left_by_keyboard(page: Page) -> None:
    sign_up(page)
    page.locator(".cm-content").click()
    expect(page.get_by_role("textbox", name="Your code")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()


def test_hints_come_one_at_a_time(page: Page) -> None:
    page.goto(PROBLEM)
    hints = page.locator(".hints summary:visible")
    expect(hints).to_have_count(1)
    hints.last.click()
    expect(hints).to_have_count(2)


def test_an_instructor_adds_a_case_with_a_file(page: Page, tmp_path: Path) -> None:
    name = f"case {uuid4().hex[:8]}"
    file = tmp_path / "h0.npy"
    np.save(file, np.array([0.5, -0.5]))
    page.goto(f"/sign-in?next={PROBLEM}/cases")
    email, password = ADMIN
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Add a case").click()
    page.get_by_label("Name").fill(name)
    for size, value in {"T": "4", "V": "3", "d_emb": "2", "d_h": "2"}.items():
        page.get_by_label(size, exact=True).fill(value)
    h0 = page.get_by_role("group", name="h0")
    expect(h0.get_by_label("or a .npy file")).to_be_hidden()
    h0.get_by_label("Values", exact=True).select_option("given below")
    h0.get_by_label("or a .npy file").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name=f"Preview of “{name}”")).to_be_visible()
    expect(h0.get_by_label("The values")).to_have_value("[0.5, -0.5]")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("row", name=name)).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("row", name=name).get_by_role("button", name="Retire").click()
    expect(page.get_by_role("row", name=name)).to_have_count(0)


class TestWithoutScripts:
    @pytest.fixture
    def page(self, browser: Browser, service: Service) -> Iterator[Page]:
        context = browser.new_context(base_url=service.url, java_script_enabled=False)
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()

    def test_running_and_submitting_are_plain_forms(self, page: Page, no_mean: str) -> None:
        sign_up(page)
        page.get_by_label("Your code").fill(no_mean)
        page.get_by_role("button", name="Run").click()
        expect(page.locator("main")).to_contain_text("of 3 public cases right", timeout=PATIENCE)
        page.go_back()
        expect(page.get_by_label("Your code")).to_have_value(no_mean)
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("main")).to_contain_text("What is wrong", timeout=PATIENCE)
        expect(page.locator("main")).to_contain_text("n_steps times too large")


@pytest.mark.parametrize("width", [390, 1024, 1440])
@pytest.mark.parametrize(
    "path", ["/problems", PROBLEM, f"{PROBLEM}/cases", f"{PROBLEM}/cases/new", "/tokens", "/users", "/help"]
)
def test_no_page_is_wider_than_the_screen_and_every_field_has_a_name(
    signed_in: Page, width: int, path: str
) -> None:
    signed_in.set_viewport_size({"width": width, "height": 800})
    signed_in.goto(path)
    assert signed_in.evaluate("document.documentElement.scrollWidth") <= width
    unnamed = signed_in.evaluate(
        """[...document.querySelectorAll("input:not([type=hidden]), select, textarea:not([hidden])")]
           .filter((field) => !field.labels?.length && !field.ariaLabel).map((field) => field.outerHTML)"""
    )
    assert unnamed == []
    assert signed_in.evaluate("document.querySelectorAll('h1').length") == 1


@pytest.fixture(scope="module")
def signed_in(browser: Browser, service: Service) -> Iterator[Page]:
    """A page of the administrator."""
    context = browser.new_context(base_url=service.url)
    page = context.new_page()
    page.goto("/sign-in")
    email, password = ADMIN
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/problems")
    yield page
    context.close()
