"""What an instructor sees of one case before it is kept: what it expects, and what it is good for."""

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from grader.cases import CaseSpec
from grader.freeze import freeze
from grader.outputs import leaves
from grader.problem import Problem
from grader.quality import needed_for
from grader.sandbox.job import Sandbox, Value
from grader.search import suggest
from grader.shapes import symbolic
from grader.signature import Signature
from grader.version import FrozenCase, MutationScore, Version, mutation_score

#: Longer outputs are shown by their shape only.
_SHOWN_ELEMENTS = 10_000


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class InputPreview(_Frozen):
    """One argument as it was drawn."""

    name: str
    kind: str  # "float64", "int64", "bool" or "text"
    shape: list[int]
    symbolic: str


class OutputPreview(_Frozen):
    """One expected output. Tolerance and condition are None where values compare exactly."""

    name: str
    kind: str
    shape: list[int]
    symbolic: str
    tolerance: float | None
    condition: float | None
    value: JsonValue  # None on hidden cases


class CaughtMistake(_Frozen):
    """A known mistake, and what a student reads who made it."""

    name: str
    message: str


class Suggestion(_Frozen):
    """A case that would catch a mistake which too few of the others do."""

    mistake: str
    case: CaseSpec


class CasePreview(_Frozen):
    """Everything worth knowing of a case before it counts."""

    name: str
    visibility: str
    weight: float
    raises: list[str]
    inputs: list[InputPreview]
    outputs: list[OutputPreview]
    caught: list[CaughtMistake]
    missed: list[CaughtMistake]
    adds: list[CaughtMistake]  # of the caught ones, those that fewer than two other cases catch
    mutation_before: MutationScore
    mutation_after: MutationScore
    #: Found by search: a case for each mistake that fewer than two cases catch, where there is one.
    suggestions: list[Suggestion] = Field(default_factory=list)


async def preview(
    problem: Problem, specs: Sequence[CaseSpec], new: CaseSpec, sandbox: Sandbox
) -> CasePreview:
    """Freeze a problem with one more case, and tell of that case. Raises what `freeze` raises."""
    every = [*specs, new]
    told = preview_of(await freeze(problem, every, sandbox), new.name)
    lacking = [*told.mutation_after.survivors, *told.mutation_after.caught_once]
    found = await suggest(problem, every, lacking, sandbox)
    suggestions = [Suggestion(mistake=mistake, case=spec) for mistake, spec in found.items()]
    return told.model_copy(update={"suggestions": suggestions})


def preview_of(version: Version, name: str) -> CasePreview:
    """The same of a case in a frozen version. Raises KeyError for a name that it does not have."""
    case = next((case for case in version.cases if case.name == name), None)
    if case is None:
        raise KeyError(name)
    said = {
        mistake: CaughtMistake(name=mistake, message=known.message)
        for mistake, known in version.mistakes.items()
        if known.observable
    }
    return CasePreview(
        name=case.name,
        visibility=case.spec.visibility,
        weight=case.weight,
        raises=list(case.spec.raises),
        inputs=_inputs(version.signature, case),
        outputs=_outputs(version.signature, case),
        caught=[one for mistake, one in said.items() if case.mistakes[mistake].caught],
        missed=[one for mistake, one in said.items() if not case.mistakes[mistake].caught],
        adds=[said[mistake] for mistake in needed_for(version, case)],
        mutation_before=mutation_score(version, without=name),
        mutation_after=mutation_score(version),
    )


def _inputs(signature: Signature, case: FrozenCase) -> list[InputPreview]:
    return [
        InputPreview(name=name, kind=_kind(value), shape=_shape(value), symbolic=symbolic(spec.shape))
        for (name, spec), value in zip(signature.inputs.items(), case.inputs, strict=True)
    ]


def _outputs(signature: Signature, case: FrozenCase) -> list[OutputPreview]:
    if case.spec.raises:
        return []
    found = leaves(signature.outputs, case.expected)
    return [
        OutputPreview(
            name=name,
            kind=_kind(value),
            shape=_shape(value),
            symbolic=_symbolic(signature, name, value),
            tolerance=case.tolerances.get(name),
            condition=case.conditions.get(name),
            value=_shown(value) if case.public else None,
        )
        for name, value in found.items()
    ]


def _symbolic(signature: Signature, name: str, value: Value) -> str:
    spec = signature.outputs.get(name)
    return symbolic(spec.shape if spec and spec.shape is not None else _shape(value))


def _kind(value: Value) -> str:
    match value:
        case np.ndarray():
            return value.dtype.name
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return "float64"
        case None:
            return "None"
        case _:
            return "text"


def _shape(value: Value) -> list[int]:
    return list(value.shape) if isinstance(value, np.ndarray) else []


def _shown(value: Value) -> JsonValue:
    if isinstance(value, np.ndarray):
        shown: JsonValue = value.tolist() if value.size <= _SHOWN_ELEMENTS else None
        return shown
    return value if isinstance(value, bool | int | float | str) else None
