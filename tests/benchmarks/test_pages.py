"""`handgrad bench pages`, with few problems and few attempts; and that what it looks for can be found."""

import sys

import pytest

from benchmarks import pages
from benchmarks.findings import Effort, Findings
from tests.app.few import few_problems

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def findings() -> Findings:
    return pages.measure(few_problems(), Effort(repeat=3), stored=60)


def test_every_page_is_timed_and_the_first_visit_is_light(findings: Findings) -> None:
    rows = {row.name: row for row in findings.rows}
    assert len(rows) == len(findings.rows)
    for page in (
        "/problems",
        "/attempts",
        "/attempts/..., wrong",
        "/attempts/.../comparison",
        "/problems/train-rnn-lm/students",
        "/class",
        "/users",
    ):
        assert rows[f"GET {page}"].median > 0
    assert findings.broken == []
    for part, most in pages.PARTS.items():
        assert most / 3 < rows[f"first visit, {part}"].median <= most
    # Everything but the page itself is kept for good.
    assert rows["first visit, styles, scripts and faces that a second visit loads again"].median == 0


def test_a_verdict_is_timed_from_the_click_and_beside_grading(findings: Findings) -> None:
    rows = {row.name: row for row in findings.rows}
    click, grading = rows["from click to its verdict"], rows["grading the flagship's reference"]
    assert click.ratio == pytest.approx(click.median / grading.median)
    above = rows["from click to its verdict, above grading"]
    assert above.median == pytest.approx(click.median - grading.median)


def test_what_is_slow_or_cannot_be_measured_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright", None)
    monkeypatch.setattr(pages, "_SERVER_MS", 0.0)
    said: list[str] = []
    findings = pages.measure(few_problems(), Effort(repeat=3, say=said.append), stored=3)
    assert "`pip install playwright`" in said[0]
    assert len(findings.notes) == len(findings.rows)
    assert "GET /problems took " in findings.notes[0]


def test_a_heavy_page_breaks_a_law() -> None:
    weights = dict.fromkeys(pages.PARTS, 60.0)
    assert pages.too_heavy(weights) == []
    assert pages.too_heavy(weights | {"editor": 180.1}) == [
        "The first visit's editor must be at most 180 kB; it was 180.1."
    ]
