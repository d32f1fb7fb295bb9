"""Which writes were asked for with an Idempotency-Key, and what was answered."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from app.database import UtcDateTime, kept_as, now


class KeyedWrite(SQLModel, table=True):
    """One write. Claimed before it starts; answered in the transaction of what it creates."""

    __tablename__ = "keyed_write"
    __table_args__ = kept_as("answers of the REST API, kept for a day")

    user_id: str = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE")
    route: str = Field(primary_key=True)  # method and path
    key: str = Field(primary_key=True)
    fingerprint: str  # SHA-256 of the request's body
    status: int | None = None  # None: still in flight
    headers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    body: str = ""
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)
