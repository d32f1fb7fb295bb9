"""What instructors add to the problem folders, and the frozen versions attempts are graded by."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field, SQLModel

from app.database import UtcDateTime, kept_as, new_id, now


class StoredCase(SQLModel, table=True):
    """A case an instructor added. Never changed: changing one retires it and adds another."""

    __tablename__ = "stored_case"
    __table_args__ = kept_as("cases you added")

    id: str = Field(default_factory=new_id, primary_key=True)
    problem: str = Field(index=True)
    spec: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # grader.cases.CaseSpec as JSON
    author_id: str | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FrozenVersion(SQLModel, table=True):
    """An immutable set of frozen cases, by content hash."""

    __tablename__ = "frozen_version"

    id: str = Field(primary_key=True)  # grader.freeze.version_id
    problem: str = Field(index=True)
    cases: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))  # name, visibility, weight
    mutation_score: float
    frozen: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # grader.freeze.Version.to_bytes()
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class CurrentVersion(SQLModel, table=True):
    """Which version new attempts at a problem are graded by."""

    __tablename__ = "current_version"

    problem: str = Field(primary_key=True)
    version: str = Field(foreign_key="frozen_version.id")
    published_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
