"""All that grading found: the object `handgrad grade --json` prints and the REST API carries."""

from pydantic import BaseModel, ConfigDict

from grader.verdict import Verdict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ArrayError(_Frozen):
    """How far a public case's output array is from the expected one."""

    output: str
    max_abs: float
    max_rel: float
    tolerance: float
    index: list[int]  # where the largest absolute error stands


class CaseResult(_Frozen):
    """One case's verdict. On hidden cases `error` and `stdout` are None."""

    name: str
    visibility: str  # "public" or "hidden"
    weight: float
    verdict: Verdict
    message: str
    hint: str | None = None
    cpu_seconds: float
    wall_seconds: float
    error: ArrayError | None = None
    stdout: str | None = None


class Diagnosis(_Frozen):
    """The one explanation that holds on every failing case."""

    kind: str  # "mistake", "relation", "numerical" or "state"
    name: str
    message: str
    outputs: list[str]


class Report(_Frozen):
    """All that grading found."""

    problem: str
    version: str
    verdict: Verdict
    score: float  # accepted weight / total weight, 0..1
    sandbox_tier: str
    wall_seconds: float
    diagnosis: Diagnosis | None
    cases: list[CaseResult]
