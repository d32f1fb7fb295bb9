"""All that grading found: the object `handgrad grade --json` prints and the REST API carries."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

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


class Difference(_Frozen):
    """Where a public case's output has the right shape and kind, and wrong numbers."""

    output: str
    shape: list[int]
    count: int  # places that are wrong
    tolerance: float  # 0 where it compares exactly
    worst: list[int]  # where the largest error, or the first number that is not finite, stands
    got: JsonValue = Field(
        description='Nested lists of numbers; "nan", "inf" or "-inf" for what is not finite; null if large.'
    )
    expected: JsonValue = Field(description="Like `got`.")
    heat: list[list[int]] = Field(
        description="Rows of at most 48 cells, at most 24 of them; each cell is the worst of the places it"
        " stands for: 0 right, 1 to 4 off by less than 10, 1000, 1e6 tolerances or by more, 5 not finite."
    )


class Raised(_Frozen):
    """What stopped the code, no more of it than the message tells."""

    kind: str  # the exception's class
    line: int | None  # of the code handed in


class Returned(_Frozen):
    """What a public case's call gave back as one output."""

    output: str
    shape: list[int] | None = Field(description="Of an array or a number; null for anything else.")
    value: JsonValue = Field(description="As `got` of a difference, or what JSON makes of it; null if large.")


class CaseResult(_Frozen):
    """One case's verdict. On hidden cases `error` and `stdout` are None, and both lists are empty."""

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
    differences: list[Difference] = []  # at most 8
    raised: Raised | None = None
    returned: list[Returned] = []  # at most 8, without the outputs that `differences` shows


class Diagnosis(_Frozen):
    """The one explanation that holds on every failing case, or where to look first."""

    kind: str  # "mistake", "relation", "numerical" or "state"; "order": the first wrong output, and no cause
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
