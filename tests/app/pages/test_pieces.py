"""The parts pages are made of: markdown, forms, values, assets, the build."""

import importlib.util
import io
import json
import re
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from app.catalogue.case_form import CaseForm, array_as_json, form_of
from app.errors import Unusable
from app.main import create_app
from app.settings import Settings
from app.web.assets import asset_url
from app.web.code import python_html
from app.web.forms import safe_next
from app.web.markdown import markdown_html
from app.web.page import fragment
from app.web.spreadsheet import _harmless
from app.web.values import assignment, returned_text
from app.web.words import MEANINGS, VERDICTS, milliseconds, points
from grader.cases import CaseSpec
from grader.differences import Measured, difference
from grader.draws import Array
from grader.problem import PROBLEMS, load_problem
from grader.report import ArrayError, CaseResult, Returned
from grader.sandbox.job import Value
from grader.verdict import Verdict

_ROOT = Path(__file__).parents[3]


class TestMarkdown:
    def test_mathematics_becomes_mathml_without_styles(self) -> None:
        html = markdown_html("$$\\begin{aligned}a &= \\sqrt{b}\\\\c &= d\\end{aligned}$$ and $x_t$")
        assert "<msqrt>" in html
        assert "align-right" in html
        assert " style=" not in html

    def test_an_unreadable_formula_is_shown_as_written(self) -> None:
        assert "\\nosuchthing" in markdown_html("$\\nosuchthing{x$")

    @pytest.mark.parametrize(
        "text", ["<script>alert(1)</script>", "[a](javascript:alert(1))", "<img src=x onerror=alert(1)>"]
    )
    def test_nothing_runs(self, text: str) -> None:
        html = markdown_html(text)
        assert "<script" not in html
        assert "<img" not in html
        assert "href" not in html

    @given(st.text())
    def test_any_text_is_clean(self, text: str) -> None:
        assert "<script" not in markdown_html(text).lower()
        assert "<script" not in python_html(text).lower()

    @given(st.text() | st.text("'\"\\\n #adefbr0.@_", max_size=40))
    def test_code_is_marked_and_nothing_of_it_lost(self, source: str) -> None:
        assert unescape(re.sub(r'</?span(?: class="\w")?>', "", python_html(source))) == source

    def test_the_words_of_code_are_told_apart(self) -> None:
        html = python_html('def f(x):\n    return None if x == 1.5e3 else r"""a\n# b""" # <c>\n')
        assert re.findall(r'<span class="(\w)">(.*?)</span>', html, re.DOTALL) == [
            ("k", "def"),
            ("n", "f"),
            ("k", "return"),
            ("m", "None"),
            ("k", "if"),
            ("m", "1.5e3"),
            ("k", "else"),
            ("s", "r&quot;&quot;&quot;a\n# b&quot;&quot;&quot;"),
            ("c", "# &lt;c&gt;"),
        ]

    def test_code_keeps_its_lines(self) -> None:
        assert python_html("\n\nx = 1 < 2\n").count("\n") == 3


@given(st.text(max_size=50) | st.from_regex(r"[/\\a-z:.@?]{1,12}"))
def test_where_to_go_next_stays_here(target: str) -> None:
    inside = safe_next(target)
    assert inside.startswith("/")
    assert not inside.startswith(("//", "/\\"))


@pytest.mark.parametrize("path", ["/problems/train-rnn-lm?from=1", "/attempts"])
def test_pages_of_ours_are_gone_to(path: str) -> None:
    assert safe_next(path) == path


@given(st.text())
def test_no_cell_is_a_formula(cell: str) -> None:
    harmless = _harmless(cell)
    assert not harmless.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless.endswith(cell)


class TestCaseForm:
    problem = load_problem(PROBLEMS / "train-rnn-lm")

    @pytest.mark.parametrize("spec", problem.cases, ids=lambda spec: spec.name)
    def test_a_case_comes_back_as_it_was(self, spec: CaseSpec) -> None:
        assert form_of(spec, self.problem.signature).spec(self.problem.signature) == spec

    @given(
        st.fixed_dictionaries(
            {"name": st.text(max_size=10)},
            optional={
                field: st.text(max_size=8) | st.sampled_from(["1", "-3", "1e400", "0x1", "V"])
                for field in (
                    "weight",
                    "seed",
                    "size:T",
                    "tolerance",
                    "raises",
                    "draw:lr",
                    "given:lr",
                    "low:tokens",
                )
            },
        )
    )
    def test_whatever_is_typed_is_a_case_or_refused_by_field(self, fields: dict[str, str]) -> None:
        try:
            CaseForm(fields).spec(self.problem.signature)
        except Unusable as refusal:
            assert refusal.errors  # noqa: PT017 -- both ends are right, and only one has fields

    @given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
    def test_a_file_is_exact(self, numbers: list[float]) -> None:
        file = io.BytesIO()
        np.save(file, np.array(numbers))
        assert json.loads(array_as_json(file.getvalue())) == numbers

    @given(st.binary(max_size=200), st.booleans())
    def test_no_file_breaks_it(self, content: bytes, magic: bool) -> None:
        with pytest.raises(ValueError, match=r"\.$"):
            array_as_json((b"\x93NUMPY\x01\x00" if magic else b"") + content)


class TestValues:
    @given(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**53), 2**53)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        )
    )
    def test_what_is_shown_can_be_pasted(self, value: Value) -> None:
        pasted: dict[str, object] = {}
        exec(assignment("x", value), {"np": np}, pasted)
        assert pasted["x"] == value

    @given(arrays(np.float64, array_shapes(max_side=6), elements=st.floats(-1e300, 1e300)))
    def test_arrays_too_with_every_digit(self, value: "np.ndarray") -> None:
        pasted: dict[str, object] = {}
        exec(assignment("x", value), {"np": np}, pasted)
        np.testing.assert_array_equal(pasted["x"], value)

    def test_a_large_array_shows_its_ends(self) -> None:
        text = assignment("w", np.zeros((100, 100)))
        assert "(100, 100)" in text
        assert "..." in text
        assert len(text) < 1000
        assert all(line.startswith("#") for line in text.splitlines())


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0, "less than 1 ms"), (0.0004, "less than 1 ms"), (0.0123, "12 ms")]
)
def test_a_short_time_is_not_nothing(seconds: float, said: str) -> None:
    assert milliseconds(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(7.142857, "7.1 points"), (10.0, "10 points"), (0.96, "1 point"), (0.04, "0 points")],
)
def test_points_have_one_decimal_at_most(count: float, said: str) -> None:
    assert points(count) == said


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        ([("w", [2], [1.0, "nan"])], "got = np.array([ 1., nan])  # (2,)"),
        ([("w", [0], [])], "got = np.array([])  # (0,)"),
        ([("loss", [], 0.5), ("w", [400], None)], "got_loss = 0.5\n# got_w: (400,), too large to keep"),
        ([("loss", [], "inf")], "got = inf"),
        ([("words", None, {"a": [1, "b"]})], "got = {'a': [1, 'b']}"),
        ([("nothing", None, None)], "got = None"),
    ],
)
def test_what_came_back_is_written_like_what_was_expected(kept: list[Any], text: str) -> None:
    returned = [Returned(output=output, shape=shape, value=value) for output, shape, value in kept]
    assert returned_text(returned) == text


class TestDifferences:
    """A failing public case, as pages and event streams draw it."""

    @staticmethod
    def drawn(expected: Array, got: Array, *, output: str = "w_h", tolerance: float = 1e-6) -> str:
        shown = difference(output, Measured.of(expected, got, tolerance))
        error = ArrayError(output="other", max_abs=1, max_rel=1, tolerance=tolerance, index=[])
        return _case_piece(differences=[shown], error=error)

    def test_a_map_says_in_words_what_it_shows(self) -> None:
        got = np.zeros((4, 3))
        got[3, 2], got[0, 1] = 5.0, 2e-6
        html = self.drawn(np.zeros((4, 3)), got)
        assert 'aria-label="w_h: 2 of 12 places wrong, the worst in row 3, column 2"' in html
        assert 'viewBox="0 0 3 4"' in html
        assert '<path class="level-1" d="M1 0h1v1h-1z"/>' in html
        assert '<path class="level-4" d="M2 3h1v1h-1z"/>' in html
        assert html.count("<span><svg") == 3  # the legend has what the map has
        assert "<code>w_h</code> 2 of 12 places wrong</figcaption>" in html
        assert " style=" not in html

    def test_places_of_other_arrays_go_by_their_index(self) -> None:
        assert "the worst at index 4" in self.drawn(np.zeros(5), np.eye(5)[4])
        assert "the worst at index 0, 0, 1" in self.drawn(np.zeros((1, 1, 2)), np.array([[[0.0, 1.0]]]))

    @pytest.mark.parametrize(
        ("shape", "note"),
        [
            ((100,), "drawn in rows of 48"),
            ((2, 2, 2), "drawn with all but the last axis as rows"),
            ((60, 60), "each square is the worst of several places"),
        ],
    )
    def test_how_it_is_drawn_is_said_where_it_is_not_the_array(
        self, shape: tuple[int, ...], note: str
    ) -> None:
        assert f"places wrong; {note}</figcaption>" in self.drawn(np.zeros(shape), np.ones(shape))

    def test_got_and_expected_side_by_side_with_the_wrong_ones_marked(self) -> None:
        got = np.array([[1.0, 2.25], [float("nan"), 1 / 3]])
        rows = self.drawn(np.array([[1.0, 2.0], [3.0, 1 / 3]]), got).split("<tr")[2:]
        for row, index, numbers, wrong in zip(
            rows,
            ["[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"],
            [(">1<", ">1<"), (">2.25<", ">2<"), (">nan<", ">3<"), (">0.333333<", ">0.333333<")],
            [False, True, True, False],
            strict=True,
        ):
            assert f"<code>{index}</code>" in row
            assert all(number in row for number in numbers)
            assert row.startswith(' class="wrong"') == ("≠" in row) == (">wrong<" in row) == wrong

    def test_more_digits_where_six_do_not_tell_numbers_apart(self) -> None:
        html = self.drawn(np.array([1.0, 2.0]), np.array([1.0 + 2e-8, 2.0]), tolerance=1e-8)
        assert ">1<" in html
        assert ">1.00000002<" in html
        assert html.count(">2<") == 2

    def test_large_arrays_are_drawn_and_not_listed(self) -> None:
        html = self.drawn(np.zeros(121), np.ones(121))
        assert "<svg" in html
        assert "Got and expected" not in html

    def test_what_compares_exactly_is_right_or_wrong(self) -> None:
        html = self.drawn(np.array([1, 2]), np.array([1, 3]))
        assert "</svg>right</span>" in html
        assert "</svg>wrong</span>" in html
        assert "allowed<" not in html.replace("<dt>allowed</dt>", "")

    def test_a_single_number_is_drawn_only_if_the_message_does_not_say_it(self) -> None:
        html = self.drawn(np.array(1.5), np.array(2.5), output="loss")
        assert ">2.5<" in html
        assert "<svg" not in html.partition("<figure")[2].partition("</figure")[0]
        assert "<figure" not in self.drawn(np.array(1.5), np.array(2.5), output="other")

    def test_names_are_escaped(self) -> None:
        html = self.drawn(np.zeros(2), np.ones(2), output="table['<b>\"']")
        assert "<b>" not in html
        assert "&lt;b&gt;" in html

    def test_others_have_none(self) -> None:
        assert "<figure" not in _case_piece()


def _case_piece(**facts: Any) -> str:
    case = CaseResult(
        name="a case",
        visibility="public",
        weight=1,
        verdict=Verdict.WRONG_ANSWER,
        message="Wrong.",
        cpu_seconds=0,
        wall_seconds=0,
        **facts,
    )
    return fragment("case_piece.html", case=case, index=0, total=1)


def test_every_verdict_has_its_words_and_its_own_shape() -> None:
    assert set(VERDICTS) == set(MEANINGS) == set(Verdict)
    assert len({shown.shape for shown in VERDICTS.values()}) == len(VERDICTS)
    icons = (_ROOT / "app/templates/icons.html").read_text()
    assert all(f'"{shown.shape}"' in icons or shown.shape == "wrench" for shown in VERDICTS.values())


def test_a_missing_bundle_names_the_cure() -> None:
    with pytest.raises(FileNotFoundError, match="pip install -e"):
        asset_url("dist/nothing.js")


@pytest.mark.parametrize("insecure", [True, False])
@pytest.mark.anyio
async def test_an_insecure_sandbox_is_said_on_every_page(tmp_path: Path, insecure: bool) -> None:
    app = create_app(Settings(data_dir=tmp_path, insecure_sandbox=insecure))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/no/such/page")
    assert answer.status_code == 404
    assert ("The sandbox is switched off" in answer.text) is insecure


class TestBuild:
    @staticmethod
    def hook() -> ModuleType:
        spec = importlib.util.spec_from_file_location("build_hook", _ROOT / "build_hook.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def test_nothing_is_made_twice(self) -> None:
        hook = self.hook()
        hook.build(_ROOT)
        made = (_ROOT / "app/static/dist/handgrad.js").stat().st_mtime_ns
        hook.build(_ROOT)
        assert (_ROOT / "app/static/dist/handgrad.js").stat().st_mtime_ns == made

    def test_the_lock_names_no_host(self) -> None:
        assert '"resolved"' not in (_ROOT / "package-lock.json").read_text()

    def test_the_bundle_asks_no_other_host(self) -> None:
        for name in ("handgrad.js", "style.css"):
            text = (_ROOT / "app/static/dist" / name).read_text()
            assert "http://" not in text
            assert "https://" not in text
