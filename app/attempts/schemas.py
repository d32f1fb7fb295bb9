"""Attempts, runs and solutions as the REST API takes and shows them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.attempts import examples
from app.attempts.models import Attempt, AttemptState
from app.attempts.progress import Standing
from app.catalogue.schemas import ProblemInfo
from app.rest.text import OneLine
from grader.report import Report
from grader.verdict import Verdict

MAX_SOURCE = 64 * 2**10


def _short_enough(source: str) -> str:
    if len(source.encode()) > MAX_SOURCE:
        raise ValueError("is over 64 KiB; hand in less code")
    return source


def _no_assignment(assignment: object) -> None:
    if assignment is not None:
        raise ValueError("there are no assignments here; leave it out")


Source = Annotated[
    str,
    AfterValidator(_short_enough),
    Field(description="Python source that defines the problem's entry point; at most 64 KiB in UTF-8."),
]


class NewRun(BaseModel):
    """Code to try on the public cases."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.NEW_RUN]})

    source: Source


class NewAttempt(BaseModel):
    """Code to be graded on every case."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.NEW_ATTEMPT]})

    source: Source
    on_behalf_of: OneLine | None = Field(
        default=None,
        description="An instructor's token only: a learner by the id another system gives them; made if new.",
    )
    assignment_id: Annotated[None, BeforeValidator(_no_assignment)] = Field(
        default=None, description="Must be null: there are no assignments."
    )


class AttemptInfo(BaseModel):
    """Code somebody handed in, and what came of it."""

    id: str
    problem: str
    version: str = Field(description="The version of the problem's cases it is graded by.")
    user: str = Field(description="The id of who handed it in.")
    state: AttemptState
    verdict: Verdict | None
    score: float | None = Field(description="Weight of the accepted cases over the weight of all, 0 to 1.")
    after_solution: bool = Field(description="Handed in after its author opened the solution: not counted.")
    report: Report | None = Field(description="As `handgrad grade --json` prints it; null until graded.")
    created_at: datetime
    graded_at: datetime | None

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptInfo":
        return cls(
            id=attempt.id,
            problem=attempt.problem,
            version=attempt.version,
            user=attempt.user_id,
            state=attempt.state,
            verdict=attempt.verdict,
            score=attempt.score,
            after_solution=attempt.after_solution,
            report=None if attempt.report is None else Report.model_validate(attempt.report),
            created_at=attempt.created_at,
            graded_at=attempt.graded_at,
        )


class ListedProblem(ProblemInfo):
    """A problem of the catalogue, and how far the caller is with it."""

    solved: bool = Field(description="An attempt was accepted, before its author opened the solution.")
    tried: bool = Field(description="Something was handed in.")

    @classmethod
    def of_caller(cls, problem: ProblemInfo, standing: Standing | None) -> "ListedProblem":
        solved = standing is not None and standing.solved
        return cls(**problem.model_dump(), solved=solved, tried=standing is not None)


class Solution(BaseModel):
    """The reference, unlocked."""

    problem: str
    source: str
