"""Jobs and the events they leave behind while they run."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from app.database import UtcDateTime, kept_as, new_id, now, word


class Lane(StrEnum):
    """Kinds of work that do not wait for each other."""

    GRADING = "grading"
    FREEZING = "freezing"  # one at a time in a worker, on a sandbox slot of its own


class JobKind(StrEnum):
    ATTEMPT = "attempt"  # grade the attempt of the same id
    RUN = "run"  # grade a source on the public cases; nothing of it is kept
    PREVIEW = "preview"  # freeze one new case beside a version and say what it would add
    TRAINING = "training"  # some steps of a training
    FREEZE = "freeze"  # freeze a list of cases into a version and store it by its hash

    @property
    def lane(self) -> Lane:
        return Lane.FREEZING if self in (JobKind.PREVIEW, JobKind.FREEZE) else Lane.GRADING


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # our fault, after the last retry

    @property
    def is_final(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED)


class Job(SQLModel, table=True):
    """One piece of work. Written in the transaction that needs it, so it cannot be lost."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_in_turn", "state", "turn", "id"),
        Index("job_by_user", "user_id", "state"),
        kept_as("gradings, and runs of the last day"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: JobKind = Field(sa_column=Column(word(JobKind), nullable=False))
    user_id: str | None = None  # whose turn it is; None: the service's own
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: JobState = Field(default=JobState.QUEUED, sa_column=Column(word(JobState), nullable=False))
    turn: int = 0  # who has the lowest is next, age deciding between equals
    tries: int = 0
    answer: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JobEvent(SQLModel, table=True):
    """What a page or an LMS is told while a job runs; kept, so that a stream can resume after any of them."""

    __tablename__ = "job_event"

    job_id: str = Field(foreign_key="job.id", primary_key=True, ondelete="CASCADE")
    number: int = Field(primary_key=True)  # 1, 2, ... within the job
    name: str  # running, case, graded, done, failed
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
