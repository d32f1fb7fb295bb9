"""WCAG 2.2 AA on every page of everybody: axe-core, 320 pixels, the keyboard, what is spoken, what moves."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.web.markdown import markdown_html
from grader.problem import load_all
from tests.app.pages.service import ADMIN, PROBLEM, Service, graded, submit

pytestmark = pytest.mark.browser

PATIENCE = 30_000  # milliseconds
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FULL = "/problems/train-rnn-lm-full"
_ROOT = Path(__file__).parents[3]
_AXE = (_ROOT / "node_modules/axe-core/axe.min.js").read_text()
_FOUND = """async () => (await axe.run()).violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any, all, none }) =>
        `${id}: ${html.slice(0, 160)} (${[...any, ...all, ...none][0]?.message ?? ""})`))"""
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SLUG = re.compile(r"(?<=/problems/)[a-z0-9-]+")


@pytest.fixture(scope="module")
def learner(service: Service, right: str, no_mean: str) -> httpx.Client:
    """Has been accepted, was wrong in several ways, and lets a model learn."""
    client = service.learner(f"{uuid4().hex}@example.org")
    whole = (_ROOT / "problems/train-rnn-lm-full/variants/vectorised.py").read_text()
    address = client.post(f"{FULL}/attempts", data={"source": whole}).headers["location"]
    graded(client, address)
    client.post(f"{address}/trainings", data={"rival": ""})
    for source in (no_mean, "def train_step(", right.replace("def train_step", "def another"), right):
        graded(client, submit(client, source))
    return client


@pytest.fixture(scope="module")
def instructor(service: Service, admin: httpx.Client) -> httpx.Client:
    email = f"{uuid4().hex}@example.org"
    client = service.learner(email)
    assert admin.post("/users/role", data={"email": email, "role": "instructor"}).status_code == 303
    return client


class Visitor:
    """A browser with somebody's cookies."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page = context.new_page()

    def faults(self) -> list[str]:
        """What axe-core finds on the page as it is, in both themes; and whether 320 pixels are enough."""
        page, found = self.page, []
        page.evaluate(_AXE)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{page.url} ({scheme}) {fault}" for fault in page.evaluate(_FOUND)]
        size = page.viewport_size
        assert size is not None
        page.set_viewport_size({"width": 320, "height": 640})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            found.append(f"{page.url} is {wide} pixels wide on a screen of 320")
        if page.evaluate("document.getAnimations().length"):
            found.append(f"{page.url} moves although less motion is asked for")
        page.set_viewport_size(size)
        return found


@pytest.fixture
def visitor(browser: Browser, service: Service) -> Iterator[Callable[[httpx.Client | None], Visitor]]:
    opened: list[BrowserContext] = []

    def make(client: httpx.Client | None) -> Visitor:
        context = browser.new_context(base_url=service.url, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        if client:
            context.add_cookies(
                [{"name": name, "value": value, "url": service.url} for name, value in client.cookies.items()]
            )
        return Visitor(context)

    yield make
    for context in opened:
        context.close()


def kind(address: str) -> str:
    """The page that an address is of: without ids, and with the names of its query only."""
    parts = urlsplit(address)
    query = "&".join(sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair}))
    path = _SLUG.sub("*", _ID.sub("*", parts.path))
    return f"{path}?{query}" if query else path


def walk(visitor: Visitor, starts: list[str]) -> tuple[set[str], list[str]]:
    """Follow every link from these addresses, to one page of each kind: which there were, what is wrong."""
    waiting, seen, faults = list(starts), set[str](), list[str]()
    asked = set(starts)
    while waiting:
        answer = visitor.page.goto(waiting.pop(0))
        assert answer is not None
        assert answer.status < 500, answer.url
        seen.add(kind(visitor.page.url))
        faults += visitor.faults()
        links: list[str] = visitor.page.evaluate(
            """[...document.links]
               .filter((link) => link.origin === location.origin && !link.pathname.match(/[.](json|csv)$/))
               .map((link) => link.pathname + link.search)"""
        )
        for link in links:
            if kind(link) not in {*seen, *map(kind, asked)} and not link.startswith(("/api/", "/static/")):
                waiting.append(link)
                asked.add(link)
    return seen, faults


def addresses(client: httpx.Client) -> list[str]:
    """Of the client's own attempts, newest first."""
    return list(dict.fromkeys(re.findall(r"/attempts/[0-9a-f-]{36}", client.get("/attempts").text)))


def test_nothing_is_found_on_any_page_of_somebody_who_is_not_signed_in(
    visitor: Callable[[httpx.Client | None], Visitor], service: Service, admin: httpx.Client
) -> None:
    email = f"{uuid4().hex}@example.org"
    service.learner(email)
    html = admin.post("/users/reset", data={"email": email}).text
    link = re.findall(r'value="http[^"]+(/links/[^"]+)"', html)[0]
    seen, faults = walk(visitor(None), ["/problems", PROBLEM, link, "/forgotten", "/nope"])
    assert seen >= {"/problems", "/problems/*", "/sign-in", "/sign-up", "/forgotten", "/help", kind(link)}
    assert not faults, "\n".join(faults)


def test_nothing_is_found_on_any_page_of_a_learner(
    visitor: Callable[[httpx.Client | None], Visitor], learner: httpx.Client
) -> None:
    starts = ["/problems", "/problems?q=nothing+at+all&difficulty=hard", PROBLEM, f"{PROBLEM}/solution"]
    seen, faults = walk(visitor(learner), [*starts, *addresses(learner), "/attempts?verdict=skipped"])
    assert seen >= {
        "/attempts",
        "/attempts/*",
        "/attempts/*/trainings",
        "/trainings/*",
        "/problems/*/solution",
        "/profile",
        "/tokens",
    }
    assert not faults, "\n".join(faults)


def test_nothing_is_found_on_any_page_of_a_new_learner(
    visitor: Callable[[httpx.Client | None], Visitor], service: Service
) -> None:
    client = service.learner(f"{uuid4().hex}@example.org")
    _, faults = walk(visitor(client), ["/attempts", PROBLEM, f"{PROBLEM}/solution", "/users"])
    assert not faults, "\n".join(faults)


def test_nothing_is_found_on_any_page_of_an_instructor(
    visitor: Callable[[httpx.Client | None], Visitor], instructor: httpx.Client, learner: httpx.Client
) -> None:
    seen, faults = walk(visitor(instructor), ["/problems", PROBLEM, *addresses(learner)[:1]])
    pages = ("cases", "cases/new", "quality", "students", "students/*")
    assert seen >= {"/class", *(f"/problems/*/{name}" for name in pages)}
    assert not faults, "\n".join(faults)


def test_nothing_is_found_on_any_page_of_an_administrator(
    visitor: Callable[[httpx.Client | None], Visitor], admin: httpx.Client
) -> None:
    seen, faults = walk(visitor(admin), ["/users"])
    assert "/users" in seen
    assert not faults, "\n".join(faults)


def test_nothing_is_found_on_the_page_of_the_rest_api(
    visitor: Callable[[httpx.Client | None], Visitor],
) -> None:
    one = visitor(None)
    one.page.goto("/api/v1/docs")
    expect(one.page.get_by_role("heading", name="Schemas")).to_be_visible()
    assert not one.faults()


def test_nothing_is_found_on_what_forms_answer(
    visitor: Callable[[httpx.Client | None], Visitor], admin: httpx.Client, service: Service
) -> None:
    """Refusals, a preview, a token shown once."""
    one = visitor(admin)
    page = one.page
    faults = []
    page.goto("/tokens")
    page.get_by_role("button", name="Make").click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults += one.faults()
    page.goto(f"{PROBLEM}/cases/new")
    page.get_by_label("Name").fill(f"case {uuid4().hex[:8]}")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview of")).to_be_visible()
    faults += one.faults()
    stranger = visitor(None)
    stranger.page.goto("/sign-up")
    stranger.page.get_by_label("E-mail").fill(ADMIN[0])
    stranger.page.get_by_label("Password").fill("correct horse battery")
    stranger.page.get_by_role("button", name="Sign up").click()
    expect(stranger.page.locator("[aria-invalid=true]")).to_be_visible()
    faults += stranger.faults()
    assert not faults, "\n".join(faults)


class TestWorkspace:
    @pytest.fixture
    def desk(self, visitor: Callable[[httpx.Client | None], Visitor], service: Service) -> Visitor:
        one = visitor(service.learner(f"{uuid4().hex}@example.org"))
        one.page.goto(PROBLEM)
        expect(one.page.locator(".cm-content")).to_be_visible()
        return one

    @staticmethod
    def write(page: Page, source: str) -> None:
        page.locator(".cm-content").click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(source)

    @staticmethod
    def unfold(page: Page) -> None:
        """All of the results, cases within groups too."""
        page.evaluate(
            "() => document.querySelectorAll('#results details').forEach((one) => { one.open = true; })"
        )

    def test_nothing_is_found_while_it_is_graded_nor_on_the_results(
        self, desk: Visitor, endless_loop: str, no_mean: str
    ) -> None:
        page, results = desk.page, desk.page.locator("#results")
        self.write(page, endless_loop)
        page.get_by_role("button", name="Submit").click()
        expect(results.get_by_role("progressbar", name="Cases done")).to_be_visible()
        faults = desk.faults()
        expect(results).to_contain_text("0 of 17 cases right", timeout=2 * PATIENCE)
        self.unfold(page)
        faults += desk.faults()
        self.write(page, no_mean)
        page.get_by_role("button", name="Run", exact=True).click()
        expect(results).to_contain_text("of 3 public cases right")
        self.unfold(page)
        faults += desk.faults()
        assert not faults, "\n".join(faults)

    def test_only_start_connection_and_verdict_are_spoken(self, desk: Visitor, no_mean: str) -> None:
        page = desk.page
        page.evaluate(
            """() => {
              window.spoken = [];
              const live = "[role=status], [role=alert], [aria-live]:not([aria-live=off])";
              for (const region of document.querySelectorAll(live)) {
                const heard = () => region.textContent.trim() && spoken.push(region.textContent.trim());
                const everything = { childList: true, characterData: true, subtree: true };
                new MutationObserver(heard).observe(region, everything);
              }
            }"""
        )
        self.write(page, no_mean)
        page.evaluate("spoken.length = 0")
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("#announce")).to_contain_text("Wrong answer")
        start, *others = page.evaluate("spoken")
        assert start == "Submitting"
        assert [text for text in others if "Wrong answer" not in text] == []

    def test_handing_in_keeps_the_focus(self, desk: Visitor, no_mean: str) -> None:
        page = desk.page
        self.write(page, no_mean)
        page.keyboard.press("ControlOrMeta+Enter")
        expect(page.locator("#results")).to_contain_text("of 3 public cases right")
        expect(page.get_by_role("textbox", name="Your code")).to_be_focused()
        button = page.get_by_role("button", name="Submit")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#results")).to_contain_text("What is wrong")
        expect(button).to_be_focused()


_TABBABLE = """[...document.querySelectorAll(
    "a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0
    && (element.type !== "radio" || element.checked))"""


@pytest.mark.parametrize("path", ["/problems", PROBLEM, "/attempts", "/profile", "/help"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    visitor: Callable[[httpx.Client | None], Visitor], learner: httpx.Client, path: str
) -> None:
    page = visitor(learner).page
    page.goto(path)
    if path == PROBLEM:
        expect(page.locator(".cm-content")).to_be_visible()
    page.evaluate(f"{_TABBABLE}.forEach((element) => element.dataset.unreached = '')")
    there = page.locator("[data-unreached]").count()
    assert there > 5
    unseen = []
    for _ in range(2 * there):
        if page.evaluate("document.activeElement.matches('.cm-content')"):
            page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        unseen += page.evaluate(
            """(() => {
              const at = document.activeElement;
              delete at.dataset.unreached;
              const { outlineStyle, boxShadow } = getComputedStyle(at);
              const shown = outlineStyle !== "none" || boxShadow !== "none" || at.matches(".cm-content");
              return shown ? [] : [at.outerHTML.slice(0, 200)];
            })()"""
        )
    assert page.locator("[data-unreached]").evaluate_all("all => all.map((one) => one.outerHTML)") == []
    assert unseen == []


class TestTheme:
    @pytest.fixture
    def page(self, visitor: Callable[[httpx.Client | None], Visitor]) -> Page:
        page = visitor(None).page
        page.emulate_media(color_scheme="light")
        page.goto("/help?from=here")
        return page

    @staticmethod
    def paper(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    def test_follows_the_system_until_one_is_chosen_and_remembers_it(self, page: Page) -> None:
        light = self.paper(page)
        page.emulate_media(color_scheme="dark")
        dark = self.paper(page)
        assert light != dark
        page.get_by_role("button", name="Light").click()
        assert self.paper(page) == light
        expect(page.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")
        page.reload()
        assert self.paper(page) == light
        page.get_by_role("button", name="System").click()
        page.reload()
        assert self.paper(page) == dark

    def test_comes_from_the_server_so_that_no_other_is_shown_first(
        self, page: Page, service: Service
    ) -> None:
        page.get_by_role("button", name="Dark").click()
        client = service.browserless()
        client.cookies.update({cookie["name"]: cookie["value"] for cookie in page.context.cookies()})
        html = client.get("/help").text
        assert '<html lang="en" data-theme="dark">' in html
        assert re.search(r'<link rel="stylesheet" href="[^"]+dark\.css[^"]*" media="all"', html)

    def test_is_a_plain_form_without_scripts(self, service: Service) -> None:
        client = service.browserless()
        answer = client.post("/theme", data={"theme": "dark", "next": "/help?from=here"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/help?from=here")
        assert 'data-theme="dark"' in client.get("/help").text
        assert 'name="next" value="/help?from=here"' in client.get("/help?from=here").text
        client.post("/theme", data={"theme": "system"})
        assert 'data-theme="system"' in client.get("/help").text
        client.post("/theme", data={"theme": "<plaid>"})
        assert 'data-theme="system"' in client.get("/help").text


def test_formulas_are_set_in_our_own_face(browser: Browser) -> None:
    """Every character of every statement's and hint's formulas is in the part of the face that we send."""
    problems, _ = load_all()
    html = "".join(markdown_html(text) for one in problems.values() for text in (one.statement, *one.hints))
    face = next((_ROOT / "app/static/dist").glob("noto-sans-math-*.woff2")).read_bytes()
    page = browser.new_page()
    page.set_content(
        f"""<style>
          @font-face {{ font-family: ours; src: url(data:font/woff2;base64,{b64encode(face).decode()}) }}
          math {{ font-family: ours }}
        </style>{html}"""
    )
    page.evaluate("document.fonts.ready")
    asked = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        asked.send(f"{domain}.enable")
    root = asked.send("DOM.getDocument")["root"]["nodeId"]
    formulas = asked.send("DOM.querySelectorAll", {"nodeId": root, "selector": "math"})["nodeIds"]
    fonts = [
        font
        for formula in formulas
        for font in asked.send("CSS.getPlatformFontsForNode", {"nodeId": formula})["fonts"]
    ]
    page.close()
    assert len(fonts) > 100
    assert {font["familyName"] for font in fonts if not font["isCustomFont"]} == set()
