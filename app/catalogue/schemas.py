"""Problems, cases and versions as the REST API takes and shows them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from app.catalogue.models import FrozenVersion, StoredCase
from app.problems import Catalogue
from grader.cases import CaseSpec
from grader.preview import CasePreview, OutputPreview
from grader.problem import Problem
from grader.signature import Signature

Difficulty = Literal["easy", "medium", "hard"]


class ProblemInfo(BaseModel):
    """A problem, as a list shows it."""

    slug: str
    title: str
    summary: str
    track: str = Field(description="The name of its track, to filter by.")
    track_title: str
    place: int = Field(description="Its place in the track: 1 is the first to be learned.")
    topics: list[str]
    difficulty: Difficulty
    entry_point: str

    @classmethod
    def of(cls, catalogue: Catalogue, problem: Problem) -> "ProblemInfo":
        track, place = catalogue.place(problem)
        return cls(
            slug=problem.slug,
            title=problem.title,
            summary=problem.summary,
            track=track.name,
            track_title=track.title,
            place=place,
            topics=list(problem.topics),
            difficulty=problem.difficulty,
            entry_point=problem.entry_point,
        )


class ProblemLimits(BaseModel):
    """What one case may use."""

    cpu_seconds: float
    memory_mb: int


class PublicCase(BaseModel):
    """A case that is shown whole."""

    spec: CaseSpec
    arguments: dict[str, JsonValue] = Field(
        description="Each input by name; null where it has more than 10,000 elements."
    )
    expected: list[OutputPreview]


class ProblemDetail(ProblemInfo):
    """A problem with everything a learner may see of it."""

    statement: str = Field(description="Markdown with LaTeX mathematics between dollar signs.")
    statement_html: str = Field(description="The same as HTML with MathML.")
    starter: str
    hints: list[str]
    limits: ProblemLimits
    signature: Signature
    version: str | None = Field(description="What new attempts are graded by; null while it is being frozen.")
    mutation_score: float | None = Field(
        description="Of the known mistakes, the share that two or more cases catch, 0 to 1."
    )
    public_cases: list[PublicCase]


class CaseInfo(CaseSpec):
    """A case as written, and where it is kept."""

    id: str
    origin: Literal["folder", "stored"] = Field(description="Those of the folder are read-only.")
    created_at: datetime | None
    retired_at: datetime | None = Field(description="When it was taken out of later versions.")

    @classmethod
    def of(cls, case_id: str, spec: CaseSpec, stored: StoredCase | None = None) -> "CaseInfo":
        return cls.model_validate(_described(case_id, spec, stored))


class CaseDetail(CaseInfo):
    """A case, and what freezing it found out."""

    preview: CasePreview | None = Field(description="Null for a case outside the current version.")

    @classmethod
    def of_frozen(
        cls, case_id: str, spec: CaseSpec, stored: StoredCase | None, preview: CasePreview | None
    ) -> "CaseDetail":
        return cls.model_validate(_described(case_id, spec, stored) | {"preview": preview})


class VersionCase(BaseModel):
    """One case of a version, as everybody may see it."""

    name: str
    visibility: Literal["public", "hidden"]
    weight: float


class VersionInfo(BaseModel):
    """An immutable set of frozen cases."""

    id: str
    problem: str
    current: bool = Field(description="Whether new attempts are graded by it.")
    mutation_score: float
    cases: list[VersionCase]
    created_at: datetime

    @classmethod
    def of(cls, version: FrozenVersion, current: FrozenVersion | None) -> "VersionInfo":
        return cls(
            id=version.id,
            problem=version.problem,
            current=current is not None and version.id == current.id,
            mutation_score=version.mutation_score,
            cases=[VersionCase.model_validate(case) for case in version.cases],
            created_at=version.created_at,
        )


def _described(case_id: str, spec: CaseSpec, stored: StoredCase | None) -> dict[str, object]:
    return spec.model_dump(mode="json") | {
        "id": case_id,
        "origin": "folder" if stored is None else "stored",
        "created_at": stored and stored.created_at,
        "retired_at": stored and stored.retired_at,
    }
