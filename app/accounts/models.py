"""Users, their sign-ins, one-time links and tokens.

Secrets are stored as SHA-256 hashes, passwords as argon2.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from app.database import UtcDateTime, Words, kept_as, new_id, now, word


class Role(StrEnum):
    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"

    @property
    def teaches(self) -> bool:
        """Whether this role may add cases and see other people's attempts."""
        return self is not Role.LEARNER


class Scope(StrEnum):
    """What a token may do at most; its owner's role may allow less."""

    PROBLEMS_READ = "problems:read"
    PROBLEMS_WRITE = "problems:write"
    ATTEMPTS_WRITE = "attempts:write"
    RESULTS_READ = "results:read"
    ADMIN = "admin"  # implies every other scope


class User(SQLModel, table=True):
    """Somebody who signs in, or a learner whom an LMS named by `external_id`."""

    __tablename__ = "user_account"

    id: str = Field(default_factory=new_id, primary_key=True)
    email: str | None = Field(default=None, unique=True, index=True)  # lower case
    external_id: str | None = Field(default=None, unique=True, index=True)
    name: str = ""
    password_hash: str | None = None
    role: Role = Field(default=Role.LEARNER, sa_column=Column(word(Role), nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)

    @property
    def has_password(self) -> bool:
        """Whether they can sign in by one; the first administrator may have none."""
        return self.password_hash is not None

    @property
    def label(self) -> str:
        """How this person is named to an instructor."""
        return self.name or self.email or self.external_id or self.id


class SignIn(SQLModel, table=True):
    """One browser that is signed in; its cookie holds the secret, this row the hash."""

    __tablename__ = "sign_in"
    __table_args__ = kept_as("browsers signed in")

    id: str = Field(default_factory=new_id, primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    secret_hash: str = Field(unique=True, index=True)
    browser: str = ""  # as app.accounts.browsers names it; empty where nobody looked
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class LinkPurpose(StrEnum):
    FIRST_ADMIN = "first_admin"  # makes the administrator of an empty service
    RESET_PASSWORD = "reset_password"  # noqa: S105


class OneTimeLink(SQLModel, table=True):
    """A link that works once, for a short time; consumed by POST so that a mail scanner cannot use it up."""

    __tablename__ = "one_time_link"
    __table_args__ = kept_as("links to set a new password")

    id: str = Field(default_factory=new_id, primary_key=True)
    purpose: LinkPurpose = Field(sa_column=Column(word(LinkPurpose), nullable=False))
    user_id: str | None = Field(default=None, foreign_key="user_account.id", ondelete="CASCADE")
    secret_hash: str = Field(unique=True, index=True)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    consumed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Token(SQLModel, table=True):
    """A bearer token `hg_...` for the REST API; shown once, stored hashed."""

    __tablename__ = "token"
    __table_args__ = kept_as("tokens")

    id: str = Field(default_factory=new_id, primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    name: str = ""
    prefix: str  # the first characters, to recognise it by
    secret_hash: str = Field(unique=True, index=True)
    scopes: list[Scope] = Field(sa_column=Column(Words(Scope), nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
