"""Numbers that ran away, and numbers that lost their last digits."""

import numpy as np

from grader import wording
from grader.diagnosis.evidence import Evidence
from grader.diagnosis.known import listed
from grader.report import Diagnosis

#: How near to right, as a part of the change or the value, speaks of rounding and not of another formula.
_NEARLY = 1 / 500


def not_finite(evidence: Evidence) -> Diagnosis | None:
    """NaN or infinity on every failing case."""
    outputs: dict[str, None] = {}
    for one in evidence.failing:
        bad = [
            name
            for name, value in (one.leaves or {}).items()
            if isinstance(value, np.ndarray) and not np.isfinite(value).all()
        ]
        if not bad:
            return None
        outputs.update(dict.fromkeys(bad))
    names = evidence.outputs(list(outputs))
    return Diagnosis(
        kind="numerical",
        name="not finite",
        message=wording.OVERFLOW.format(output=listed(names)),
        outputs=names,
    )


def imprecise(evidence: Evidence) -> Diagnosis | None:
    """Nearly right on every failing case, and on every array that is wrong."""
    for numbers in evidence.wrong.values():
        for one in numbers:
            size = np.abs(one.expected - one.start).max()
            if not np.abs(one.got - one.expected).max() <= _NEARLY * size:
                return None
    if not evidence.wrong:
        return None
    names = evidence.outputs(list(evidence.wrong))
    return Diagnosis(
        kind="numerical",
        name="imprecise",
        message=wording.IMPRECISE.format(output=listed(names)),
        outputs=names,
    )
