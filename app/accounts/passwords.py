"""Passwords: signing in by one, proving who one is, choosing another."""

from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.fields import refuse, wrong_password
from app.accounts.hashing import hashed, is_password
from app.accounts.models import OneTimeLink, User
from app.accounts.service import by_email
from app.accounts.sign_ins import sign_out_everywhere
from app.errors import FieldError, Unusable


async def authenticate(session: AsyncSession, email: str, password: str) -> User | None:
    """The user who has this e-mail and password. Takes as long for an e-mail nobody has."""
    user = await by_email(session, email)
    known = user.password_hash if user else None
    return user if await is_password(password, known) else None


async def prove(user: User, password: str, field: str) -> None:
    """Raises Unusable where the user has a password and this is not it."""
    if user.has_password and not await is_password(password, user.password_hash):
        message = "This is not your password now."
        raise Unusable(message, errors=(FieldError(field, message),))


async def change_password(
    session: AsyncSession, user: User, *, old: str, new: str, here: str | None = None
) -> None:
    """Set a password, end every sign-in but the one whose secret is `here`, and every reset link.

    Who has none yet needs no old one. Raises Unusable naming the fields.
    """
    refuse(wrong_password(new, "new_password"))
    await prove(user, old, "old_password")
    password_hash = await hashed(new)
    await session.exec(update(User).where(col(User.id) == user.id).values(password_hash=password_hash))
    await session.exec(delete(OneTimeLink).where(col(OneTimeLink.user_id) == user.id))
    await sign_out_everywhere(session, user, but=here)
