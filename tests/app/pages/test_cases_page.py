"""Instructors add, preview, change and retire cases; what they typed is never lost."""

import io
import json
import re
import shutil
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np
import pytest

from tests.app.pages.service import ADMIN, PROBLEM, Service, graded, submit

SHIPPED = Path(__file__).parents[3] / "problems" / "train-rnn-lm"
SIZES = {"size:T": "4", "size:V": "3", "size:d_emb": "2", "size:d_h": "2"}


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def with_public_cases_alone(folder: Path) -> Path:
    """A folder of problems with the flagship, whose hidden cases are left out."""
    problem = folder / "problems" / "train-rnn-lm"
    shutil.copytree(SHIPPED, problem)
    table = (problem / "problem.toml").read_text()
    head, *cases = table.split("[[cases]]\n")
    last, *mistakes = cases.pop().split("[[mistakes]]\n")
    shown = [case for case in (*cases, last) if 'visibility = "public"' in case]
    text = "[[cases]]\n".join([head, *shown])
    (problem / "problem.toml").write_text("[[mistakes]]\n".join([text, *mistakes]))
    return folder / "problems"


def filled_in(html: str) -> dict[str, str]:
    """What a browser would send of a form as it stands, empty fields and areas aside."""
    typed = dict(re.findall(r'<input id="([^"]+)"[^>]*? value="([^"]+)"', html))
    chosen = r'<select id="([^"]+)"(?:(?!</select>).)*value="([^"]*)"[^>]* selected'
    return typed | dict(re.findall(chosen, html, re.DOTALL))


@pytest.fixture
def name() -> str:
    return f"case {uuid4().hex[:8]}"


def form(name: str, **fields: str) -> dict[str, str]:
    return {"name": name, "visibility": "hidden", "seed": "5", **SIZES, **fields}


class TestPreview:
    def test_tells_shapes_tolerance_and_mistakes_and_stores_nothing(
        self, admin: httpx.Client, name: str
    ) -> None:
        answer = admin.post(f"{PROBLEM}/cases/preview", data=form(name, visibility="public"))
        text = plain(answer.text)
        assert answer.status_code == 200
        assert "(d_h * V,) = (6,)" in text
        assert "What the reference returns as w_out" in text
        assert "It catches" in text
        assert "n_steps times too large" in text
        assert f'value="{name}"' in answer.text  # the form is still there, to be saved
        assert name not in admin.get(f"{PROBLEM}/cases").text

    def test_tells_what_a_case_adds_to_the_others(self, admin: httpx.Client, name: str) -> None:
        text = plain(admin.post(f"{PROBLEM}/cases/preview", data=form(name)).text)
        assert "28 of 28 without it, 28 of 28 with it" in text
        assert "What it adds: no mistake that fewer than two other cases catch." in text

    def test_a_hidden_cases_output_is_not_written_out(self, admin: httpx.Client, name: str) -> None:
        answer = admin.post(f"{PROBLEM}/cases/preview", data=form(name))
        assert "What the reference returns" not in answer.text

    def test_values_of_a_npy_file_come_back_as_text(self, admin: httpx.Client, name: str) -> None:
        values = np.array([[0.5, -1.25, 2.0], [0.1, 0.2, 0.3]], order="F")
        file = io.BytesIO()
        np.save(file, values)
        answer = admin.post(
            f"{PROBLEM}/cases/preview", data=form(name), files={"npy:w_out": ("w.npy", file.getvalue())}
        )
        assert answer.status_code == 200, plain(answer.text)
        assert json.dumps(values.tolist()) in answer.text


def npy(shape: str) -> bytes:
    """A file whose header claims `shape`, without the numbers."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00\x76\x00" + header.encode()


class TestUnusableCases:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"size:T": "1"}, "2 to 500"),
            ({"size:T": "many"}, "Write a whole number."),
            ({"weight": "-1"}, "greater than 0"),
            ({"weight": "nan"}, "Write a number"),
            ({"draw:lr": "given", "given:lr": "[NaN]"}, "finite"),
            ({"draw:w_out": "given", "given:w_out": "[[1, 2]]"}, "shape"),
            ({"draw:w_out": "given", "given:w_out": "[" * 100_000}, "nested lists"),
            ({"draw:w_out": "nonsense"}, "draw:w_out"),
            ({"name": ""}, "name"),
        ],
    )
    def test_are_refused_with_the_reason_and_nothing_lost(
        self, admin: httpx.Client, name: str, fields: dict[str, str], reason: str
    ) -> None:
        typed = form(name, hint="my own words") | fields
        before = plain(admin.get(f"{PROBLEM}/cases").text)
        for address in (f"{PROBLEM}/cases", f"{PROBLEM}/cases/preview"):
            answer = admin.post(address, data=typed)
            assert answer.status_code == 422
            assert reason in plain(answer.text) or reason in answer.text
            assert "my own words</textarea>" in answer.text
        assert plain(admin.get(f"{PROBLEM}/cases").text) == before

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"PK\x03\x04 an archive", "not a .npy file"),
            (b"\x93NUMPY\x01\x00\x02\x00{}", "not a .npy file"),
            (b"\x93NUMPY\x01\x00\x04\x00(((\n", "not a .npy file"),
            (npy("(1000000000000,)"), "as many numbers as it says"),
            (npy("(1000000000000, 0)"), "save one with elements"),
            (npy("(-1, -1)") + bytes(8), "save one with elements"),
        ],
    )
    def test_files_that_are_not_arrays_are_refused(
        self, admin: httpx.Client, name: str, content: bytes, reason: str
    ) -> None:
        answer = admin.post(
            f"{PROBLEM}/cases/preview", data=form(name), files={"npy:w_out": ("w.npy", content)}
        )
        assert answer.status_code == 422
        assert reason in answer.text

    def test_pickles_are_never_opened(self, admin: httpx.Client, name: str) -> None:
        file = io.BytesIO()
        np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
        answer = admin.post(
            f"{PROBLEM}/cases/preview", data=form(name), files={"npy:w_out": ("w.npy", file.getvalue())}
        )
        assert answer.status_code == 422
        assert "object" in answer.text

    def test_a_taken_name_is_refused_beside_the_name(self, admin: httpx.Client) -> None:
        taken = re.findall(r'<th scope="row">([^<]+)', admin.get(f"{PROBLEM}/cases").text)[0].strip()
        answer = admin.post(f"{PROBLEM}/cases", data=form(taken))
        assert answer.status_code == 409
        assert 'aria-invalid="true"' in answer.text


def test_a_case_lives_through_saving_changing_duplicating_and_retiring(
    service: Service, admin: httpx.Client, name: str, no_mean: str
) -> None:
    learner = service.learner(f"{uuid4().hex}@example.org")
    earlier = submit(learner, no_mean)
    graded(learner, earlier)

    saved = admin.post(f"{PROBLEM}/cases", data=form(name, hint="Think of the mean."), follow_redirects=True)
    assert "is saved" in saved.text
    assert name in graded(learner, submit(learner, no_mean))
    assert "A newer version" in learner.get(earlier).text
    case = re.findall(r"from=([0-9a-f-]{36})&amp;change=1", saved.text)[-1]

    copy = admin.get(f"{PROBLEM}/cases/new?from={case}").text
    assert f'value="{name} (copy)"' in copy
    assert "Think of the mean.</textarea>" in copy

    changing = admin.get(f"{PROBLEM}/cases/new?from={case}&change=1").text
    assert f'name="replaces" value="{case}"' in changing
    changed = form(name, hint="Other words.", replaces=case, **{"draw:lr": "given", "given:lr": "0.25"})
    after = admin.post(f"{PROBLEM}/cases", data=changed, follow_redirects=True).text
    assert "Other words." in after
    assert case not in after.partition("Retired")[0]

    current = re.findall(r"/cases/([0-9a-f-]{36})/retire", after)[-1]
    assert admin.post(f"{PROBLEM}/cases/{current}/retire").status_code == 303
    assert name not in graded(learner, submit(learner, no_mean))
    assert admin.post(f"{PROBLEM}/cases/{current}/retire").status_code == 409


def test_a_case_of_the_folder_can_be_duplicated(admin: httpx.Client) -> None:
    page = admin.get(f"{PROBLEM}/cases").text
    link = re.findall(r'href="(/problems/[^"]+/cases/new\?from=[^"]+)"', page)[0]
    assert "(copy)" in admin.get(link.replace("&amp;", "&")).text


def test_an_unknown_case_to_start_from_is_not_found(admin: httpx.Client) -> None:
    assert admin.get(f"{PROBLEM}/cases/new?from=nothing").status_code == 404


class TestQuality:
    def test_draws_every_observable_mistake_against_every_case(self, admin: httpx.Client) -> None:
        html = admin.get(f"{PROBLEM}/quality").text
        matrix = html.partition('<table class="matrix">')[2].partition("</table>")[0]
        cases = matrix.count('class="case-name"')
        mistakes = matrix.count("<details>")
        assert (cases, mistakes) == (17, 28)
        assert matrix.count('<td class="cell') == cases * mistakes
        assert "w_out: off by" in matrix
        assert "Two cases or more catch 28 of 28 known mistakes" in plain(html)
        assert 'id="dh_next_missing"' in html.partition("What the outputs cannot show")[2]

    def test_is_for_instructors_alone(self, service: Service) -> None:
        learner = service.learner(f"{uuid4().hex}@example.org")
        assert learner.get(f"{PROBLEM}/quality").status_code == 403
        assert "/quality" not in learner.get(PROBLEM).text

    def test_is_one_click_from_the_problem_and_its_cases(self, admin: httpx.Client) -> None:
        for address in (PROBLEM, f"{PROBLEM}/cases"):
            assert f'href="{PROBLEM}/quality"' in admin.get(address).text


class TestProposedCases:
    def test_open_from_a_preview_and_catch_what_they_were_proposed_for(
        self, tmp_path: Path, name: str
    ) -> None:
        service = Service(tmp_path, HANDGRAD_PROBLEMS_DIR=str(with_public_cases_alone(tmp_path)))
        service.start()
        try:
            client = service.browserless()
            email, password = ADMIN
            client.post(service.first_admin_link(), data={"email": email, "password": password})
            preview = client.post(f"{PROBLEM}/cases/preview", data=form(name)).text
            proposals = preview.partition("Cases that would catch what is left")[2].partition("</ul>")[0]
            link = re.findall(
                rf'<code>unstable_softmax</code>: <a href="({PROBLEM}/cases/new[^"]+)"', proposals
            )[0]
            proposed = client.get(link.replace("&amp;", "&")).text
            adds = client.post(f"{PROBLEM}/cases/preview", data=filled_in(proposed)).text
            adds = adds.partition("What it adds:")[2]
            assert "<code>unstable_softmax</code>" in adds.partition("</ul>")[0]
        finally:
            service.stop()

    def test_fill_the_form(self, admin: httpx.Client) -> None:
        case = {
            "name": "T 4, w_out 30.0",
            "sizes": {"T": 4, "V": 3, "d_emb": 2, "d_h": 2},
            "draws": {"w_out": {"scale": 30.0}},
            "layout": "F",
        }
        html = admin.get(f"{PROBLEM}/cases/new", params={"case": json.dumps(case)}).text
        assert 'value="T 4, w_out 30.0"' in html
        assert '<option value="F" selected>' in html
        assert re.search(r'name="scale:w_out"[^>]*value="30.0"', html)

    @pytest.mark.parametrize("case", ["{", "[]", '{"name": ""}', '{"name": "a", "sizes": {"T": "long"}}'])
    def test_that_are_none_are_not_found(self, admin: httpx.Client, case: str) -> None:
        answer = admin.get(f"{PROBLEM}/cases/new", params={"case": case})
        assert answer.status_code == 404
        assert "Open it from a preview again" in answer.text


class TestStudents:
    def test_the_best_of_each_with_code_filters_and_csv(
        self, service: Service, admin: httpx.Client, right: str, no_mean: str
    ) -> None:
        email = f"{uuid4().hex}@example.org"
        learner = service.learner(email)
        graded(learner, submit(learner, no_mean))
        best = submit(learner, right)
        graded(learner, best)
        page = admin.get(f"{PROBLEM}/students").text
        row = page.partition(email)[2].partition("</tr>")[0]
        assert best in row
        assert "Accepted" in row
        assert "def train_step" in plain(admin.get(best).text)
        assert email not in admin.get(f"{PROBLEM}/students?verdict=runtime_error").text
        assert email not in admin.get(f"{PROBLEM}/students?since=2999-01-01").text
        assert email in admin.get(f"{PROBLEM}/students?since=not-a-day").text
        rows = admin.get(f"{PROBLEM}/students.csv").text.splitlines()
        assert any(email in line and ",accepted,1.0000,2," in line for line in rows)

    def test_names_cannot_be_formulas(self, service: Service, admin: httpx.Client) -> None:
        client = service.browserless()
        form = {
            "email": f"{uuid4().hex}@example.org",
            "name": "=1+1",
            "password": "correct horse battery",
        }
        client.post("/sign-up", data=form)
        graded(client, submit(client, "x"))
        csv = admin.get(f"{PROBLEM}/students.csv").text
        assert "'=1+1," in csv
        assert "\n=" not in csv


def test_a_new_case_starts_from_sizes_a_person_chose(service: Service) -> None:
    page = service.browserless(*ADMIN).get(f"{PROBLEM}/cases/new").text
    chosen = re.search(r'name="size:T"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="size:T"', page)
    assert chosen is not None
    assert "3" in chosen.groups()
