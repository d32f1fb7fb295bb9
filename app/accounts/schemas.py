"""Accounts as the REST API shows them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.accounts import examples
from app.accounts.hashing import LONGEST_PASSWORD
from app.accounts.models import Role, Scope, Token, User
from app.rest.text import OneLine


class Me(BaseModel):
    """The token's owner, and what the token may do."""

    id: str
    email: str | None
    external_id: str | None
    name: str
    role: Role
    scopes: list[Scope] = Field(description="What token and role both allow, at this moment.")
    created_at: datetime

    @classmethod
    def of(cls, user: User, scopes: frozenset[Scope]) -> "Me":
        return cls(
            id=user.id,
            email=user.email,
            external_id=user.external_id,
            name=user.name,
            role=user.role,
            scopes=sorted(scopes),
            created_at=user.created_at,
        )


class Export(BaseModel):
    """All that is kept about the token's owner: the account, and a list for each kind of thing beside it."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, list[dict[str, Any]]]

    exported_at: datetime
    account: dict[str, Any]


class Proof(BaseModel):
    """That it is the account's owner who asks, and not only somebody who holds one of their tokens."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.PROOF]})

    password: str = Field(max_length=LONGEST_PASSWORD, description="The one to sign in with.")


class NewToken(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.NEW_TOKEN]})

    name: OneLine = Field(description="What it is for.")
    scopes: list[Scope] = Field(
        min_length=1, max_length=20, description="At most those of the token that asks."
    )
    expires_days: int | None = Field(
        default=None,
        ge=1,
        le=3650,
        description="At most as long as the token that asks lasts; null: as long as that one.",
    )


class TokenInfo(BaseModel):
    """A token, without its secret."""

    id: str
    name: str
    prefix: str = Field(description="Its first characters, to recognise it by.")
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, token: Token) -> "TokenInfo":
        return cls(
            id=token.id,
            name=token.name,
            prefix=token.prefix,
            scopes=sorted(Scope(scope) for scope in token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
        )


class CreatedToken(TokenInfo):
    """A new token."""

    token: str | None = Field(
        description="The secret, shown this once: null when the answer is replayed for an Idempotency-Key."
    )
