"""A case as people write it, and its inputs as arrays."""

import builtins
import math
from difflib import get_close_matches
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, JsonValue, StringConstraints, field_validator

from grader.draws import (
    MAX_ELEMENTS,
    Array,
    NotDrawable,
    draw_elements,
    draw_text,
    explicit,
    fit_layout,
    generator,
)
from grader.sandbox.job import Value
from grader.shapes import ShapeError, evaluate, evaluate_shape, symbolic
from grader.signature import DrawOverride, InputSpec, Kind, Layout, Signature
from grader.strict import Strict

_LARGEST_EXACT = 2**53  # float64 holds every whole number up to here

_OneLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class UnusableCase(Exception):
    """A case nobody can be graded by. `reason` is a sentence naming the case, the thing and the cure."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CaseSpec(Strict):
    """One set of inputs, as problem.toml, the REST API and the instructor's page write it."""

    name: _OneLine
    visibility: Literal["public", "hidden"] = "hidden"
    weight: float | None = Field(default=None, gt=0, le=1000)
    hint: str | None = Field(default=None, max_length=500)
    seed: int = Field(default=0, ge=0, lt=2**63)
    sizes: dict[str, int] = Field(default_factory=dict)
    given: dict[str, JsonValue] = Field(default_factory=dict)
    none: tuple[str, ...] = ()  # the optional inputs that are None
    draws: dict[str, DrawOverride] = Field(default_factory=dict)
    layout: Layout = "C"
    tolerance: float | None = Field(default=None, gt=0)
    raises: tuple[str, ...] = ()

    @property
    def public(self) -> bool:
        return self.visibility == "public"

    @field_validator("raises")
    @classmethod
    def _built_in(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            kind = getattr(builtins, name, None)
            if not (isinstance(kind, type) and issubclass(kind, Exception)):
                raise ValueError(  # noqa: TRY004 - Pydantic reports ValueError
                    f"'{name}' is not a built-in exception; use e.g. ValueError"
                )
        return names


def draw_inputs(signature: Signature, spec: CaseSpec) -> tuple[Value, ...]:
    """The inputs of a case: the same for the same spec, in the order of [inputs].

    Raises UnusableCase for a size out of its bounds, a name nobody knows, a given value of another shape
    or kind, out of range (unless the case expects an exception) or not finite, or more than `MAX_ELEMENTS`
    elements.
    """
    _check_names(signature, spec)
    left = MAX_ELEMENTS
    inputs: list[Value] = []
    for name, wanted in signature.inputs.items():
        try:
            value = None if name in spec.none else _draw_one(name, wanted, spec, left)
        except (NotDrawable, ShapeError) as wrong:
            raise UnusableCase(f"Case '{spec.name}': input '{name}' {wrong}.") from wrong
        left -= value.size if isinstance(value, np.ndarray) else 1
        inputs.append(value)
    return tuple(inputs)


def _check_names(signature: Signature, spec: CaseSpec) -> None:
    for what, names, known in (
        ("sizes", spec.sizes, signature.sizes),
        ("given", spec.given, signature.inputs),
        ("draws", spec.draws, signature.inputs),
        ("none", spec.none, [name for name, wanted in signature.inputs.items() if wanted.optional]),
    ):
        for name in names:
            if name not in known:
                raise UnusableCase(f"Case '{spec.name}': {what} names '{name}', {_meant(name, list(known))}.")
    for name in (*spec.given, *spec.none):
        if name in spec.draws or (name in spec.given and name in spec.none):
            raise UnusableCase(
                f"Case '{spec.name}': '{name}' is given, drawn or None, and not two of these; leave one out."
            )
    for name, bounds in signature.sizes.items():
        size = spec.sizes.get(name)
        if size is None:
            raise UnusableCase(f"Case '{spec.name}': size '{name}' is missing; set it in sizes.")
        if not bounds.min <= size <= bounds.max:
            raise UnusableCase(
                f"Case '{spec.name}': size '{name}' is {size}; set it from {bounds.min} to {bounds.max}."
            )


def _meant(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"perhaps '{near[0]}' is meant" if near else f"which is none of {', '.join(known) or 'any'}"


def _draw_one(name: str, wanted: InputSpec, spec: CaseSpec, left: int) -> Value:
    override = spec.draws.get(name, DrawOverride())
    rng = generator(spec.seed, name)
    if wanted.is_text:
        text = spec.given[name] if name in spec.given else draw_text(wanted, override, spec.sizes, rng)
        return _checked_text(text)
    shape = evaluate_shape(wanted.shape, spec.sizes)
    if math.prod(shape) > left:
        raise NotDrawable(f"makes more than {MAX_ELEMENTS} elements in all; make the sizes smaller")
    if name in spec.given:
        elements = explicit(spec.given[name])
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            elements = draw_elements(wanted, override, shape, spec.sizes, rng)
    _check_elements(elements, shape, wanted, spec)
    return _as_kind(elements, wanted, spec.layout)


def _checked_text(text: object) -> str:
    if not isinstance(text, str):
        raise NotDrawable("is text; give it in quotes")
    if len(text) > MAX_ELEMENTS or "\x00" in text:
        raise NotDrawable(f"must be at most {MAX_ELEMENTS} characters, none of them NUL; shorten it")
    return text


def _check_elements(elements: Array, shape: tuple[int, ...], wanted: InputSpec, spec: CaseSpec) -> None:
    if elements.shape != shape:
        raise NotDrawable(
            f"has shape {elements.shape}; give it shape {shape}, which is {symbolic(wanted.shape)}"
        )
    if not np.isfinite(elements).all():
        raise NotDrawable("holds NaN or infinity; give finite numbers only")
    if wanted.is_discrete and not (elements == np.trunc(elements)).all():
        raise NotDrawable("holds fractions; give whole numbers only")
    if wanted.is_discrete and (np.abs(elements) > _LARGEST_EXACT).any():
        raise NotDrawable("holds numbers beyond 2^53; give smaller ones")
    if wanted.as_ == "bool" and ((elements != 0) & (elements != 1)).any():
        raise NotDrawable("holds other numbers; a mask is made of 0 and 1 only")
    if not elements.size or spec.raises:  # bad values are what such a case is for
        return
    least, most = float(elements.min()), float(elements.max())
    if wanted.draw == "integers":
        low, high = (evaluate(_size(end), spec.sizes) for end in (wanted.low, wanted.high))
        if least < low or most >= high:
            raise NotDrawable(f"holds {least:g} to {most:g}; keep it from {low} to {high - 1}")
    if wanted.draw == "permutation" and (np.sort(elements, axis=None) != np.arange(elements.size)).any():
        raise NotDrawable(f"is no order of 0 to {elements.size - 1}; give each of them once")
    if wanted.min is not None and least < wanted.min:
        raise NotDrawable(f"holds {least:g}; keep it at {wanted.min:g} or above")
    if wanted.max is not None and most > wanted.max:
        raise NotDrawable(f"holds {most:g}; keep it at {wanted.max:g} or below")


def _size(end: str | float | None) -> int | str:
    assert end is not None  # InputSpec lets no integers draw through without both ends
    return end if isinstance(end, str) else int(end)


_DTYPES: dict[Kind, type[np.generic]] = {"float64": np.float64, "int64": np.int64, "bool": np.bool_}


def _as_kind(elements: Array, wanted: InputSpec, layout: Layout) -> Value:
    array: Array = elements.astype(_DTYPES[wanted.as_])
    if wanted.shape:
        return fit_layout(array, layout)
    number: bool | int | float = array.item()
    return number
