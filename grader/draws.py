"""The small vocabulary by which a case draws an input: reproducible from its seed, never code."""

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from grader.shapes import Size, evaluate
from grader.signature import VARIATIONS, DrawOverride, InputSpec, Layout

Array = np.ndarray[Any, np.dtype[Any]]
Sizes = Mapping[str, int]
_T = TypeVar("_T")
#: Elements of all inputs of a version together: what a laptop freezes within its budget.
MAX_ELEMENTS = 1_000_000


class NotDrawable(ValueError):
    """The parameters of a draw do not make one; the message says which and what to give."""


def generator(seed: int, name: str) -> np.random.Generator:
    """A stream of its own for each input, so that changing one draw leaves the others alone."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def draw_text(spec: InputSpec, override: DrawOverride, sizes: Sizes, rng: np.random.Generator) -> str:
    """`length` characters, each drawn from `alphabet`. Raises NotDrawable."""
    merged = _merge(spec, override)
    if merged.draw != "text":
        raise NotDrawable(f"is text, so '{merged.draw}' cannot draw it; use 'text', or give it")
    alphabet = _needed(merged.alphabet, "alphabet")
    length = int(_number(merged.length, "length", sizes))
    if length > MAX_ELEMENTS:  # before drawing them takes the machine's memory
        raise NotDrawable(f"makes more than {MAX_ELEMENTS} characters; make 'length' smaller")
    return "".join(alphabet[i] for i in rng.integers(0, len(alphabet), size=max(length, 0)))


def draw_elements(
    spec: InputSpec, override: DrawOverride, shape: tuple[int, ...], sizes: Sizes, rng: np.random.Generator
) -> Array:
    """Elements of `shape`, as float64; the caller casts them to the input's kind. Raises NotDrawable."""
    merged = _merge(spec, override)
    if merged.draw not in VARIATIONS:
        return _own(merged, shape, sizes, rng)
    own = merged.model_copy(update={"draw": spec.draw})

    def draw(count: int) -> Array:
        return _own(own, (count,), sizes, rng)

    return _VARIATIONS[merged.draw](merged, math.prod(shape), draw, rng).reshape(shape)


def fit_layout(array: Array, layout: Layout) -> Array:
    """The same values in C order, in Fortran order, or with gaps between them."""
    if layout == "F":
        return np.asfortranarray(array)
    if layout == "C" or array.ndim == 0:
        return np.require(array, requirements="C")
    roomy = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), dtype=array.dtype)
    strided = roomy[..., ::2]
    strided[...] = array
    return strided


def _merge(spec: InputSpec, override: DrawOverride) -> InputSpec:
    return spec.model_copy(update=override.model_dump(exclude_none=True))


def _needed(value: _T | None, name: str) -> _T:
    if value is None:
        raise NotDrawable(_lacks(name))
    return value


def _lacks(name: str) -> str:
    return f"lacks '{name}', which its draw needs; add it"


def _number(value: Size | float | None, name: str, sizes: Sizes) -> float:
    if value is None:
        raise NotDrawable(_lacks(name))
    return evaluate(value, sizes) if isinstance(value, str) else float(value)


def _own(spec: InputSpec, shape: tuple[int, ...], sizes: Sizes, rng: np.random.Generator) -> Array:
    match spec.draw:
        case "normal":
            center, scale = spec.center or 0.0, 1.0 if spec.scale is None else spec.scale
            return center + scale * rng.standard_normal(shape)
        case "uniform" | "integers":
            return _between(*_low_high(spec, sizes), shape, rng, whole=spec.draw == "integers")
        case "permutation":
            return rng.permutation(math.prod(shape)).reshape(shape).astype(np.float64)
        case _:
            return _from_value(spec, shape)


def _between(
    low: float, high: float, shape: tuple[int, ...], rng: np.random.Generator, *, whole: bool
) -> Array:
    try:
        if whole:
            return rng.integers(int(low), int(high), size=shape).astype(np.float64)
        return rng.uniform(low, high, size=shape)
    except (ValueError, OverflowError) as wrong:
        raise NotDrawable(
            f"cannot be drawn from {low:g} up to below {high:g}; bring 'low' and 'high' nearer to 0, or apart"
        ) from wrong


def _low_high(spec: InputSpec, sizes: Sizes) -> tuple[float, float]:
    low, high = _number(spec.low, "low", sizes), _number(spec.high, "high", sizes)
    if low >= high:
        raise NotDrawable(f"is drawn from {low:g} up to below {high:g}, which holds nothing; raise 'high'")
    return low, high


def _from_value(spec: InputSpec, shape: tuple[int, ...]) -> Array:
    if spec.draw == "text":
        raise NotDrawable("holds numbers, so 'text' cannot draw it; use another draw")
    value = _needed(spec.value, "value")
    if spec.draw == "explicit":
        return explicit(value)
    if not isinstance(value, bool | int | float):
        raise NotDrawable("is drawn by 'constant', so its 'value' must be one number")
    return np.full(shape, explicit(value))


def explicit(value: object) -> Array:
    """A number or nested lists of numbers as a float64 array. Raises NotDrawable."""
    if not _only_numbers(value, depth=0):
        raise NotDrawable("must be a number or nested lists of numbers; take out everything else")
    try:
        return np.array(value, dtype=np.float64)
    except (ValueError, OverflowError) as wrong:
        raise NotDrawable("has rows of different lengths, or a number too large; even them out") from wrong


def _only_numbers(value: object, depth: int) -> bool:
    if isinstance(value, list):
        return depth < 8 and all(_only_numbers(item, depth + 1) for item in value)
    return isinstance(value, bool | int | float)


_Draw = Callable[[int], Array]


def _repeat(_spec: InputSpec, count: int, draw: _Draw, _rng: np.random.Generator) -> Array:
    return np.full(count, draw(1)[0])


def _alternate(_spec: InputSpec, count: int, draw: _Draw, _rng: np.random.Generator) -> Array:
    first = draw(1)[0]
    return np.resize(np.array([first, _another(first, draw)]), count)


def _runs(spec: InputSpec, count: int, draw: _Draw, rng: np.random.Generator) -> Array:
    longest = spec.length if isinstance(spec.length, int) else 4
    if not 1 <= longest <= MAX_ELEMENTS:
        raise NotDrawable(f"is drawn by 'runs', whose 'length' must be from 1 to {MAX_ELEMENTS}")
    values = [draw(1)[0]]
    while len(values) < count:
        run = int(rng.integers(1, longest + 1)) - 1
        values += [values[-1]] * run
        values.append(_another(values[-1], draw))
    return np.array(values[:count])


def _offset(spec: InputSpec, count: int, draw: _Draw, rng: np.random.Generator) -> Array:
    offset = _needed(spec.offset, "offset")
    signs = rng.choice([-1.0, 1.0], size=count) if spec.signed else np.ones(count)
    return draw(count) + offset * signs


def _another(value: float, draw: _Draw) -> float:
    """An element unlike `value`, if there is one to be found."""
    candidates = draw(64)
    unlike = candidates[candidates != value]
    return float(unlike[0]) if unlike.size else float(value)


_VARIATIONS: dict[str, Callable[[InputSpec, int, _Draw, np.random.Generator], Array]] = {
    "repeat": _repeat,
    "alternate": _alternate,
    "runs": _runs,
    "offset": _offset,
}
