"""What probably happened to an array that has another shape than expected.

Causes that say something of the numbers are only given where the numbers fit. No cause holds a length, so all
of them may be told of a hidden case.
"""

from itertools import permutations

import numpy as np

from grader import wording
from grader.draws import Array


def likely_cause(expected: Array, got: Array, tolerance: float) -> str:
    """The first cause that fits, as a sentence to be added to others; empty when none does."""
    for find in _CAUSES:
        cause = find(expected, got, tolerance)
        if cause:
            return cause
    return ""


def _axis_of_one(expected: Array, got: Array, _tolerance: float) -> str:
    if got.ndim == expected.ndim or _long(got) != _long(expected):
        return ""
    if got.ndim < expected.ndim:
        return wording.MISSING_AXIS
    if expected.ndim != 1 or got.ndim != 2 or expected.size < 2:
        return wording.EXTRA_AXIS
    return wording.ROW if got.shape[0] == 1 else wording.COLUMN


def _long(array: Array) -> list[int]:
    return [length for length in array.shape if length != 1]


def _flattened(expected: Array, got: Array, tolerance: float) -> str:
    """Of shape ``(n * m,)`` where ``(n, m)`` is expected."""
    if got.ndim != 1 or expected.ndim < 2 or got.size != expected.size:
        return ""
    if _near(got, expected.ravel(), tolerance):
        return wording.FLATTENED
    if _near(got, expected.ravel("F"), tolerance):
        return wording.FLATTENED_FORTRAN
    return wording.LOOKS_FLATTENED


def _not_flattened(expected: Array, got: Array, tolerance: float) -> str:
    """Of shape ``(n, m)`` where ``(n * m,)`` is expected."""
    if expected.ndim != 1 or got.ndim < 2 or got.size != expected.size:
        return ""
    if _near(got.ravel(), expected, tolerance):
        return wording.NOT_FLATTENED
    if _near(got.ravel("F"), expected, tolerance):
        return wording.NOT_FLATTENED_TRANSPOSED
    return wording.FLATTEN


def _reordered(expected: Array, got: Array, tolerance: float) -> str:
    """The right number of elements in the right number of axes, but of other lengths."""
    if got.ndim != expected.ndim or got.ndim < 2 or got.size != expected.size:
        return ""
    matrix = got.ndim == 2
    if any(_near(got, moved, tolerance) for moved in _moved(expected, got.shape)):
        return wording.TRANSPOSED if matrix else wording.AXES_MOVED
    if _near(got.ravel(), expected.ravel(), tolerance):
        return wording.RESHAPED
    if sorted(got.shape) != sorted(expected.shape):
        return ""
    return wording.LOOKS_TRANSPOSED if matrix else wording.AXES_MAY_BE_MOVED


def _moved(array: Array, shape: tuple[int, ...]) -> list[Array]:
    """The array with its axes in every other order that gives this shape."""
    if array.ndim > 4:  # there are too many orders to try
        return []
    orders = permutations(range(array.ndim))
    return [array.transpose(order) for order in orders if tuple(array.shape[axis] for axis in order) == shape]


def _broadcast(expected: Array, got: Array, _tolerance: float) -> str:
    """Of shape ``(n, n)`` where ``(n,)`` is expected."""
    n = len(expected) if expected.ndim == 1 else 0
    return wording.BROADCAST if got.shape == (n, n) and n > 1 else ""


def _one_off(expected: Array, got: Array, tolerance: float) -> str:
    """One row, column or step too few or too many along a single axis."""
    if got.ndim != expected.ndim:
        return ""
    off = [(axis, n - m) for axis, (n, m) in enumerate(zip(got.shape, expected.shape, strict=True)) if n != m]
    if len(off) != 1 or abs(off[0][1]) != 1:
        return ""
    axis, by = off[0]
    few = by < 0
    shorter, longer = (got, expected) if few else (expected, got)
    which = ""
    if _near(shorter, _part(longer, axis, slice(1, None)), tolerance):
        which = wording.FIRST_MISSING if few else wording.FIRST_EXTRA
    elif _near(shorter, _part(longer, axis, slice(-1)), tolerance):
        which = wording.LAST_MISSING if few else wording.LAST_EXTRA
    return (wording.TOO_FEW if few else wording.TOO_MANY).format(axis=axis, which=which)


def _part(array: Array, axis: int, part: slice) -> Array:
    return array[(slice(None),) * axis + (part,)]


def _near(got: Array, wanted: Array, tolerance: float) -> bool:
    """Whether these are the wanted numbers; two arrays without elements show nothing."""
    if not got.size:
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        return bool((np.abs(got.astype(np.float64) - wanted.astype(np.float64)) <= tolerance).all())


_CAUSES = (_axis_of_one, _flattened, _not_flattened, _reordered, _broadcast, _one_off)
