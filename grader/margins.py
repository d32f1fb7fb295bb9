"""How far a value is from right, output by output, in units of what is allowed."""

from math import inf

import numpy as np

from grader.compare import compare, passes
from grader.outputs import as_array, leaves, paired
from grader.sandbox.job import CaseOutcome, Ending, Value
from grader.signature import Signature
from grader.version import FrozenCase


def margins(case: FrozenCase, signature: Signature, outcome: CaseOutcome) -> dict[str, float]:
    """The largest error of each output over its tolerance: up to 1 is right, beyond it is wrong.

    Infinite where no number measures what is wrong: another kind of value, another shape, NaN, an exact
    value, or an ending that the case does not expect.
    """
    if case.spec.raises or outcome.ending is not Ending.RETURNED:
        return dict.fromkeys(signature.outputs, 0.0 if passes(case, signature, outcome) else inf)
    wrong = {mismatch.output.partition("[")[0] for mismatch in compare(case, signature, outcome.value)}
    if not wrong <= signature.outputs.keys():  # the value as a whole is not what [outputs] names
        return dict.fromkeys(signature.outputs, inf)
    measured = _measured(case, signature, outcome.value)
    return {
        name: max(measured.get(name, inf), 1.0 + 1e-9) if name in wrong else min(measured.get(name, 0.0), 1.0)
        for name in signature.outputs
    }


def _measured(case: FrozenCase, signature: Signature, value: Value) -> dict[str, float]:
    """Of each output the largest margin of its arrays and numbers; empty when it is built differently."""
    found = paired(signature.outputs, case.expected, value)
    if found is None:
        return {}
    largest: dict[str, float] = {}
    for leaf, expected in leaves(signature.outputs, case.expected).items():
        name = leaf.partition("[")[0]
        far = _far(expected, found[leaf], case.tolerances.get(leaf))
        largest[name] = max(largest.get(name, 0.0), far)
    return largest


def _far(wanted: Value, value: Value, tolerance: float | None) -> float:
    expected, got = as_array(wanted), as_array(value)
    if expected is None or got is None:
        return 0.0 if expected is got and wanted == value else inf
    if expected.shape != got.shape:
        return inf
    if not got.size or tolerance is None:
        return 0.0 if np.array_equal(got, expected) else inf
    with np.errstate(over="ignore", invalid="ignore"):
        far = float(np.abs(got.astype(np.float64) - expected).max() / tolerance)
    return far if np.isfinite(far) else inf
