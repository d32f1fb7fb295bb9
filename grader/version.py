"""Frozen cases: computed once, stored as bytes, graded against for ever after."""

import io
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, JsonValue

from grader.cases import CaseSpec
from grader.draws import Array, fit_layout
from grader.sandbox.job import CaseInput, Ending, Limits, Value
from grader.signature import Signature

#: Of the bytes that a version is stored as. Part of every id, so that what cannot be read is frozen anew.
FORMAT = 2


class UnreadableVersion(ValueError):
    """Bytes that another release wrote."""


@dataclass(frozen=True, slots=True)
class KnownMistake:
    """What is said of a mistake, whichever case it is made on."""

    message: str  # what a student should read who made it
    outputs: tuple[str, ...]  # on which it can show at all
    raises: str | None  # the exception it ends by where it does not return
    like: str | None  # the mistake that no outcome tells it from

    @property
    def observable(self) -> bool:
        """Whether anything that the code gives back can show it."""
        return bool(self.outputs) or self.raises is not None


@dataclass(frozen=True, slots=True)
class MistakeOutcome:
    """What one known mistake did on one case, and how far that is from right."""

    ending: Ending
    value: Value  # None unless it is caught
    error: str | None  # when it raised, the nearest built-in class: of hidden cases no other is known
    margins: Mapping[str, float]  # output -> its largest error over its tolerance; inf: not measurable

    @property
    def shows(self) -> tuple[str, ...]:
        """The outputs that are wrong here."""
        return tuple(name for name, far in self.margins.items() if not far <= 1)

    @property
    def caught(self) -> bool:
        """Whether the case tells the mistake from the reference."""
        return bool(self.shows)


@dataclass(frozen=True)
class FrozenCase:
    """A case with everything that grading needs.

    Tolerances and conditions are keyed by the name of an array, such as ``w`` or ``grads[0]``.
    """

    spec: CaseSpec
    weight: float
    inputs: tuple[Value, ...] = field(repr=False)  # hidden values have no place in a log
    arguments: tuple[Value, ...] = field(repr=False)  # what the function is called with, made of the inputs
    expected: Value = field(repr=False)  # None when the case expects an exception
    tolerances: Mapping[str, float]  # of outputs that are not compared exactly
    conditions: Mapping[str, float]
    accepted: Mapping[str, float]  # output -> the share of its tolerance that right variants need
    mistakes: Mapping[str, MistakeOutcome] = field(repr=False)

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def public(self) -> bool:
        return self.spec.public

    @cached_property
    def input(self) -> CaseInput:
        """What the sandbox gets of it, encoded once for all attempts."""
        return CaseInput(self.arguments, self.public)

    @property
    def condition(self) -> float:
        """The largest of the outputs' condition numbers, 0 when all compare exactly."""
        return max(self.conditions.values(), default=0.0)


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable set of frozen cases, public ones first. Grading needs nothing else."""

    id: str
    problem: str
    entry_point: str
    signature: Signature
    limits: Limits
    fresh_child_per_case: bool
    cases: tuple[FrozenCase, ...] = field(repr=False)
    mistakes: Mapping[str, KnownMistake] = field(repr=False)

    def to_bytes(self) -> bytes:
        """Arrays as NumPy's own archive, without pickle, and the rest as JSON beside them."""
        arrays = _Arrays()
        head = {
            "format": FORMAT,
            "id": self.id,
            "problem": self.problem,
            "entry_point": self.entry_point,
            "signature": self.signature.model_dump(mode="json", by_alias=True),
            "limits": asdict(self.limits),
            "fresh_child_per_case": self.fresh_child_per_case,
            "mistakes": {name: asdict(mistake) for name, mistake in self.mistakes.items()},
            "cases": [_case_to_json(case, arrays) for case in self.cases],
        }
        written = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, head=written, **arrays.joined())
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The version that `to_bytes` wrote, its inputs in their layouts again. Raises UnreadableVersion."""
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = dict(archive)
        head = json.loads(arrays.pop("head").tobytes()) if "head" in arrays else {}
        if head.pop("format", None) != FORMAT:
            raise UnreadableVersion("These frozen cases were stored by another release; freeze them anew.")
        head["signature"] = Signature.model_validate(head["signature"])
        head["limits"] = Limits(**head["limits"])
        head["mistakes"] = {
            name: KnownMistake(**mistake | {"outputs": tuple(mistake["outputs"])})
            for name, mistake in head["mistakes"].items()
        }
        head["cases"] = tuple(_case_from_json(case, arrays, head["signature"]) for case in head["cases"])
        return cls(**head)


class MutationScore(BaseModel):
    """Of the known mistakes that the outputs can show, how many are caught by at least two cases."""

    model_config = ConfigDict(frozen=True)

    total: int
    caught: int
    score: float  # 0..1; 1 when there is nothing to catch
    survivors: list[str]  # no case catches them
    caught_once: list[str]
    unobservable: list[str]  # not counted: nothing that the code gives back can show them


def mutation_score(version: Version, *, without: str | None = None) -> MutationScore:
    """The score of a version's cases, or of those but the one named `without`."""
    cases = [case for case in version.cases if case.name != without]
    catches = {
        name: sum(case.mistakes[name].caught for case in cases)
        for name, mistake in version.mistakes.items()
        if mistake.observable
    }
    caught = sum(count >= 2 for count in catches.values())
    return MutationScore(
        total=len(catches),
        caught=caught,
        score=caught / len(catches) if catches else 1.0,
        survivors=[name for name, count in catches.items() if count == 0],
        caught_once=[name for name, count in catches.items() if count == 1],
        unobservable=[name for name, mistake in version.mistakes.items() if not mistake.observable],
    )


class FrozenCache:
    """Versions as files named by their id, so that the command line freezes a problem once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, version_id: str) -> Version | None:
        path = self._folder / f"{version_id}.npz"
        return Version.from_bytes(path.read_bytes()) if path.exists() else None

    def put(self, version: Version) -> None:
        """Written aside and renamed, so that nobody ever reads half a version."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(version.to_bytes())
        Path(file.name).replace(self._folder / f"{version.id}.npz")


class _Arrays:
    """Arrays of one kind end to end: an archive of thousands of small members takes long to open."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Array]] = {}
        self._sizes: dict[str, int] = {}

    def add(self, array: Array) -> list[JsonValue]:
        """Where the array is found again: the kind, how many elements stand before it, its shape."""
        kind = array.dtype.name
        before = self._sizes.get(kind, 0)
        self._parts.setdefault(kind, []).append(array.ravel())
        self._sizes[kind] = before + array.size
        return [kind, before, list(array.shape)]

    def joined(self) -> dict[str, Array]:
        return {kind: np.concatenate(parts) for kind, parts in self._parts.items()}


def _case_to_json(case: FrozenCase, arrays: _Arrays) -> dict[str, Any]:
    return {
        "spec": case.spec.model_dump(mode="json"),
        "weight": case.weight,
        "inputs": [_to_json(value, arrays) for value in case.inputs],
        "expected": _to_json(case.expected, arrays),
        "tolerances": dict(case.tolerances),
        "conditions": dict(case.conditions),
        "accepted": dict(case.accepted),
        "mistakes": {
            name: {
                "ending": outcome.ending.value,
                "value": _to_json(outcome.value, arrays),
                "error": outcome.error,
                "margins": dict(outcome.margins),
            }
            for name, outcome in case.mistakes.items()
        },
    }


def _case_from_json(raw: dict[str, Any], arrays: Mapping[str, Array], signature: Signature) -> FrozenCase:
    spec = CaseSpec.model_validate(raw["spec"])
    values = (_from_json(value, arrays) for value in raw["inputs"])
    inputs = tuple(
        fit_layout(value, spec.layout) if isinstance(value, np.ndarray) else value for value in values
    )
    return FrozenCase(
        spec=spec,
        weight=raw["weight"],
        inputs=inputs,
        arguments=tuple(signature.arguments_of(inputs).values()),
        expected=_from_json(raw["expected"], arrays),
        tolerances=raw["tolerances"],
        conditions=raw["conditions"],
        accepted=raw["accepted"],
        mistakes={
            name: MistakeOutcome(
                ending=Ending(outcome["ending"]),
                value=_from_json(outcome["value"], arrays),
                error=outcome["error"],
                margins=outcome["margins"],
            )
            for name, outcome in raw["mistakes"].items()
        },
    )


# JSON has no tuple and no array, so these, and dicts, are written as an object with one telling key.
def _to_json(value: Value, arrays: _Arrays) -> JsonValue:
    match value:
        case np.ndarray():
            return {"array": arrays.add(value)}
        case tuple():
            return {"tuple": [_to_json(item, arrays) for item in value]}
        case dict():
            return {"dict": {key: _to_json(item, arrays) for key, item in value.items()}}
        case list():
            return [_to_json(item, arrays) for item in value]
        case _:
            return value


def _from_json(raw: JsonValue, arrays: Mapping[str, Array]) -> Value:
    match raw:
        case {"array": [str(kind), int(before), list(shape)]}:
            lengths = [int(length) for length in shape]  # type: ignore[arg-type]
            return arrays[kind][before : before + math.prod(lengths)].reshape(lengths)
        case {"tuple": list(items)}:
            return tuple(_from_json(item, arrays) for item in items)
        case {"dict": dict(items)}:
            return {key: _from_json(item, arrays) for key, item in items.items()}
        case list(items):
            return [_from_json(item, arrays) for item in items]
        case dict():
            raise ValueError(f"not a stored value: {raw}")
        case _:
            return raw


def elements(values: Iterable[Value]) -> int:
    """How many numbers these values hold, one for whatever is not an array."""
    return sum(value.size if isinstance(value, np.ndarray) else 1 for value in values)
