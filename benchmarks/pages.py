"""What the pages cost: bytes of a first visit, the server's time for each page, and from click to verdict.

The service runs in a process of its own with 10,000 attempts stored, a tenth of them the visitor's. Its time
is taken from outside, over a kept connection on this machine, so it holds what asking costs.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.findings import Effort, Findings, Row, row_of
from benchmarks.latency import elapsed
from benchmarks.served import Served, Visitor, served, store
from benchmarks.ways import TRIVIAL, flagship, in_sandbox, rest
from grader.problem import PROBLEMS, load_problem
from grader.sandbox.pool import SandboxPool

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

FLAGSHIP = "train-rnn-lm"
_REPEAT, _CLICKS = 50, 20  # more clicks at once than the second are refused
_BREATH = 0.5  # seconds from a verdict to the next click; grading alone is given its rest too
_STORED, _LEARNERS = 10_000, 10
_SERVER_MS, _ABOVE_GRADING_MS = 15.0, 60.0
#: At most so many kB, compressed, of each part of a first visit to a problem.
PARTS: Mapping[str, float] = {
    "page, styles, scripts and text faces": 60,
    "editor": 180,
    "face of formulas": 60,
}
_ALL, _EDITOR, _FORMULAS = PARTS
_CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)
_HOW_TO_GET_IT = (
    "Nothing is measured in a browser: it needs the Python package playwright (`pip install playwright`)"
    f" and {_CHROMIUM} (Debian's package chromium)."
)
# From the click itself to the moment the verdict stands on the page.
_FROM_CLICK_TO_VERDICT = """() => new Promise((resolve, reject) => {
  const results = document.getElementById("results");
  let clicked;
  addEventListener("click", () => (clicked = performance.now()), { capture: true, once: true });
  new MutationObserver((_, observer) => {
    if (!clicked || !results.querySelector("[data-sentence] .verdict")) return;
    observer.disconnect();
    resolve(performance.now() - clicked);
  }).observe(results, { childList: true, subtree: true });
  setTimeout(() => reject(new Error("no verdict came within a minute")), 60_000);
  results.replaceChildren();
  document.querySelector("[data-submit]").click();
})"""


def run(effort: Effort) -> Findings:
    """With every problem that is shipped."""
    return measure(PROBLEMS, effort)


def measure(problems: Path, effort: Effort, stored: int = _STORED) -> Findings:
    """With these problems, the flagship among them. Too heavy a page breaks a law; a slow one is noted."""
    if not _has_browser():
        effort.say(_HOW_TO_GET_IT)
    effort.say("Starting the service and freezing its problems ...")
    right = load_problem(problems / FLAGSHIP).solution
    with served(problems) as service:
        attempts = [service.graded(FLAGSHIP, source) for source in (TRIVIAL, right)]
        effort.say(f"Storing {stored} attempts ...")
        store(service.database, attempts, stored, _LEARNERS)
        effort.say("Asking for each page ...")
        rows = list(_server_times(service, attempts, effort.repeat or _REPEAT))
        slow = [row for row in rows if row.median > _SERVER_MS]
        notes = [f"{row.name} took {row.median:.1f} ms; {_SERVER_MS:.0f} are wanted." for row in slow]
        if not _has_browser():
            return Findings(rows, notes)
        effort.say("Visiting and clicking in Chromium ...")
        with _browser(service) as context:
            weights = _first_visit(context)
            clicks = _clicks(context, right, min(effort.repeat or _CLICKS, _CLICKS))
    rows += [Row(f"first visit, {part}", "kB", size, size, None) for part, size in weights.items()]
    grading = asyncio.run(_grading(len(clicks)))
    above = median(clicks) - median(grading)
    rows += [
        row_of("grading the flagship's reference", grading),
        row_of("from click to its verdict", clicks, beside=grading),
        row_of("from click to its verdict, above grading", [above]),
    ]
    if 1000 * above > _ABOVE_GRADING_MS:
        notes.append(
            f"A verdict took {1000 * above:.0f} ms above grading; {_ABOVE_GRADING_MS:.0f} are wanted."
        )
    return Findings(rows, notes, too_heavy(weights))


def too_heavy(weights: Mapping[str, float]) -> list[str]:
    """A sentence for each part of the first visit that is more than it may be, in kB."""
    return [
        f"The first visit's {part} must be at most {most:.0f} kB; it was {weights[part]:.1f}."
        for part, most in PARTS.items()
        if weights[part] > most
    ]


def _server_times(service: Served, attempts: Sequence[str], repeat: int) -> Iterator[Row]:
    problem = f"/problems/{FLAGSHIP}"
    theirs = [f"/attempts/{attempt}" for attempt in attempts]
    pages: list[tuple[Visitor, str, str]] = [
        *(
            (service.learner, path, path)
            for path in ("/problems", problem, f"{problem}/solution", "/attempts")
        ),
        (service.learner, theirs[0], "/attempts/..., wrong"),
        (service.learner, theirs[1], "/attempts/..., accepted"),
        (service.learner, f"{theirs[1]}/comparison", "/attempts/.../comparison"),
        *((service.learner, path, path) for path in ("/profile", "/tokens", "/help")),
        *(
            (service.admin, path, path)
            for path in (
                *(f"{problem}/{part}" for part in ("cases", "cases/new", "quality", "students")),
                "/class",
                "/users",
            )
        ),
    ]
    for visitor, path, name in pages:
        taken = [_timed_get(visitor, path) for _ in range(repeat + 1)][1:]
        yield row_of(f"GET {name}", taken)


def _timed_get(visitor: Visitor, path: str) -> float:
    started = time.perf_counter()
    answer = visitor.get(path, compressed=True)
    taken = time.perf_counter() - started
    if answer.status != 200:
        raise RuntimeError(f"a benchmark asked for {path} and was answered {answer.status}")
    return taken


def _has_browser() -> bool:
    return find_spec("playwright") is not None and Path(_CHROMIUM).exists()


@contextmanager
def _browser(service: Served) -> "Iterator[BrowserContext]":
    """Chromium with the learner's cookies and an empty cache."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only the tests' packages have it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        context = browser.new_context(base_url=service.url)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": service.url}
                for name, value in service.learner.cookies.items()
            ]
        )
        try:
            yield context
        finally:
            browser.close()


def _first_visit(context: "BrowserContext") -> dict[str, float]:
    """kB that a visit to the flagship loads, heads included, and how much a second visit loads again."""
    page = context.new_page()
    with _loaded(page) as first:
        page.goto(f"/problems/{FLAGSHIP}", wait_until="networkidle")
    with _loaded(page) as second:
        page.goto("/help", wait_until="networkidle")
        page.goto(f"/problems/{FLAGSHIP}", wait_until="networkidle")
    page.close()
    weights = dict.fromkeys(PARTS, 0.0)
    for address, size in first.items():
        part = _EDITOR if "/editor-" in address else _FORMULAS if "noto-sans-math" in address else _ALL
        weights[part] += size / 1000
    again = sum(size for address, size in second.items() if "/static/" in address) / 1000
    return weights | {"styles, scripts and faces that a second visit loads again": again}


@contextmanager
def _loaded(page: "Page") -> Iterator[dict[str, float]]:
    """Bytes that came over the network, by address."""
    addresses: dict[str, str] = {}
    sizes: dict[str, float] = {}
    network = page.context.new_cdp_session(page)

    def answered(event: dict[str, Any]) -> None:
        if not event["response"].get("fromDiskCache"):
            addresses[event["requestId"]] = event["response"]["url"]

    def finished(event: dict[str, Any]) -> None:
        if address := addresses.get(event["requestId"]):
            sizes[address] = sizes.get(address, 0) + event["encodedDataLength"]

    network.on("Network.responseReceived", answered)
    network.on("Network.loadingFinished", finished)
    network.send("Network.enable")
    yield sizes
    network.detach()


def _clicks(context: "BrowserContext", source: str, repeat: int) -> list[float]:
    """Seconds from the click on Submit to the verdict, the page being open and the code written."""
    page = context.new_page()
    page.goto(f"/problems/{FLAGSHIP}", wait_until="networkidle")
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)
    taken = []
    for _ in range(repeat + 1):
        time.sleep(_BREATH)
        taken.append(page.evaluate(_FROM_CLICK_TO_VERDICT) / 1000)
    page.close()
    return taken[1:]


async def _grading(repeat: int) -> list[float]:
    """As `handgrad bench sandbox` takes it: the flagship's reference over all its cases."""
    taken = []
    async with SandboxPool() as pool:
        _, real, _ = await flagship(pool)
        for _ in range(repeat):
            await rest(pool)
            taken.append(await elapsed(lambda: in_sandbox(real, pool)))
    return taken
