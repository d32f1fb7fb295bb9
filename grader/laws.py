"""Laws that tie two calls together, so that no expected value is needed to check them.

A law changes a case's inputs in a way whose effect on the outputs is known. `handgrad check` holds the
reference and every right variant to the laws that a problem switches on, and tells which mistakes break them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from grader.draws import Array
from grader.outputs import updated
from grader.sandbox.job import Value
from grader.shapes import evaluate
from grader.signature import InputSpec, Signature
from grader.strict import Strict
from grader.tolerance import same_layout

Inputs = tuple[Value, ...]
_Outputs = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Pair:
    """The other call of a law, and what its outputs should be, given those of the first."""

    inputs: Inputs
    wanted: Callable[[_Outputs], _Outputs]


class Repeat(Strict):
    """The same inputs give the same outputs a second time."""

    law: Literal["repeat"]

    @property
    def title(self) -> str:
        return self.law

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs that it changes: where one of them is None, there is nothing to try."""
        return ()

    def check_names(self, signature: Signature) -> None:
        """Nothing is named."""

    def pair(self, _signature: Signature, inputs: Inputs, _rng: np.random.Generator) -> Pair:
        return Pair(inputs, lambda outputs: outputs)


class Still(Strict):
    """With this input at zero (a learning rate), every output that updates an input is that input."""

    law: Literal["still"]
    input: str

    @property
    def title(self) -> str:
        return f"still with {self.input} 0"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.input,)

    def check_names(self, signature: Signature) -> None:
        """Raises ValueError when there is no such input, it is no real one, or no output updates any."""
        _among(self.input, signature.inputs, "still: input")
        _real(self.input, signature, "still: input")
        if not any(output.updates for output in signature.outputs.values()):
            raise ValueError(
                "metamorphic: still: no output updates an input, so it asks for nothing; take it out"
            )

    def pair(self, signature: Signature, inputs: Inputs, _rng: np.random.Generator) -> Pair:
        changed = _with(signature, inputs, {self.input: lambda value: 0.0 * value})
        by_name = dict(zip(signature.inputs, changed, strict=True))
        return Pair(
            changed,
            lambda outputs: {
                leaf: np.asarray(by_name[name]).reshape(outputs[leaf].shape)
                for leaf, name in updated(signature, inputs).items()
            },
        )


class Shift(Strict):
    """Constants added along an axis of an input change no output; one that updates the input keeps them."""

    law: Literal["shift"]
    input: str
    axis: int

    @property
    def title(self) -> str:
        return f"shift of {self.input} along axis {self.axis}"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.input,)

    def check_names(self, signature: Signature) -> None:
        """Raises ValueError when there is no such input, it is no real one, or it has no such axis."""
        _axis(self.input, self.axis, signature, "shift: input")
        _real(self.input, signature, "shift: input")

    def pair(self, signature: Signature, inputs: Inputs, rng: np.random.Generator) -> Pair:
        before = dict(zip(signature.inputs, inputs, strict=True))[self.input]
        assert isinstance(before, np.ndarray)
        shape = [1 if axis == self.axis else length for axis, length in enumerate(before.shape)]
        constants = np.broadcast_to(rng.uniform(-2.0, 2.0, size=shape), before.shape)

        origins = updated(signature, inputs)

        def wanted(outputs: _Outputs) -> _Outputs:
            return {
                leaf: value + constants.reshape(value.shape) if origins.get(leaf) == self.input else value
                for leaf, value in outputs.items()
            }

        return Pair(_with(signature, inputs, {self.input: lambda value: value + constants}), wanted)


class Relabel(Strict):
    """Renaming the ids permutes the axes that they index, and nothing else."""

    law: Literal["relabel"]
    ids: str
    axes: dict[str, int] = Field(min_length=1)  # input -> the axis that ids index
    outputs: dict[str, int] = Field(default_factory=dict)  # the same of outputs that update no input

    @property
    def title(self) -> str:
        return f"relabel of {self.ids}"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.ids, *self.axes)

    def check_names(self, signature: Signature) -> None:
        """Raises ValueError when an input or an output does not exist, or no axis that the ids can index."""
        _among(self.ids, signature.inputs, "relabel: ids")
        if self.ids in self.axes:
            raise ValueError(
                f"metamorphic: relabel: axes names '{self.ids}', the ids themselves; take it out"
            )
        # Lengths are the same when they come out the same for sizes of no particular meaning.
        sizes = {name: 1009 + 17 * number for number, name in enumerate(signature.sizes)}
        count = _ids(signature.inputs[self.ids], sizes)
        if count is None:
            raise ValueError(
                f"metamorphic: relabel: '{self.ids}' holds no ids from 0 up; name an input that is drawn by "
                "'integers' with low = 0, or by 'permutation'"
            )
        for name, axis in self.axes.items():
            _axis(name, axis, signature, "relabel: axes")
        for name, axis in self.outputs.items():
            _output_axis(name, axis, signature)
        lengths = [(name, signature.inputs[name].shape[axis]) for name, axis in self.axes.items()]
        lengths += [
            (name, (signature.outputs[name].shape or ())[axis]) for name, axis in self.outputs.items()
        ]
        for name, length in lengths:
            if evaluate(length, sizes) != count:
                raise ValueError(
                    f"metamorphic: relabel: '{name}' is {length} long along its axis, and '{self.ids}' holds "
                    "another number of ids; name the axis that they index"
                )

    def pair(self, signature: Signature, inputs: Inputs, rng: np.random.Generator) -> Pair:
        shapes = {name: np.asarray(value).shape for name, value in zip(signature.inputs, inputs, strict=True)}
        (first, axis), *_ = self.axes.items()
        new = rng.permutation(shapes[first][axis])  # new[old id] is the id's new name
        old = np.argsort(new)
        changes: dict[str, Callable[[Array], Array]] = {
            self.ids: lambda ids: new[ids.astype(np.int64)].astype(ids.dtype)
        }
        for name, along in self.axes.items():
            changes[name] = lambda value, along=along: np.take(value, old, axis=along)  # type: ignore[misc]

        def wanted(outputs: _Outputs) -> _Outputs:
            return {name: renamed(name, value) for name, value in outputs.items()}

        origins = updated(signature, inputs)

        def renamed(leaf: str, value: Array) -> Array:
            if (origin := origins.get(leaf)) in self.axes:
                whole = value.reshape(shapes[origin])
                return np.take(whole, old, axis=self.axes[origin]).reshape(value.shape)
            return np.take(value, old, axis=self.outputs[leaf]) if leaf in self.outputs else value

        return Pair(_with(signature, inputs, changes), wanted)


Law = Annotated[Repeat | Still | Shift | Relabel, Field(discriminator="law")]
LAWS: Mapping[str, type[Strict]] = {"repeat": Repeat, "still": Still, "shift": Shift, "relabel": Relabel}


def _with(
    signature: Signature, inputs: Sequence[Value], changes: Mapping[str, Callable[[Array], Array]]
) -> Inputs:
    """The inputs with some of them changed, each still of its kind and in its layout."""
    return tuple(
        _changed(value, changes[name]) if name in changes else value
        for name, value in zip(signature.inputs, inputs, strict=True)
    )


def _changed(value: Value, change: Callable[[Array], Array]) -> Value:
    if isinstance(value, np.ndarray):
        return same_layout(change(value), value)
    changed: Value = change(np.asarray(value)).item()
    return changed


def _among(name: str, names: Mapping[str, object], where: str) -> None:
    if name not in names:
        raise ValueError(f"metamorphic: {where} names '{name}', which is none of {', '.join(names)}")


def _real(name: str, signature: Signature, where: str) -> None:
    if signature.inputs[name].is_discrete:
        raise ValueError(f"metamorphic: {where} names '{name}', which is discrete; name a real input")


def _ids(spec: InputSpec, sizes: Mapping[str, int]) -> int | None:
    """How many ids an input may hold; None when it holds none, or others than 0, 1, 2 ..."""
    if spec.draw == "permutation":
        return prod(evaluate(length, sizes) for length in spec.shape)
    if spec.draw != "integers" or spec.low is None or spec.high is None:
        return None
    least, end = (
        evaluate(limit if isinstance(limit, str) else int(limit), sizes) for limit in (spec.low, spec.high)
    )
    return end if least == 0 else None


def _output_axis(name: str, axis: int, signature: Signature) -> None:
    _among(name, signature.outputs, "relabel: outputs")
    shape = signature.outputs[name].shape
    if shape is None:
        raise ValueError(f"metamorphic: relabel: outputs names '{name}', which has no shape; give it one")
    _within(name, axis, len(shape), "relabel: outputs")


def _axis(name: str, axis: int, signature: Signature, where: str) -> None:
    _among(name, signature.inputs, where)
    _within(name, axis, len(signature.inputs[name].shape), where)


def _within(name: str, axis: int, axes: int, where: str) -> None:
    if not 0 <= axis < axes:
        raise ValueError(
            f"metamorphic: {where}: '{name}' has {axes} axes, so {axis} is none of them; the first is 0"
        )
