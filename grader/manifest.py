"""problem.toml as people write it: every key it may hold, and what a wrong one is told."""

import builtins
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, ValidationError, field_validator, model_validator

from grader.cases import CaseSpec
from grader.laws import LAWS, Law
from grader.signature import DrawOverride, InputSpec, OutputSpec, Signature, SizeBounds
from grader.strict import Strict

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_File = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+\.py$")]
_InReference = Annotated[str, StringConstraints(pattern=r"^[a-z]\w*\.[A-Za-z_]\w*$")]


class LimitsTable(Strict):
    """What one case may use."""

    cpu_seconds: float = Field(default=2.0, gt=0, le=60)
    memory_mb: int = Field(default=256, ge=16, le=4096)


class MistakeTable(Strict):
    """A file in `mistakes/`, its sentence, and how it can show at all."""

    file: _File
    message: _Line
    outputs: tuple[str, ...] | None = None  # on which it can show; None: on every one
    raises: str | None = None  # the exception it ends by where it does not return
    like: str | None = None  # the mistake listed before that no outcome tells it from

    @property
    def can_show(self) -> bool:
        return self.outputs != () or self.raises is not None

    @field_validator("raises")
    @classmethod
    def _built_in(cls, name: str | None) -> str | None:
        if name is not None and not is_built_in(name):
            raise ValueError(f"'{name}' is not a built-in exception; use e.g. ValueError")
        return name


class GradientsTable(Strict):
    """What `handgrad check` compares with central differences of the loss."""

    loss: _InReference  # takes the same arguments; its value, or the first of them, is the loss
    rate: str | None = None  # outputs that update an input are ``input - rate * gradient``
    of: dict[str, str] = Field(default_factory=dict)  # outputs that are the gradient of an input themselves


class ProblemTable(Signature):
    """The whole of problem.toml."""

    title: _Line
    summary: _Line
    track: str = ""
    topics: tuple[str, ...] = ()
    difficulty: Literal["easy", "medium", "hard"]
    entry_point: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*$")]
    reference: _InReference
    hints: tuple[_Line, ...] = ()
    limits: LimitsTable = LimitsTable()
    fresh_child_per_case: bool = False
    cases: tuple[CaseSpec, ...] = Field(min_length=1)
    mistakes: tuple[MistakeTable, ...] = ()
    variants: tuple[_File, ...] = ()  # files in `variants/`: other right solutions
    gradients: GradientsTable | None = None
    metamorphic: tuple[Law, ...] = ()

    @model_validator(mode="after")
    def _mistakes_name_what_exists(self) -> Self:
        before: dict[str, MistakeTable] = {}
        for mistake in self.mistakes:
            where = f"mistake '{mistake.file}'"
            for output in mistake.outputs or ():
                _known(output, self.outputs, f"{where}: outputs")
            if mistake.like is not None:
                _check_like(mistake.like, before, f"{where}: like names '{mistake.like}', which")
            before[mistake.file.removesuffix(".py")] = mistake
        return self

    @model_validator(mode="after")
    def _checks_name_what_exists(self) -> Self:
        for law in self.metamorphic:
            law.check_names(self)
        if self.gradients is None:
            return self
        if self.gradients.rate is not None:
            _check_rate(self, self.gradients.rate)
        for output, of in self.gradients.of.items():
            _known(output.partition("[")[0], self.outputs, "gradients.of")
            _known(of, self.inputs, f"gradients.of.{output}")
            if self.inputs[of].is_discrete:
                raise ValueError(f"gradients.of.{output} names '{of}', which is discrete; name a real input")
        if self.gradients.rate is None and not self.gradients.of:
            raise ValueError("gradients: give 'rate', the input that scales the step, or 'of'")
        return self


def is_built_in(exception: str) -> bool:
    """Whether Python itself has an exception of this name."""
    kind = getattr(builtins, exception, None)
    return isinstance(kind, type) and issubclass(kind, Exception)


def _known(name: str, names: Mapping[str, object], where: str) -> None:
    if name not in names:
        raise ValueError(f"{where} names '{name}', which is none of {', '.join(names)}")


def _check_like(name: str, before: Mapping[str, MistakeTable], where: str) -> None:
    if name not in before:
        raise ValueError(f"{where} is no mistake listed before it; name one, without .py")
    if not before[name].can_show:
        raise ValueError(f"{where} cannot show; take it out")
    if before[name].like is not None:
        raise ValueError(f"{where} is like '{before[name].like}' itself; name that one")


def _check_rate(table: Signature, name: str) -> None:
    _known(name, table.inputs, "gradients.rate")
    if table.inputs[name].shape or table.inputs[name].is_discrete:
        raise ValueError(f"gradients.rate names '{name}', which is no plain real number; name one that is")
    if not any(output.updates for output in table.outputs.values()):
        raise ValueError(
            "gradients.rate is given, and no output updates an input; give one 'updates', or use 'of'"
        )


def faults(wrong: ValidationError) -> str:
    """The first of Pydantic's errors as sentences naming the file, the key and what was meant."""
    return "; ".join(_sentence(error) for error in wrong.errors()[:5])


_TABLES: dict[str, type[BaseModel]] = {
    "limits": LimitsTable,
    "sizes": SizeBounds,
    "inputs": InputSpec,
    "outputs": OutputSpec,
    "cases": CaseSpec,
    "mistakes": MistakeTable,
    "gradients": GradientsTable,
}


def _sentence(error: Mapping[str, object]) -> str:
    raw = error["loc"]
    assert isinstance(raw, tuple)
    where = ".".join(str(part) for part in raw)
    if error["type"] == "missing":
        return f"problem.toml: '{where}' is missing; add it"
    if error["type"] == "union_tag_not_found":
        return f"problem.toml: '{where}.law' is missing; add it: {', '.join(LAWS)}"
    if error["type"] == "union_tag_invalid":
        ctx = error["ctx"]
        assert isinstance(ctx, dict)
        return f"problem.toml: {where}: there is no law '{ctx['tag']}'; {_meant(str(ctx['tag']), [*LAWS])}"
    if error["type"] != "extra_forbidden":
        return (
            f"problem.toml: {where + ': ' if where else ''}{str(error['msg']).removeprefix('Value error, ')}"
        )
    keys = [field.alias or name for name, field in _table_of(raw).model_fields.items()]
    return f"problem.toml: unknown key '{where}'; {_meant(str(raw[-1]), keys)}"


def _meant(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"perhaps '{near[0]}' is meant" if near else f"known are {', '.join(known)}"


def _table_of(where: tuple[object, ...]) -> type[BaseModel]:
    """The table that a key of this place belongs to."""
    if "draws" in where[:-1]:
        return DrawOverride
    if where[0] == "metamorphic" and len(where) > 2:
        return LAWS[str(where[2])]
    return _TABLES.get(str(where[0]), ProblemTable) if len(where) > 1 else ProblemTable
