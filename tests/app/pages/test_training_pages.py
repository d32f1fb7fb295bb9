"""Watch it learn: from an accepted attempt to a model that writes, live and without scripts."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser

from grader.problem import PROBLEMS
from tests.app.pages.service import Service, graded

FULL = "/problems/train-rnn-lm-full"
RIGHT = (PROBLEMS / "train-rnn-lm-full/variants/vectorised.py").read_text()
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def email(service: Service) -> str:
    address = f"{uuid4().hex}@example.org"
    service.learner(address, PASSWORD)
    return address


@pytest.fixture(scope="module")
def learner(service: Service, email: str) -> httpx.Client:
    return service.browserless(email, PASSWORD)


@pytest.fixture(scope="module")
def accepted(learner: httpx.Client) -> str:
    """The address of an accepted attempt."""
    link: str = learner.post(f"{FULL}/attempts", data={"source": RIGHT, "form_key": uuid4().hex}).headers[
        "location"
    ]
    assert f'href="{link}/trainings"' in graded(learner, link)
    return link


def test_without_scripts_it_is_begun_looked_at_and_stopped(learner: httpx.Client, accepted: str) -> None:
    choices = learner.get(f"{accepted}/trainings").text
    assert '<option value="dh_next_missing"' in choices
    begun = learner.post(f"{accepted}/trainings", data={"rival": "dh_next_missing"})
    address = begun.headers["location"]
    page = learner.get(address).text
    assert '<meta http-equiv="refresh"' in page
    assert "of 4000 steps" in page
    assert learner.post(f"{accepted}/trainings").headers["location"] == address  # one at a time
    stopped = learner.post(f"{address}/stop", follow_redirects=True).text
    assert "You stopped it after" in stopped
    assert "data-events" not in stopped
    assert address in learner.get(f"{accepted}/trainings").text


def test_all_ones_trainings_stand_on_one_page(service: Service, learner: httpx.Client, accepted: str) -> None:
    address = learner.post(f"{accepted}/trainings").headers["location"]
    learner.post(f"{address}/stop")
    mine = learner.get("/trainings").text
    assert f'href="{address}"' in mine
    assert f'href="{accepted}/trainings"' in mine
    nothing_yet = service.learner(f"{uuid4().hex}@example.org").get("/trainings").text
    assert f'href="{FULL}"' in nothing_yet
    assert address not in nothing_yet


def test_its_events_are_whole_pieces(learner: httpx.Client, accepted: str) -> None:
    address = learner.post(f"{accepted}/trainings").headers["location"]
    names = []
    with learner.stream("GET", f"{address}/events") as events:
        for line in events.iter_lines():
            if line.startswith("event: "):
                names.append(line.removeprefix("event: "))
            if names[-1:] == ["piece"] and names.count("piece") == 2:
                learner.post(f"{address}/stop")
    assert names[-1] == "end"
    assert names.count("piece") >= 2


def test_nobody_else_sees_it_and_only_accepted_code_trains(
    service: Service, learner: httpx.Client, accepted: str
) -> None:
    address = learner.post(f"{accepted}/trainings").headers["location"]
    learner.post(f"{address}/stop")
    other = service.learner(f"{uuid4().hex}@example.org")
    assert [
        other.get(path).status_code for path in (address, f"{address}/events", f"{accepted}/trainings")
    ] == [
        404,
        404,
        404,
    ]
    assert other.post(f"{accepted}/trainings").status_code == 404
    wrong = learner.post(
        f"{FULL}/attempts", data={"source": RIGHT + "\ntrain_step_full = None", "form_key": uuid4().hex}
    ).headers["location"]
    assert "/trainings" not in graded(learner, wrong)
    answer = learner.get(f"{wrong}/trainings")
    assert answer.status_code == 409
    assert "Only an accepted attempt" in answer.text
    assert learner.post(f"{accepted}/trainings", data={"rival": "nothing"}).status_code == 404


def test_a_service_that_is_killed_goes_on_with_it(tmp_path: Path) -> None:
    service = Service(tmp_path)
    service.start()
    try:
        learner = service.learner(f"{uuid4().hex}@example.org", PASSWORD)
        link = learner.post(f"{FULL}/attempts", data={"source": RIGHT, "form_key": uuid4().hex}).headers[
            "location"
        ]
        graded(learner, link)
        address = learner.post(f"{link}/trainings").headers["location"]
        before = until(learner, address, lambda step: step > 0)
        service.kill()
        service.start()
        assert until(learner, address, lambda step: step > before + 100) <= 4000
        assert learner.post(f"{address}/stop").status_code == 303
    finally:
        service.stop()


def until(client: httpx.Client, address: str, good: Callable[[int], bool]) -> int:
    """The step at which a training is, once that is good."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        step = int(re.findall(r'<progress max="4000" value="(\d+)"', client.get(address).text)[0])
        if good(step):
            return step
        time.sleep(0.05)
    raise AssertionError(f"{address} learns no further")


def test_in_a_browser_it_learns_before_ones_eyes(
    service: Service, browser: Browser, email: str, accepted: str
) -> None:
    page = browser.new_context(base_url=service.url).new_page()
    page.goto(f"/sign-in?next={accepted}")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.click("text=Watch it learn")
    page.select_option("#rival", "no_mean")
    page.click("button:has-text('Start')")
    page.wait_for_selector(".chart polyline", state="attached")
    page.wait_for_selector(".written li")
    before = page.text_content("[data-status]")
    page.wait_for_function("text => document.querySelector('[data-status]').textContent !== text", arg=before)
    assert page.get_attribute(".chart svg", "aria-label")
    page.click("button:has-text('Stop')")
    page.wait_for_selector("text=You stopped it after")
    assert page.locator(".written li").count() >= 2
    assert re.fullmatch(r"[a-z ]{70}", page.text_content(".written code") or "")
