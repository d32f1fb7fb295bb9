"""Trainings: small language models that learn by a student's own accepted step."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from app.database import UtcDateTime, kept_as, new_id, now, word


class TrainingState(StrEnum):
    LEARNING = "learning"
    STOPPED = "stopped"  # by its student
    FINISHED = "finished"  # all steps are done
    BROKEN = "broken"  # by the student's step: `sentence` says how
    FAILED = "failed"  # our fault

    @property
    def is_final(self) -> bool:
        return self is not TrainingState.LEARNING


class Training(SQLModel, table=True):
    """A model on its way, as it is between two chunks of steps. Each chunk is a job of its own."""

    __tablename__ = "training"
    __table_args__ = (Index("training_by_user", "user_id", "id"), kept_as("trainings, with their models"))

    id: str = Field(default_factory=new_id, primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", ondelete="CASCADE")
    attempt_id: str = Field(foreign_key="attempt.id", index=True, ondelete="CASCADE")
    rival: str | None = None  # a known mistake that learns beside it, on the same windows
    state: TrainingState = Field(
        default=TrainingState.LEARNING, sa_column=Column(word(TrainingState), nullable=False)
    )
    sentence: str = ""
    seed: int
    step: int = 0  # so many are done
    chunk: int  # so many are done next
    model: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    rival_model: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    #: A `Point` and a `Line` each, as the service reads them.
    points: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    lines: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
