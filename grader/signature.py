"""What a problem's function takes and gives: sizes, inputs and outputs, as problem.toml writes them."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from grader.arguments import Group, assembled
from grader.sandbox.job import Value
from grader.shapes import Size, evaluate
from grader.strict import Strict

Layout = Literal["C", "F", "strided"]
Kind = Literal["float64", "int64", "bool"]
DrawName = Literal[
    "normal",  # center + scale * standard normal
    "uniform",  # low <= x < high
    "integers",  # low <= i < high
    "permutation",  # 0 .. n-1, each once
    "constant",  # value everywhere
    "text",  # `length` characters of `alphabet`
    "explicit",  # value itself
    "repeat",  # one element of the input's own draw, again and again
    "alternate",  # two different elements of its own draw, in turn
    "runs",  # runs of 1 to `length` equal elements of its own draw
    "offset",  # its own draw plus `offset`, or plus or minus it for each element if `signed`
]
#: Draws that vary the input's own draw, so only a case can ask for them.
VARIATIONS = frozenset({"repeat", "alternate", "runs", "offset"})


class SizeBounds(Strict):
    """What a case may set a size to, both ends included."""

    min: int = Field(ge=0)
    max: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is larger than max {self.max}")
        return self


class DrawParameters(Strict):
    """The numbers a draw needs; which ones, `DrawName` says."""

    scale: float | None = None
    center: float | None = None
    low: Size | float | None = None
    high: Size | float | None = None
    value: JsonValue = None
    offset: float | None = None
    signed: bool | None = None
    length: Size | None = None
    alphabet: str | None = Field(default=None, min_length=1, max_length=1000)


class DrawOverride(DrawParameters):
    """What one case changes about an input's draw."""

    draw: DrawName | None = None


class InputSpec(DrawParameters):
    """One drawn value. `shape = []` is a plain number; text has no shape."""

    draw: DrawName
    shape: tuple[Size, ...] = ()
    as_: Kind = Field(default="float64", alias="as")
    min: float | None = None  # what values the function promises to take, draws and given ones alike
    max: float | None = None
    optional: bool = False  # a case may say that it is None

    @property
    def is_text(self) -> bool:
        return self.draw == "text"

    @property
    def is_discrete(self) -> bool:
        """Ids, masks and text: compared exactly, and never perturbed."""
        return self.draw in ("integers", "permutation", "text") or self.as_ != "float64"

    @model_validator(mode="after")
    def _draw_has_what_it_needs(self) -> Self:
        if self.draw in VARIATIONS:
            raise ValueError(f"draw '{self.draw}' varies another draw, so it belongs in a case, not here")
        needs = {
            "uniform": ("low", "high"),
            "integers": ("low", "high"),
            "text": ("alphabet", "length"),
            "constant": ("value",),
        }
        missing = [name for name in needs.get(self.draw, ()) if getattr(self, name) is None]
        if missing:
            raise ValueError(f"draw '{self.draw}' also needs {' and '.join(missing)}")
        return self


class OutputSpec(Strict):
    """One returned value. Without `shape`, the reference's own value says what is expected."""

    shape: tuple[Size, ...] | None = None
    updates: str | None = None  # the input, or the group of them, this output is the new value of
    tolerance: float | None = Field(default=None, gt=0)
    booleans: bool = False  # True and False may stand for 1 and 0
    order: int | None = None  # its place in the order of computation: the lowest comes first
    look: str | None = Field(default=None, max_length=200)  # where to look when it is the first wrong one


class Signature(Strict):
    """Everything known of a problem's arguments and results."""

    sizes: dict[str, SizeBounds] = Field(default_factory=dict)
    inputs: dict[str, InputSpec] = Field(min_length=1)
    arguments: dict[str, Group] = Field(default_factory=dict)  # the others are arguments by themselves
    outputs: dict[str, OutputSpec] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        smallest = {name: bounds.min for name, bounds in self.sizes.items()}
        for name, spec in self.inputs.items():
            low_high = [size for size in (spec.low, spec.high, spec.length) if isinstance(size, str)]
            for size in (*spec.shape, *low_high):
                _known(f"inputs.{name}", size, smallest)
        for name, output in self.outputs.items():
            for size in output.shape or ():
                _known(f"outputs.{name}", size, smallest)
            if output.updates is not None and output.updates not in {*self.inputs, *self.arguments}:
                raise ValueError(f"outputs.{name}.updates names '{output.updates}', which is no input")
        return self

    @model_validator(mode="after")
    def _groups_share_the_inputs(self) -> Self:
        taken: set[str] = set()
        for group, members in self.arguments.items():
            for name in members.names:
                if name not in self.inputs:
                    raise ValueError(f"arguments.{group} names '{name}', which is no input")
                if name in taken:
                    raise ValueError(f"arguments.{group} names '{name}' a second time; leave one out")
                taken.add(name)
            if group in self.inputs:
                raise ValueError(f"arguments.{group} has the name of an input; choose another")
        return self

    def arguments_of(self, inputs: Sequence[Value]) -> dict[str, Value]:
        """What the function is called with, by name and in order, made of a case's inputs."""
        return assembled(self.arguments, dict(zip(self.inputs, inputs, strict=True)))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the arguments, in the order of the call."""
        return tuple(self.arguments_of([None] * len(self.inputs)))


def _known(where: str, size: Size, sizes: dict[str, int]) -> None:
    try:
        evaluate(size, sizes)
    except ValueError as wrong:
        raise ValueError(f"{where}: {wrong}") from wrong
