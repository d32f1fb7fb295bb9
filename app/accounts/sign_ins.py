"""Sign-ins: the browsers in which somebody is signed in."""

import secrets
from datetime import timedelta

from sqlalchemy import bindparam, delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.browsers import browser_of
from app.accounts.hashing import digest
from app.accounts.models import SignIn, User
from app.database import now

SIGN_IN_LASTS = timedelta(days=30)

# Asked with every page, so it is built once.
_BY_SECRET = (
    select(User)
    .join(SignIn, col(SignIn.user_id) == User.id)
    .where(col(SignIn.secret_hash) == bindparam("hash"), col(SignIn.expires_at) > bindparam("moment"))
)


async def start_sign_in(session: AsyncSession, user: User, user_agent: str = "") -> str:
    """Sign a browser in for 30 days; returns the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    sign_in = SignIn(
        user_id=user.id,
        secret_hash=digest(secret),
        browser=browser_of(user_agent),
        expires_at=now() + SIGN_IN_LASTS,
    )
    session.add(sign_in)
    await session.exec(delete(SignIn).where(col(SignIn.expires_at) < now()))
    return secret


async def user_by_sign_in(session: AsyncSession, secret: str) -> User | None:
    """Whose cookie this is, while it is good."""
    asked = {"hash": digest(secret), "moment": now()}
    return (await session.exec(_BY_SECRET, params=asked)).first()


async def end_sign_in(session: AsyncSession, secret: str) -> None:
    await session.exec(delete(SignIn).where(col(SignIn.secret_hash) == digest(secret)))


async def list_sign_ins(session: AsyncSession, user: User) -> list[SignIn]:
    """The browsers in which a user is signed in, the last one first."""
    mine = select(SignIn).where(SignIn.user_id == user.id, SignIn.expires_at > now())
    return list((await session.exec(mine.order_by(col(SignIn.id).desc()))).all())


def is_here(sign_in: SignIn, secret: str | None) -> bool:
    """Whether this sign-in is that of the browser which holds `secret`."""
    return secret is not None and sign_in.secret_hash == digest(secret)


async def sign_out(session: AsyncSession, user: User, sign_in_id: str) -> None:
    """End one of the user's sign-ins, which may have ended by itself."""
    mine = (col(SignIn.user_id) == user.id, col(SignIn.id) == sign_in_id)
    await session.exec(delete(SignIn).where(*mine))


async def sign_out_everywhere(session: AsyncSession, user: User, *, but: str | None = None) -> None:
    """End all of the user's sign-ins, except the one whose secret is `but`."""
    ending = delete(SignIn).where(col(SignIn.user_id) == user.id)
    if but is not None:
        ending = ending.where(col(SignIn.secret_hash) != digest(but))
    await session.exec(ending)
