"""One's own pages: name, password, browsers signed in, the export, and deleting it all."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.app.pages.service import ADMIN, Service, graded, submit

_PASSWORD = "correct horse battery"


@pytest.fixture
def email() -> str:
    return f"{uuid4().hex}@example.org"


@pytest.fixture
def learner(service: Service, email: str) -> httpx.Client:
    return service.learner(email)


def _signed_in(client: httpx.Client) -> bool:
    return client.get("/profile").status_code == 200


class TestSignedOut:
    @pytest.mark.parametrize("path", ["/profile", "/profile/delete", "/profile/data.json"])
    def test_is_sent_to_sign_in_and_back(self, service: Service, path: str) -> None:
        answer = service.browserless().get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")

    @pytest.mark.parametrize(
        "path", ["name", "password", "delete", "sign-ins/x/end", "sign-ins/end-others", "sign-ins/end-all"]
    )
    def test_changes_nothing(self, service: Service, path: str) -> None:
        assert service.browserless().post(f"/profile/{path}").status_code == 401


@pytest.mark.parametrize(
    "path", ["name", "password", "delete", "sign-ins/x/end", "sign-ins/end-others", "sign-ins/end-all"]
)
def test_forms_of_other_sites_are_refused(learner: httpx.Client, path: str) -> None:
    answer = learner.post(f"/profile/{path}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert _signed_in(learner)


class TestName:
    def test_is_changed_and_shown_on_every_page(self, learner: httpx.Client) -> None:
        answer = learner.post("/profile/name", data={"name": "Ada <L>"})
        assert "Your name is changed." in learner.get(answer.headers["location"]).text
        assert 'href="/profile">Ada &lt;L&gt;<' in learner.get("/problems").text

    def test_what_cannot_be_one_is_said_beside_it_and_not_lost(self, learner: httpx.Client) -> None:
        answer = learner.post("/profile/name", data={"name": "x" * 201})
        assert answer.status_code == 422
        assert "at most 200 characters" in answer.text
        assert f'value="{"x" * 201}"' in answer.text


class TestPassword:
    def test_asks_for_the_old_one_and_signs_out_all_other_browsers(
        self, service: Service, learner: httpx.Client, email: str
    ) -> None:
        other = service.browserless(email, _PASSWORD)
        wrong = learner.post("/profile/password", data={"old_password": "x", "new_password": "another horse"})
        assert wrong.status_code == 422
        assert "This is not your password now." in wrong.text
        assert _signed_in(other)
        form = {"old_password": _PASSWORD, "new_password": "another horse"}
        answer = learner.post("/profile/password", data=form)
        assert "every other browser is signed out" in learner.get(answer.headers["location"]).text
        assert not _signed_in(other)
        assert _signed_in(service.browserless(email, "another horse"))

    def test_guesses_at_it_are_slowed_down(self, learner: httpx.Client) -> None:
        form = {"old_password": "a guess", "new_password": "another horse"}
        answers = [learner.post("/profile/password", data=form) for _ in range(10)]
        answers.append(learner.post("/profile/delete", data={"password": "a guess"}))
        assert answers[0].status_code == 422
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1


class TestBrowsersSignedIn:
    def test_are_listed_and_end_one_by_one(self, service: Service, learner: httpx.Client, email: str) -> None:
        phone = service.browserless()
        phone.headers["User-Agent"] = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"
        phone.post("/sign-in", data={"email": email, "password": _PASSWORD})
        html = learner.get("/profile").text
        assert html.count("this browser</strong>") == 1
        assert "Firefox 128 on Android" in html
        (end,) = re.findall(r'action="(/profile/sign-ins/[^"]+/end)"', html)
        stranger = service.learner(f"{uuid4().hex}@example.org")
        assert stranger.post(end).status_code == 303
        assert _signed_in(phone)  # not the stranger's to end
        assert "signed out" in learner.get(learner.post(end).headers["location"]).text
        assert not _signed_in(phone)
        assert _signed_in(learner)

    def test_end_all_but_this_one_or_all(self, service: Service, learner: httpx.Client, email: str) -> None:
        others = [service.browserless(email, _PASSWORD) for _ in range(2)]
        assert learner.post("/profile/sign-ins/end-others").status_code == 303
        assert [_signed_in(client) for client in (learner, *others)] == [True, False, False]
        cookies = dict(learner.cookies)
        answer = learner.post("/profile/sign-ins/end-all")
        assert answer.headers["location"] == "/sign-in"
        assert not dict(learner.cookies)
        thief = service.browserless()
        thief.cookies.update(cookies)
        assert not _signed_in(thief)


class TestExport:
    def test_is_one_file_with_code_and_reports_and_without_secrets(
        self, learner: httpx.Client, email: str, no_mean: str
    ) -> None:
        graded(learner, submit(learner, no_mean))
        form = {"name": "my script", "scopes": ["problems:read"]}
        secret = re.findall(r'value="(hg_[^"]+)"', learner.post("/tokens", data=form).text)[0]
        answer = learner.get("/profile/data.json")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["cache-control"] == "no-store"
        told = json.loads(answer.text)
        assert told["account"]["email"] == email
        (attempt,) = told["attempt"]
        assert attempt["source"].split() == no_mean.split()
        assert attempt["report"]["verdict"] == "wrong_answer"
        assert [token["name"] for token in told["token"]] == ["my script"]
        assert [sign_in["browser"] for sign_in in told["sign_in"]] == ["python-httpx"]
        assert secret not in answer.text
        assert "hash" not in "".join(told["account"])

    def test_is_not_asked_for_all_the_time(self, learner: httpx.Client) -> None:
        assert [learner.get("/profile/data.json").status_code for _ in range(6)] == [200] * 5 + [429]


class TestDeletion:
    def test_says_what_goes_asks_for_the_password_and_takes_it_all(
        self, service: Service, learner: httpx.Client, email: str
    ) -> None:
        attempt = submit(learner, "def f(): pass")
        graded(learner, attempt)
        html = learner.get("/profile/delete").text
        assert f"your account, {email}" in html
        assert "attempts, with their code and reports: 1" in html
        wrong = learner.post("/profile/delete", data={"password": "a guess"})
        assert wrong.status_code == 422
        assert "This is not your password now." in wrong.text
        gone = learner.post("/profile/delete", data={"password": _PASSWORD})
        assert gone.status_code == 200
        assert "Your account is deleted" in gone.text
        assert "Sign in" in gone.text
        assert gone.headers["clear-site-data"] == '"storage"'
        assert not _signed_in(learner)
        admin = service.browserless(*ADMIN)
        assert admin.get(attempt).status_code == 404
        assert email not in admin.get("/users").text
        form = {"email": email, "password": _PASSWORD}
        assert service.browserless().post("/sign-in", data=form).status_code == 422

    def test_ends_what_still_tells_of_ones_attempts(self, tmp_path: Path, endless_loop: str) -> None:
        service = Service(tmp_path)
        service.start()
        try:
            learner = service.learner("ada@example.org", _PASSWORD)
            watching = service.browserless("ada@example.org", _PASSWORD)
            with watching.stream("GET", f"{submit(learner, endless_loop)}/events") as events:
                lines = events.iter_lines()
                next(lines)
                assert learner.post("/profile/delete", data={"password": _PASSWORD}).status_code == 200
                assert "event: end" not in list(lines)
        finally:
            service.stop()
        assert "Traceback" not in service.said

    def test_is_not_for_the_only_administrator(self, service: Service, admin: httpx.Client) -> None:
        assert "the only administrator" in admin.get("/profile/delete").text
        answer = admin.post("/profile/delete", data={"password": ADMIN[1]})
        assert answer.status_code == 409
        assert "the only administrator" in answer.text
        assert _signed_in(admin)

    def test_without_a_password_is_confirmed_in_words(self, tmp_path: Path) -> None:
        service = Service(tmp_path)
        service.start()
        try:
            admin = service.browserless()
            admin.post(service.first_admin_link())  # who has no password
            assert "You have none yet" in admin.get("/profile").text
            other = service.learner("other@example.org")
            admin.post("/users/role", data={"email": "other@example.org", "role": "admin"})
            answer = admin.post("/profile/delete", data={"words": "delete"})
            assert answer.status_code == 422
            assert 'value="delete"' in answer.text
            assert admin.post("/profile/delete", data={"words": "delete my account"}).status_code == 200
            assert not _signed_in(admin)
            assert _signed_in(other)
        finally:
            service.stop()


@pytest.mark.browser
class TestInABrowser:
    @pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
    def context(
        self, browser: Browser, service: Service, request: pytest.FixtureRequest
    ) -> Iterator[BrowserContext]:
        """A browser that asks no other host."""
        context = browser.new_context(base_url=service.url, java_script_enabled=request.param)
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        yield context
        context.close()
        assert [url for url in asked if not url.startswith((service.url, "data:"))] == []

    def test_a_student_looks_after_their_account_and_leaves(
        self, context: BrowserContext, learner: httpx.Client, email: str
    ) -> None:
        page = context.new_page()
        page.goto("/sign-in?next=/profile")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(_PASSWORD)
        page.get_by_role("button", name="Sign in").click()

        page.get_by_label("Name").fill("Ada")
        page.get_by_role("button", name="Change your name").click()
        expect(page.get_by_role("status").filter(has_text="Your name is changed.")).to_be_visible()
        expect(page.get_by_role("link", name="Ada (your profile)")).to_be_visible()

        here = page.get_by_role("row").filter(has_text="this browser")
        expect(here).to_have_count(1)
        expect(here).to_contain_text("Chrome")
        page.get_by_role("button", name="Sign out python-httpx").click()
        expect(page.get_by_role("button", name="Sign out python-httpx")).to_have_count(0)
        assert not _signed_in(learner)

        page.get_by_label("Password now").fill(_PASSWORD)
        page.get_by_label("New password").fill("short")
        page.get_by_role("button", name="Change your password").click()
        expect(page.get_by_label("New password")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("Password now").fill(_PASSWORD)
        page.get_by_label("New password").fill("another horse")
        page.get_by_role("button", name="Change your password").click()
        expect(page.locator("main")).to_contain_text("Your new password is set")

        with page.expect_download() as started:
            page.get_by_role("link", name="Download your data").click()
        assert json.loads(started.value.path().read_text())["account"]["name"] == "Ada"

        page.get_by_role("link", name="Delete your account").click()
        page.get_by_label("Your password").fill("another horse")
        page.get_by_role("button", name="Delete your account for good").click()
        expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
        page.goto("/profile")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    @pytest.mark.parametrize("width", [390, 1440])
    def test_fits_the_screen_and_every_field_has_a_name(
        self, browser: Browser, service: Service, email: str, learner: httpx.Client, width: int
    ) -> None:
        context = browser.new_context(base_url=service.url, viewport={"width": width, "height": 800})
        name, value = next(iter(learner.cookies.items()))
        context.add_cookies([{"name": name, "value": value, "url": service.url}])
        page = context.new_page()
        for path in ("/profile", "/profile/delete"):
            _fits(page, path, width)
        context.close()


def _fits(page: Page, path: str, width: int) -> None:
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    nameless = """[...document.querySelectorAll("input:not([type=hidden])")]
        .filter((field) => !field.labels?.length && !field.ariaLabel).map((field) => field.outerHTML)"""
    assert page.evaluate(nameless) == []
    assert page.locator("h1").count() == 1
