"""`handgrad bench diagnosis`: what it takes for a known mistake is one, and what it spoils is none."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import BENCHMARKS, diagnosing
from benchmarks.findings import Effort
from grader.diagnosis import Judged, diagnose
from grader.problem import Mistake, Problem
from grader.report import Diagnosis
from grader.sandbox.job import CaseOutcome, Ending, StudentError
from grader.version import Version
from tests.benchmarks.conftest import Clock


def test_known_mistakes_are_named_and_noise_is_not(monkeypatch: pytest.MonkeyPatch, little: Problem) -> None:
    told: list[str | None] = []
    clock = Clock()

    def watched(version: Version, judged: Sequence[Judged]) -> Diagnosis | None:
        assert not all(one.passed for one in judged)
        found = diagnose(version, judged)
        told.append(found.name if found else None)
        clock.pass_by(1.0 if found else 3.0)
        return found

    refusing = "def train_step(*arguments):\n    raise ValueError\n"
    raises = Mistake("refused", "You refuse.", refusing, (), raises="ValueError")
    more = replace(little, mistakes=(*little.mistakes, raises))
    monkeypatch.setattr(diagnosing, "load_all", lambda: ({more.slug: more}, {}))
    monkeypatch.setattr(diagnosing, "diagnose", watched)
    monkeypatch.setattr(diagnosing, "time", clock)
    findings = BENCHMARKS["diagnosis"](Effort(repeat=2))
    # Nothing in w_out shows the third, so there is nothing to diagnose, and of the last nothing to spoil.
    assert told == [*["no_mean"] * 2, *["sign_wrong"] * 2, *["refused"] * 2, *[None] * 4]
    assert [(row.name, row.unit, row.median, row.ratio) for row in findings.rows] == [
        ("train-rnn-lm, a known mistake diagnosed", "ms", 1000, None),
        ("train-rnn-lm, what nothing explains", "ms", 3000, None),
    ]
    assert not findings.broken


def test_what_is_spoilt_keeps_its_form_and_lies_elsewhere() -> None:
    mask = np.array([True, False])
    right = CaseOutcome(0, Ending.RETURNED, (2.0, [np.ones((2, 3))], 7, mask, (1.0, 2.0)))
    wrong = CaseOutcome(0, Ending.RETURNED, (3.0, [np.zeros((2, 3))], 8, ~mask, (1.0,)))
    (spoilt,) = diagnosing._spoilt([wrong], [right])
    assert isinstance(spoilt.value, tuple)
    loss, arrays, count, still, others = spoilt.value
    assert isinstance(arrays, list)
    (array,) = arrays
    assert loss == pytest.approx(2.01)
    assert isinstance(array, np.ndarray)
    assert array.shape == (2, 3)
    np.testing.assert_allclose(array, 0.63, atol=0.1)
    assert len(np.unique(array)) == array.size
    assert count == 7
    assert still is mask
    assert others == (1.0, 2.0)


def test_where_a_mistake_raised_there_is_nothing_to_spoil() -> None:
    right = CaseOutcome(0, Ending.RETURNED, 2.0)
    raised = CaseOutcome(0, Ending.RAISED, error=StudentError("IndexError", built_in="IndexError"))
    assert diagnosing._spoilt([raised], [right]) == [right]
