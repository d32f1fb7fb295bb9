"""Attempts, and who has looked at a solution."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.database import UtcDateTime, kept_as, new_id, now, word
from grader.verdict import Verdict


class AttemptState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    GRADED = "graded"
    FAILED = "failed"  # our fault: never counted
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in (AttemptState.GRADED, AttemptState.FAILED, AttemptState.CANCELLED)


class Attempt(SQLModel, table=True):
    """Code somebody handed in. Its job in the queue carries the same id."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("attempt_by_age", "user_id", "id"),
        # All that standings, counting and ranking read: rows are long, with their code and report in them.
        Index("attempt_by_user", "user_id", "problem", "id", "state", "verdict", "after_solution"),
        Index(
            "attempt_to_rank",
            "problem",
            "state",
            "user_id",
            "verdict",
            "score",
            "after_solution",
            "created_at",
            "id",
            "source_hash",
        ),
        UniqueConstraint("user_id", "form_key", name="attempt_once_per_form"),
        kept_as("attempts, with their code and reports"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    problem: str = Field(index=True)
    version: str
    user_id: str = Field(foreign_key="user_account.id", ondelete="CASCADE")
    #: Bytes, because what was handed in may be neither UTF-8 nor free of NUL, and is kept all the same.
    source: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    source_hash: str  # SHA-256 of `source`, to count distinct code
    form_key: str | None = None  # a form posted twice makes one attempt
    after_solution: bool = False  # its author had seen the solution: it does not raise the score
    state: AttemptState = Field(
        default=AttemptState.QUEUED, sa_column=Column(word(AttemptState), nullable=False)
    )
    verdict: Verdict | None = Field(default=None, sa_column=Column(word(Verdict), nullable=True))
    score: float | None = None
    report: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    graded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SolutionSeen(SQLModel, table=True):
    """When somebody first opened a problem's solution."""

    __tablename__ = "solution_seen"
    __table_args__ = kept_as("solutions you have looked at")

    user_id: str = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE")
    problem: str = Field(primary_key=True)
    seen_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
