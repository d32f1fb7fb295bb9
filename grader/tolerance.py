"""How exact an answer must be: measured on the case itself, not chosen by taste.

Each continuous input is perturbed by one float32 rounding error (a relative 2^-24) with random signs. How
far the reference's output moves then is what correct code may differ by for reasons of its own: another
order of summation, float32 in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.draws import Array, fit_layout
from grader.outputs import is_built, leaves, updated_input
from grader.sandbox.job import Value
from grader.signature import Signature

PERTURBATIONS = 4
STEP = 2.0**-24
LARGEST_CONDITION = 1e5
#: An update smaller than this many tolerances says nothing about who computed it.
SMALLEST_UPDATE = 100


class Unfreezable(Exception):
    """Why no tolerance makes sense: a sentence that begins with the output's name."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One output's measured tolerance and condition number."""

    tolerance: float
    condition: float


def perturb(signature: Signature, arguments: Sequence[Value], seed: int) -> tuple[Value, ...]:
    """The same arguments, each continuous element multiplied by ``1 +- 2^-24``; ids and masks stay."""
    rng = np.random.default_rng(seed)
    return tuple(
        argument if spec.is_discrete else _nudged(argument, rng)
        for argument, spec in zip(arguments, signature.inputs.values(), strict=True)
    )


def _nudged(argument: Value, rng: np.random.Generator) -> Value:
    if isinstance(argument, np.ndarray):
        nudged: Array = argument * (1 + STEP * rng.choice([-1.0, 1.0], size=argument.shape))
        return same_layout(nudged, argument)
    if isinstance(argument, float):
        return argument * (1 + STEP * float(rng.choice([-1.0, 1.0])))
    return argument


def same_layout(array: Array, model: Array) -> Array:
    """The array's values, laid out in memory as the model's are."""
    if model.flags.c_contiguous:
        return fit_layout(array, "C")
    return fit_layout(array, "F" if model.flags.f_contiguous else "strided")


def is_exact(value: Value) -> bool:
    """Ids, booleans and text: nothing to measure, nothing to allow."""
    return not isinstance(value, float) and not (isinstance(value, np.ndarray) and value.dtype.kind == "f")


def measure(
    signature: Signature,
    arguments: Sequence[Value],
    expected: Value,
    perturbed: Sequence[tuple[Sequence[Value], Value]],
) -> dict[str, Measured]:
    """Tolerance and condition of every output that is not compared exactly.

    `perturbed` holds the perturbed arguments and what the reference made of them. Raises Unfreezable for
    an output that is not finite, too sensitive, or hardly changed by the step; for an exact output that a
    perturbation changes; and for a value that is not laid out as [outputs] says.
    """
    plain = leaves(signature.outputs, expected)
    others = [leaves(signature.outputs, value) for _, value in perturbed]
    if not is_built(signature.outputs, expected) or any(other.keys() != plain.keys() for other in others):
        raise Unfreezable("The reference's value is not what [outputs] names, or changes its form")
    found: dict[str, Measured] = {}
    for name, value in plain.items():
        values = [other[name] for other in others]
        if is_exact(value):
            if any(not _same(value, other) for other in values):
                raise Unfreezable(f"{name} compares exactly, but rounding errors change it")
            continue
        updates = [
            _update(signature, name, inputs, other)
            for (inputs, _), other in zip(perturbed, values, strict=True)
        ]
        found[name] = _measure_one(
            name, np.asarray(value), _update(signature, name, arguments, value), updates
        )
    return found


def _same(value: Value, other: Value) -> bool:
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(np.asarray(value), np.asarray(other))
    return type(value) is type(other) and value == other


def _update(signature: Signature, name: str, arguments: Sequence[Value], value: Value) -> Array:
    array = np.asarray(value, dtype=np.float64)
    before = updated_input(signature, name, arguments)
    if before is None:
        return array
    if before.size != array.size:
        raise Unfreezable(f"{name} has another number of elements than the input that it updates")
    return array - before.reshape(array.shape)


def _measure_one(name: str, expected: Array, update: Array, perturbed: Sequence[Array]) -> Measured:
    if not expected.size:
        return Measured(tolerance=1e-9, condition=0.0)
    if any(other.shape != update.shape for other in perturbed):
        raise Unfreezable(f"{name} changes its shape under rounding errors")
    if not all(np.isfinite(array).all() for array in (expected, *perturbed)):
        raise Unfreezable(f"{name} is not finite")
    change = max(float(np.abs(other - update).max()) for other in perturbed)
    size = float(np.abs(update).max())
    tolerance = 8 * (change + STEP * float(np.abs(expected).max())) + 1e-9
    condition = change / (STEP * size) if size else (np.inf if change else 0.0)
    if condition > LARGEST_CONDITION:
        raise Unfreezable(
            f"{name} is too sensitive to rounding errors (condition {condition:.2g}, at most "
            f"{LARGEST_CONDITION:.0e}), so correct codes would disagree"
        )
    if 0 < size < SMALLEST_UPDATE * tolerance:
        raise Unfreezable(
            f"{name} hardly changes ({size:.2g} at most) next to the tolerance it needs ({tolerance:.2g}), "
            "so wrong codes would pass"
        )
    return Measured(tolerance, condition)
