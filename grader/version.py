"""Frozen cases: computed once, stored as bytes, graded against for ever after."""

import io
import json
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


@dataclass(frozen=True, slots=True)
class MistakeOutcome:
    """What one known mistake did on one case, and whether the case tells it from the reference."""

    ending: Ending
    value: Value  # None unless it is caught
    error: str | None  # the exception's class when it raised
    caught: bool


@dataclass(frozen=True)
class FrozenCase:
    """A case with everything that grading needs; the mappings are keyed by the output's name."""

    spec: CaseSpec
    weight: float
    arguments: tuple[Value, ...] = field(repr=False)  # hidden values have no place in a log
    expected: Value = field(repr=False)  # None when the case expects an exception
    tolerances: Mapping[str, float]  # of outputs that are not compared exactly
    conditions: Mapping[str, float]
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
    mistakes: Mapping[str, str] = field(repr=False)  # name -> what a student should read who made it

    def to_bytes(self) -> bytes:
        """Arrays as NumPy's own archive, without pickle, and the rest as JSON beside them."""
        arrays: dict[str, Array] = {}
        head = {
            "id": self.id,
            "problem": self.problem,
            "entry_point": self.entry_point,
            "signature": self.signature.model_dump(mode="json", by_alias=True),
            "limits": asdict(self.limits),
            "fresh_child_per_case": self.fresh_child_per_case,
            "mistakes": dict(self.mistakes),
            "cases": [_case_to_json(case, arrays) for case in self.cases],
        }
        arrays["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The version that `to_bytes` wrote, its inputs in their layouts again."""
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = dict(archive)
        head = json.loads(arrays["head"].tobytes())
        head["signature"] = Signature.model_validate(head["signature"])
        head["limits"] = Limits(**head["limits"])
        head["cases"] = tuple(_case_from_json(case, arrays) for case in head["cases"])
        return cls(**head)


class MutationScore(BaseModel):
    """Of the known mistakes, how many are caught by at least two cases."""

    model_config = ConfigDict(frozen=True)

    total: int
    caught: int
    score: float  # 0..1; 1 when there is nothing to catch
    survivors: list[str]  # no case catches them
    caught_once: list[str]


def mutation_score(version: Version, *, without: str | None = None) -> MutationScore:
    """The score of a version's cases, or of those but the one named `without`."""
    cases = [case for case in version.cases if case.name != without]
    catches = {name: sum(case.mistakes[name].caught for case in cases) for name in version.mistakes}
    caught = sum(count >= 2 for count in catches.values())
    return MutationScore(
        total=len(catches),
        caught=caught,
        score=caught / len(catches) if catches else 1.0,
        survivors=[name for name, count in catches.items() if count == 0],
        caught_once=[name for name, count in catches.items() if count == 1],
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


def _case_to_json(case: FrozenCase, arrays: dict[str, Array]) -> dict[str, Any]:
    return {
        "spec": case.spec.model_dump(mode="json"),
        "weight": case.weight,
        "arguments": [_to_json(value, arrays) for value in case.arguments],
        "expected": _to_json(case.expected, arrays),
        "tolerances": dict(case.tolerances),
        "conditions": dict(case.conditions),
        "mistakes": {
            name: {
                "ending": outcome.ending.value,
                "value": _to_json(outcome.value, arrays),
                "error": outcome.error,
                "caught": outcome.caught,
            }
            for name, outcome in case.mistakes.items()
        },
    }


def _case_from_json(raw: dict[str, Any], arrays: Mapping[str, Array]) -> FrozenCase:
    spec = CaseSpec.model_validate(raw["spec"])
    arguments = (_from_json(value, arrays) for value in raw["arguments"])
    return FrozenCase(
        spec=spec,
        weight=raw["weight"],
        arguments=tuple(
            fit_layout(value, spec.layout) if isinstance(value, np.ndarray) else value for value in arguments
        ),
        expected=_from_json(raw["expected"], arrays),
        tolerances=raw["tolerances"],
        conditions=raw["conditions"],
        mistakes={
            name: MistakeOutcome(
                ending=Ending(outcome["ending"]),
                value=_from_json(outcome["value"], arrays),
                error=outcome["error"],
                caught=outcome["caught"],
            )
            for name, outcome in raw["mistakes"].items()
        },
    )


# JSON has no tuple and no array, so these, and dicts, are written as an object with one telling key.
def _to_json(value: Value, arrays: dict[str, Array]) -> JsonValue:
    match value:
        case np.ndarray():
            name = f"a{len(arrays)}"
            arrays[name] = value
            return {"array": name}
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
        case {"array": str(name)}:
            return arrays[name]
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
