"""How far an output is from the expected one: measured for the verdict, and drawn for a public case."""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from pydantic import JsonValue

from grader.draws import Array
from grader.report import Difference

#: Outputs with at most so many numbers are written out, number by number.
LISTED = 120
#: The largest heat map.
ROWS, COLUMNS = 24, 48
_NOT_FINITE = 5


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One output beside the expected one; all arrays have its shape."""

    expected: Array
    got: Array
    tolerance: float  # 0 where it compares exactly
    error: Array  # |got - expected|
    wrong: Array  # bool

    @classmethod
    def of(cls, expected: Array, got: Array, tolerance: float) -> Self:
        """Compare two arrays of one shape: real numbers within the tolerance, all others exactly."""
        with np.errstate(over="ignore", invalid="ignore"):
            error = np.abs(got.astype(np.float64) - expected.astype(np.float64))
        if expected.dtype.kind != "f":
            return cls(expected, got, 0.0, error, np.asarray(got != expected))
        # Written this way round so that an error of NaN is an error.
        return cls(expected, got, tolerance, error, np.asarray(~(error <= tolerance)))

    @property
    def worst(self) -> tuple[int, ...]:
        """Where the largest error of a wrong place stands; the first place that is not finite, if one is."""
        # Large integers can differ by less than the error, a float64, can tell.
        size = np.where(self.wrong, np.minimum(self.error, np.finfo(np.float64).max), -1.0)
        size[~np.isfinite(self.got)] = np.inf
        return tuple(int(i) for i in np.unravel_index(int(size.argmax()), size.shape))


def difference(output: str, measured: Measured, drawn_as: tuple[int, ...] | None = None) -> Difference:
    """What a student is shown of a wrong output. `drawn_as` is the shape a flat output stands for."""
    return Difference(
        output=output,
        shape=list(measured.got.shape),
        count=int(measured.wrong.sum()),
        tolerance=measured.tolerance,
        worst=list(measured.worst),
        got=written(measured.got),
        expected=written(measured.expected),
        heat=heat(levels(measured), drawn_as),
    )


def levels(measured: Measured) -> Array:
    """How wrong each place is: 0 right, 1 to 4 by the error over the tolerance, 5 not finite."""
    steps = [~(measured.error < measured.tolerance * factor) for factor in (1e1, 1e3, 1e6)]
    graded = np.where(measured.wrong, 1 + np.sum(steps, axis=0), 0)
    return np.where(np.isfinite(measured.got), graded, _NOT_FINITE).astype(np.int8)


def heat(levels: Array, drawn_as: tuple[int, ...] | None = None) -> list[list[int]]:
    """Levels as at most ROWS x COLUMNS cells, each the worst of the places it stands for.

    A flat array is drawn as the matrix it stands for, else folded, so its last row may be shorter.
    Leading axes are folded into rows.
    """
    if levels.ndim == 1 and drawn_as and math.prod(drawn_as) == levels.size:
        levels = levels.reshape(drawn_as)
    if levels.ndim < 2:
        cells = _pooled(levels.reshape(-1), 0, ROWS * COLUMNS).tolist()
        return [cells[i : i + COLUMNS] for i in range(0, len(cells), COLUMNS)]
    matrix = levels.reshape(-1, levels.shape[-1])
    pooled: list[list[int]] = _pooled(_pooled(matrix, 0, ROWS), 1, COLUMNS).tolist()
    return pooled


def _pooled(levels: Array, axis: int, most: int) -> Array:
    """At most `most` blocks of equal length along an axis."""
    length = levels.shape[axis]
    block = -(-length // most)
    if block <= 1:
        return levels
    return np.asarray(np.maximum.reduceat(levels, np.arange(0, length, block), axis=axis))


def written(array: Array) -> JsonValue:
    """An array as nested lists, if it is small; JSON has no NaN and no infinity, so these are text."""
    return _named(array.tolist()) if array.size <= LISTED else None


def _named(value: Any) -> JsonValue:
    if isinstance(value, list):
        return [_named(item) for item in value]
    number: JsonValue = value if math.isfinite(value) else str(value)
    return number
