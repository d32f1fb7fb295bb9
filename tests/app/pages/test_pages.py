"""Pages as plain requests see them: what is there, who may see it, and what happens to bad input."""

import re
from html import unescape
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.app.pages.service import ADMIN, PROBLEM, Service, graded, submit


@pytest.fixture
def learner(service: Service) -> httpx.Client:
    return service.learner(f"{uuid4().hex}@example.org")


class TestSignedOut:
    def test_reads_the_statement_with_its_mathematics(self, service: Service) -> None:
        html = service.browserless().get(PROBLEM).text
        assert "<math" in html
        assert "math-core-error" not in html
        assert "Sign in to attempt it" in html
        assert "<textarea" not in html

    @pytest.mark.parametrize("path", [f"{PROBLEM}/solution", "/attempts", "/tokens", f"{PROBLEM}/cases"])
    def test_is_sent_to_sign_in_and_back(self, service: Service, path: str) -> None:
        answer = service.browserless().get(path)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?next={path}"

    def test_cannot_hand_in(self, service: Service) -> None:
        answer = service.browserless().post(f"{PROBLEM}/attempts", data={"source": "x"})
        assert answer.status_code == 401
        assert "Sign in" in answer.text

    def test_is_never_sent_elsewhere_after_signing_in(self, service: Service) -> None:
        email, password = ADMIN
        form = {"email": email, "password": password, "next": "https://evil.example/"}
        answer = service.browserless().post("/sign-in", data=form)
        assert answer.headers["location"] == "/problems"


class TestAddressesThatDoNotExist:
    @pytest.mark.parametrize(
        "path",
        ["/nope", "/problems/nope", "/problems/nope/solution", "/attempts/nope", "/runs/nope", "/links/nope"],
    )
    def test_have_a_page_of_their_own(self, learner: httpx.Client, path: str) -> None:
        answer = learner.get(path)
        assert answer.status_code == 404
        assert "<h1>Not found</h1>" in answer.text
        assert "All problems" in answer.text

    def test_other_peoples_attempts_are_among_them(self, service: Service, learner: httpx.Client) -> None:
        link = submit(service.learner(f"{uuid4().hex}@example.org"), "def f(): pass")
        assert learner.get(link).status_code == 404
        assert learner.get(f"{link}/events").status_code == 404


class TestSigningUp:
    def test_says_beside_the_field_what_is_wrong_and_keeps_the_rest(self, service: Service) -> None:
        form = {"email": "ada@example.org", "name": "Ada <Lovelace>", "password": "short"}
        answer = service.browserless().post("/sign-up", data=form)
        assert answer.status_code == 422
        assert "at least 10 characters" in answer.text
        assert 'value="ada@example.org"' in answer.text
        assert "Ada &lt;Lovelace&gt;" in answer.text

    def test_refuses_a_taken_address(self, service: Service) -> None:
        form = {"email": ADMIN[0].upper(), "password": "correct horse battery"}
        answer = service.browserless().post("/sign-up", data=form)
        assert answer.status_code == 409

    def test_a_cookie_with_another_signature_signs_nobody_in(self, service: Service) -> None:
        form = {"name": "", "email": f"{uuid4()}@example.org", "password": "a long password"}
        client = service.browserless()
        assert client.post("/sign-up", data=form).status_code == 303
        assert client.get("/attempts").status_code == 200
        name, cookie = next(iter(client.cookies.items()))
        client.cookies.clear()
        client.cookies.set(name, cookie.rpartition(".")[0] + ".AAAA")
        assert client.get("/attempts").headers["location"].startswith("/sign-in")

    def test_the_cookie_cannot_be_read_by_scripts(self, service: Service) -> None:
        form = {"email": f"{uuid4().hex}@example.org", "password": "correct horse battery"}
        cookie = service.browserless().post("/sign-up", data=form).headers["set-cookie"]
        assert cookie.startswith("handgrad_session=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie

    def test_signing_out_ends_the_sign_in_itself(self, service: Service, learner: httpx.Client) -> None:
        cookies = dict(learner.cookies)
        assert learner.post("/sign-out").status_code == 303
        thief = service.browserless()
        thief.cookies.update(cookies)
        assert thief.get("/attempts").headers["location"].startswith("/sign-in")


def test_guessing_passwords_is_slowed_down(service: Service) -> None:
    form = {"email": f"{uuid4().hex}@example.org", "password": "a guess"}
    client = service.browserless()
    answers = [client.post("/sign-in", data=form) for _ in range(12)]
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_a_form_of_another_site_is_refused(learner: httpx.Client) -> None:
    answer = learner.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "another site" in answer.text


def test_the_first_administrators_link_works_once(tmp_path: Path) -> None:
    service = Service(tmp_path)
    service.start()
    try:
        link, client = service.first_admin_link(), service.browserless()
        for _ in range(2):  # looking is not using: mail programs and chats look at links
            assert "Become the administrator" in client.get(link).text
        answer = client.post(link)
        assert (answer.status_code, answer.headers["location"]) == (303, PROBLEM)
        assert "admin@localhost" in client.get("/users").text
        for again in (service.browserless().get(link), service.browserless().post(link)):
            assert again.status_code == 404
    finally:
        service.stop()


def test_an_administrator_makes_a_reset_link_that_works_once(
    service: Service, admin: httpx.Client, learner: httpx.Client
) -> None:
    learner_email = re.findall(r"[0-9a-f]{32}@example\.org", learner.get("/problems").text)[0]
    html = admin.post("/users/reset", data={"email": learner_email}).text
    link = re.findall(r'value="(http[^"]+/links/[^"]+)"', html)[0]
    client = service.browserless()
    assert "Set a new password" in client.get(link).text
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": "another horse battery"}).status_code == 303
    assert client.get("/attempts").status_code == 200
    assert learner.get("/attempts").status_code == 303  # the old sign-in ended
    assert service.browserless().get(link).status_code == 404


class TestRoles:
    @pytest.mark.parametrize(
        "path",
        [
            f"{PROBLEM}/cases",
            f"{PROBLEM}/cases/new",
            f"{PROBLEM}/students",
            f"{PROBLEM}/students.csv",
            "/users",
        ],
    )
    def test_learners_are_kept_out(self, learner: httpx.Client, path: str) -> None:
        answer = learner.get(path)
        assert answer.status_code == 403
        assert "<h1>Not allowed</h1>" in answer.text

    def test_an_administrator_makes_instructors(self, service: Service, admin: httpx.Client) -> None:
        email = f"{uuid4().hex}@example.org"
        client = service.learner(email)
        assert admin.post("/users/role", data={"email": email, "role": "instructor"}).status_code == 303
        assert client.get(f"{PROBLEM}/cases").status_code == 200
        assert client.get("/users").status_code == 403

    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ({"email": ADMIN[0], "role": "emperor"}, 422),
            ({"email": ADMIN[0], "role": "learner"}, 409),
            ({"email": "nobody@example.org", "role": "learner"}, 404),
        ],
    )
    def test_bad_changes_are_refused_on_the_page(
        self, admin: httpx.Client, form: dict[str, str], status: int
    ) -> None:
        answer = admin.post("/users/role", data=form)
        assert answer.status_code == status
        assert "<h1>Users</h1>" in answer.text


class TestTokens:
    def test_are_shown_once_and_can_be_revoked(self, service: Service, learner: httpx.Client) -> None:
        form = {"name": "my script", "scopes": ["problems:read"], "expires_days": "7"}
        html = learner.post("/tokens", data=form).text
        secret = re.findall(r'value="(hg_[^"]+)"', html)[0]
        page = learner.get("/tokens").text
        assert "my script" in page
        assert secret not in page
        bearer = {"Authorization": f"Bearer {secret}"}
        assert httpx.get(f"{service.url}/api/v1/problems", headers=bearer).status_code == 200
        revoke = re.findall(r'action="(/tokens/[^"]+/revoke)"', page)[0]
        assert learner.post(revoke).status_code == 303
        assert httpx.get(f"{service.url}/api/v1/problems", headers=bearer).status_code == 401

    @pytest.mark.parametrize("days", ["0", "4000", "soon", "99999999999"])
    def test_bad_days_are_refused_and_nothing_is_lost(self, learner: httpx.Client, days: str) -> None:
        form = {"name": "my script", "scopes": ["problems:read"], "expires_days": days}
        answer = learner.post("/tokens", data=form)
        assert answer.status_code == 422
        assert 'value="my script"' in answer.text
        assert "1 to 3650 days" in answer.text


class TestAttempts:
    def test_a_wrong_one_is_explained_on_its_page(self, learner: httpx.Client, no_mean: str) -> None:
        html = graded(learner, submit(learner, no_mean))
        assert "Wrong answer" in html
        assert "What is wrong" in html
        assert "n_steps times too large" in html
        assert "hidden" in html
        assert "def train_step" in re.sub("<[^>]+>", "", html)

    def test_the_same_form_posted_twice_is_one_attempt(self, learner: httpx.Client) -> None:
        key = uuid4().hex
        first, second = (submit(learner, "def f(): pass", key) for _ in range(2))
        assert first == second
        assert learner.get("/attempts").text.count('href="/attempts/') == 1

    def test_its_code_is_shown_as_it_came_with_its_words_marked(self, learner: httpx.Client) -> None:
        code = "def f():\n    return 1 < 2\n"
        answer = learner.post(f"{PROBLEM}/attempts", data={"source": code, "form_key": "unmarked"})
        shown = learner.get(answer.headers["location"]).text
        code_shown = shown.rpartition('<pre tabindex="0"><code>')[2].partition("</code>")[0]
        assert unescape(re.sub("<[^>]+>", "", code_shown)) == code
        assert '<span class="k">def</span> <span class="n">f</span>' in code_shown

    def test_the_same_form_with_other_code_is_another_attempt(self, learner: httpx.Client) -> None:
        key = uuid4().hex
        assert submit(learner, "def f(): pass", key) != submit(learner, "def g(): pass", key)

    def test_code_is_shown_as_text(self, learner: httpx.Client) -> None:
        html = graded(learner, submit(learner, "x = '<script>alert(1)</script>' \0"))
        assert "<script>alert" not in html
        assert "Compile error" in html

    def test_the_next_visit_starts_with_the_last_code(self, learner: httpx.Client) -> None:
        link = submit(learner, "# first\r\ndef f(): pass\r\n")
        graded(learner, link)
        graded(learner, submit(learner, "# second"))
        assert "# second</textarea>" in learner.get(PROBLEM).text
        chosen = learner.get(f"{PROBLEM}?from={link.rpartition('/')[2]}").text
        assert "# first\ndef f(): pass\n</textarea>" in chosen

    def test_a_run_shows_public_cases_and_leaves_no_attempt(self, learner: httpx.Client, right: str) -> None:
        answer = learner.post(f"{PROBLEM}/runs", data={"source": right})
        html = graded(learner, answer.headers["location"])
        assert "Right on all 3 public cases" in html
        assert "None here yet" in learner.get("/attempts").text

    def test_a_run_is_its_owners_alone(self, service: Service, learner: httpx.Client) -> None:
        link = learner.post(f"{PROBLEM}/runs", data={"source": "x"}).headers["location"]
        assert service.learner(f"{uuid4().hex}@example.org").get(link).status_code == 404

    def test_too_many_at_once_are_refused(self, learner: httpx.Client) -> None:
        code = "def train_step(*a): pass"
        forms = [{"source": code, "form_key": uuid4().hex} for _ in range(21)]
        answers = [learner.post(f"{PROBLEM}/attempts", data=form) for form in forms]
        assert [answer.status_code for answer in answers] == [303] * 20 + [429]
        assert "Too many requests." in answers[-1].text
        assert f"{code}</textarea>" in answers[-1].text

    def test_filters_that_make_no_sense_are_none(self, learner: httpx.Client) -> None:
        assert learner.get("/attempts?verdict=splendid&problem=nope").status_code == 200


class TestSolution:
    def test_opens_after_an_accepted_attempt_and_marks_later_ones(
        self, learner: httpx.Client, right: str
    ) -> None:
        assert learner.post(f"{PROBLEM}/solution").status_code == 403
        locked = learner.get(f"{PROBLEM}/solution").text
        assert "It opens once an attempt is accepted" in locked
        assert locked.count("accepted") == 1  # the rule is told once
        assert "Right on all" in graded(learner, submit(learner, right))
        before = learner.get(f"{PROBLEM}/solution").text
        assert "marked “after seeing the solution”" in before
        assert "def " not in before
        shown = re.sub("<[^>]+>", "", learner.post(f"{PROBLEM}/solution").text)
        assert "def train_step" in shown
        assert "after seeing the solution" in graded(learner, submit(learner, right + "# again\n"))


def test_files_are_kept_by_browsers_for_good(service: Service) -> None:
    client = service.browserless()
    html = client.get("/problems").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', html):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in client.get("/static/dist/handgrad.js").headers["cache-control"]
