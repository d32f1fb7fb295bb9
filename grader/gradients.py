"""Are a reference's gradients the slopes of its loss? Central differences along random directions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from grader.draws import Array
from grader.outputs import leaves, updated
from grader.problem import Gradients, Problem
from grader.runner import Inputs, Runner, calls_of
from grader.sandbox.job import CaseOutcome, Ending, Sandbox, Value
from grader.tolerance import same_layout
from grader.version import FrozenCase, Version, elements

_CASES = 3  # that are tried
_LARGEST = 2_000  # elements of such a case's inputs
_DIRECTIONS = 3  # for each gradient: a wrong one is orthogonal to none of them
_STEP = 1e-5  # the error of a central difference is of the order of its square, and of 1e-16 over it
_ALLOWED = 1e-6  # of a slope, beside the length of the gradient and the loss
_SEED = 11


@dataclass(frozen=True, slots=True)
class Slope:
    """One gradient along one direction: as the reference has it, and as the loss rises."""

    case: str
    output: str
    claimed: float
    measured: float
    allowed: float

    @property
    def agrees(self) -> bool:
        return abs(self.claimed - self.measured) <= self.allowed


async def slopes(problem: Problem, version: Version, sandbox: Sandbox) -> list[Slope]:
    """Every gradient of the problem's outputs, tried on its first small cases. Raises SandboxFailed."""
    asked = problem.gradients
    if asked is None:
        return []
    names = list(problem.signature.inputs)
    found: list[Slope] = []
    rng = np.random.default_rng(_SEED)
    runner = Runner(problem, sandbox)
    for case in _cases(version, asked, names):
        for output, of in _gradients_of(problem, asked, case).items():
            position = names.index(of)
            if case.inputs[position] is None:
                continue
            gradient = _gradient(version, case, asked, output, of)
            directions = [np.asarray(rng.standard_normal(gradient.shape)) for _ in range(_DIRECTIONS)]
            moved = [
                _moved(case.inputs, position, sign * _STEP * direction)
                for direction in directions
                for sign in (1.0, -1.0)
            ]
            losses = [
                _loss(one)
                for one in await runner.run(asked.modules, asked.loss, calls_of(problem.signature, moved))
            ]
            for number, direction in enumerate(directions):
                up, down = losses[2 * number], losses[2 * number + 1]
                length = float(np.linalg.norm(gradient) * np.linalg.norm(direction))
                found.append(
                    Slope(
                        case=case.name,
                        output=output,
                        claimed=float((gradient * direction).sum()),
                        measured=(up - down) / (2 * _STEP),
                        allowed=_ALLOWED * (length + abs(up) + 1e-3),
                    )
                )
    return found


def _cases(version: Version, asked: Gradients, names: list[str]) -> list[FrozenCase]:
    return [
        case
        for case in version.cases
        if not case.spec.raises
        and elements(case.inputs) <= _LARGEST
        and (asked.rate is None or case.inputs[names.index(asked.rate)])
    ][:_CASES]


def _gradients_of(problem: Problem, asked: Gradients, case: FrozenCase) -> Mapping[str, str]:
    steps = updated(problem.signature, case.inputs) if asked.rate is not None else {}
    return {**steps, **asked.of}


def _gradient(version: Version, case: FrozenCase, asked: Gradients, output: str, of: str) -> Array:
    """The gradient that an expected output holds, in the shape of the input that it belongs to."""
    names = list(version.signature.inputs)
    before = np.asarray(case.inputs[names.index(of)], dtype=np.float64)
    value = np.asarray(leaves(version.signature.outputs, case.expected)[output], dtype=np.float64)
    value = value.reshape(before.shape)
    if output in asked.of or asked.rate is None:
        return value
    rate = case.inputs[names.index(asked.rate)]
    assert isinstance(rate, float)
    return (before - value) / rate


def _moved(inputs: Inputs, position: int, by: Array) -> Inputs:
    changed = np.asarray(inputs[position], dtype=np.float64) + by
    value: Value = same_layout(changed, np.asarray(inputs[position])) if changed.ndim else changed.item()
    return (*inputs[:position], value, *inputs[position + 1 :])


def _loss(outcome: CaseOutcome) -> float:
    """The loss of one call; NaN, which agrees with nothing, when there is none."""
    value = outcome.value
    first = value[0] if isinstance(value, list | tuple) and value else value
    if outcome.ending is not Ending.RETURNED or not isinstance(first, int | float):
        return float("nan")
    return float(first)
