"""Are a reference's gradients the slopes of its loss? Central differences along random directions."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grader.draws import Array
from grader.outputs import as_array, leaves, updated
from grader.problem import Gradients, Problem
from grader.runner import Inputs, Runner, calls_of
from grader.sandbox.job import CaseOutcome, Ending, Sandbox, Value
from grader.tolerance import same_layout
from grader.version import FrozenCase, Version, elements

_CASES = 3  # that each gradient is tried on
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
    measured: float  # NaN when the loss is no number
    allowed: float

    @property
    def agrees(self) -> bool:
        return abs(self.claimed - self.measured) <= self.allowed


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One gradient on one case; None when what should hold it does not fit the input."""

    case: FrozenCase
    output: str
    of: str
    gradient: Array | None


async def slopes(problem: Problem, version: Version, sandbox: Sandbox) -> list[Slope]:
    """Every gradient of the problem's outputs, tried on its first small cases. Raises SandboxFailed."""
    asked = problem.gradients
    if asked is None:
        return []
    names = list(problem.signature.inputs)
    rng = np.random.default_rng(_SEED)
    tried = [
        (one, one.gradient, np.asarray(rng.standard_normal(one.gradient.shape)))
        for one in _comparisons(problem, version, asked)
        if one.gradient is not None
        for _ in range(_DIRECTIONS)
    ]
    moved = [
        _moved(one.case.inputs, names.index(one.of), sign * _STEP * direction)
        for one, _, direction in tried
        for sign in (1.0, -1.0)
    ]
    outcomes = await Runner(problem, sandbox).run(
        asked.modules, asked.loss, calls_of(problem.signature, moved)
    )
    losses = [_loss(outcome) for outcome in outcomes]
    found: list[Slope] = []
    for (one, gradient, direction), up, down in zip(tried, losses[::2], losses[1::2], strict=True):
        length = float(np.linalg.norm(gradient) * np.linalg.norm(direction))
        found.append(
            Slope(
                case=one.case.name,
                output=one.output,
                claimed=float((gradient * direction).sum()),
                measured=(up - down) / (2 * _STEP),
                allowed=_ALLOWED * (length + abs(up) + 1e-3),
            )
        )
    return found


def uncompared(problem: Problem, version: Version) -> Iterator[str]:
    """What [gradients] asks for and `slopes` cannot compare, why, and the cure."""
    asked = problem.gradients
    if asked is None:
        return
    cases = _cases(version, asked)
    if not cases:
        moving = f", with '{asked.rate}' not 0" if asked.rate else ""
        yield (
            "no case tries [gradients]; add one that raises nothing and whose inputs hold at most "
            f"{_LARGEST} numbers{moving}"
        )
        return
    tried = _comparisons(problem, version, asked)
    for output in dict.fromkeys(one.output for one in tried):
        unfit = next((one for one in tried if one.output == output and one.gradient is None), None)
        if unfit is not None:
            yield (
                f"{output} of case '{unfit.case.name}' is no array of as many numbers as '{unfit.of}' holds, "
                "so it cannot be its gradient; mend [gradients]"
            )
    there = {leaf: None for case in cases for leaf in leaves(version.signature.outputs, case.expected)}
    for output, of in asked.of.items():
        if any(one.output == output for one in tried):
            continue
        if any(output in _gradients_of(problem, asked, case) for case in cases):
            whole = output.partition("[")[0]
            known = ", ".join([leaf for leaf in there if leaf.partition("[")[0] == whole] or there)
            yield f"gradients.of names '{output}', which no small case returns; name one of {known}"
        else:
            yield (
                f"no small case can tell whether {output} is a gradient; add one where '{of}', and all that "
                "gradients.of lists before it, is given"
            )
    if asked.rate is not None and all(one.output in asked.of for one in tried):
        yield "gradients.rate is given, and no output is the new value of a real input; take it out"


def _cases(version: Version, asked: Gradients) -> list[FrozenCase]:
    position = None if asked.rate is None else list(version.signature.inputs).index(asked.rate)
    return [
        case
        for case in version.cases
        if not case.spec.raises
        and elements(case.inputs) <= _LARGEST
        and (position is None or case.inputs[position])
    ]


def _comparisons(problem: Problem, version: Version, asked: Gradients) -> list[_Comparison]:
    """Each gradient on the first few cases that return it."""
    found: list[_Comparison] = []
    count: Counter[str] = Counter()
    for case in _cases(version, asked):
        returned = leaves(version.signature.outputs, case.expected)
        for output, of in _gradients_of(problem, asked, case).items():
            if output in returned and count[output] < _CASES:
                count[output] += 1
                found.append(_Comparison(case, output, of, _gradient(case, problem, output, of, returned)))
    return found


def _gradients_of(problem: Problem, asked: Gradients, case: FrozenCase) -> Mapping[str, str]:
    """The outputs that hold gradients on this case, and of which input each is one."""
    given = {
        name
        for (name, spec), value in zip(problem.signature.inputs.items(), case.inputs, strict=True)
        if value is not None and not spec.is_discrete
    }
    steps = updated(problem.signature, case.inputs) if asked.rate is not None else {}
    found = {output: of for output, of in steps.items() if of in given}
    shifted: set[str] = set()  # lists that leave out what is None, so that all after it moves up
    for output, of in asked.of.items():
        whole = output.partition("[")[0]
        if of not in given:
            shifted.add(whole)
        elif whole not in shifted:
            found[output] = of
    return found


def _gradient(
    case: FrozenCase, problem: Problem, output: str, of: str, returned: Mapping[str, Value]
) -> Array | None:
    """The gradient that an expected output holds, in the shape of the input that it belongs to."""
    asked, inputs = problem.gradients, dict(zip(problem.signature.inputs, case.inputs, strict=True))
    before, held = np.asarray(inputs[of], dtype=np.float64), as_array(returned[output])
    if held is None or held.size != before.size:
        return None
    value = held.astype(np.float64).reshape(before.shape)
    if asked is None or asked.rate is None or output in asked.of:
        return value
    rate = inputs[asked.rate]
    assert isinstance(rate, float)
    step: Array = (before - value) / rate
    return step


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
