"""Tokens for the REST API, and what they may do."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.fields import refuse, wrong_name
from app.accounts.hashing import digest
from app.accounts.models import Role, Scope, Token, User
from app.database import now
from app.errors import FieldError, NotFound

_LEARNER = frozenset({Scope.PROBLEMS_READ, Scope.ATTEMPTS_WRITE, Scope.RESULTS_READ})
RIGHTS = {
    Role.LEARNER: _LEARNER,
    Role.INSTRUCTOR: _LEARNER | {Scope.PROBLEMS_WRITE},
    Role.ADMIN: frozenset(Scope),
}


async def create_token(
    session: AsyncSession, user: User, *, name: str, scopes: Iterable[Scope], expires_days: int | None = None
) -> tuple[Token, str]:
    """A token and its secret, which is shown this once. Raises Unusable naming the fields."""
    wanted = sorted(set(scopes))
    complaints = [*wrong_name(name)]
    if not wanted:
        complaints.append(FieldError("scopes", "Choose at least one scope."))
    if beyond := [scope for scope in wanted if scope not in RIGHTS[user.role]]:
        words = ", ".join(beyond)
        complaints.append(FieldError("scopes", f"The role {user.role} does not carry: {words}."))
    if expires_days is not None and not 1 <= expires_days <= 3650:
        complaints.append(FieldError("expires_days", "A token lasts 1 to 3650 days."))
    refuse(complaints)
    secret = f"hg_{secrets.token_urlsafe(32)}"
    token = Token(
        user_id=user.id,
        name=name.strip(),
        prefix=secret[:9],
        secret_hash=digest(secret),
        scopes=wanted,
        expires_at=None if expires_days is None else now() + timedelta(days=expires_days),
    )
    session.add(token)
    await session.flush()
    return token, secret


async def list_tokens(session: AsyncSession, user: User) -> list[Token]:
    """A user's tokens, newest first, expired ones included."""
    statement = select(Token).where(Token.user_id == user.id).order_by(col(Token.id).desc())
    return list((await session.exec(statement)).all())


async def revoke_token(session: AsyncSession, user: User, token_id: str) -> None:
    """End one of the user's tokens. Raises NotFound."""
    for token in await list_tokens(session, user):
        if token.id == token_id:
            await session.delete(token)
            return
    raise NotFound("You have no such token.")


async def user_by_token(session: AsyncSession, secret: str) -> tuple[User, frozenset[Scope]] | None:
    """Whose token this is and what it may do: the scopes it carries and its owner's role allows."""
    statement = (
        select(User, Token)
        .join(Token, col(Token.user_id) == User.id)
        .where(Token.secret_hash == digest(secret))
    )
    row = (await session.exec(statement)).first()
    if row is None or (row[1].expires_at is not None and row[1].expires_at <= now()):
        return None
    user, token = row
    carried = set(Scope) if Scope.ADMIN in token.scopes else set(token.scopes)
    return user, RIGHTS[user.role] & carried
