"""One-time links: to a new password, and to the first administrator's account."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.fields import refuse, wrong_email, wrong_password
from app.accounts.hashing import digest, hashed
from app.accounts.models import LinkPurpose, OneTimeLink, Role, SignIn, Token, User
from app.accounts.service import by_email
from app.database import now
from app.errors import Conflict, FieldError, NotFound, Unusable
from app.settings import Settings

LINK_LASTS = timedelta(minutes=30)
FIRST_ADMIN_EMAIL = "admin@localhost"


async def make_link(session: AsyncSession, purpose: LinkPurpose, user: User | None = None) -> str:
    """The secret of a new one-time link; its URL is `{base_url}/links/{secret}`, for 30 minutes."""
    secret = secrets.token_urlsafe(32)
    link = OneTimeLink(
        purpose=purpose,
        user_id=user.id if user else None,
        secret_hash=digest(secret),
        expires_at=now() + LINK_LASTS,
    )
    session.add(link)
    return secret


async def look_at_link(session: AsyncSession, secret: str) -> OneTimeLink:
    """A link that can still be used.

    Raises NotFound when it is unknown, used or expired, Conflict when it would make a first administrator of
    a service that has one.
    """
    statement = select(OneTimeLink).where(
        OneTimeLink.secret_hash == digest(secret),
        col(OneTimeLink.consumed_at).is_(None),
        OneTimeLink.expires_at > now(),
    )
    link = (await session.exec(statement)).first()
    if link is None:
        raise NotFound("This link was used before or is older than 30 minutes; ask for a new one.")
    if link.purpose is LinkPurpose.FIRST_ADMIN and await _has_admin(session):
        raise Conflict("There is an administrator already; sign in, or ask them for a link.")
    return link


async def reset_password(session: AsyncSession, secret: str, new_password: str) -> User:
    """Set a password by a reset link and sign its owner out everywhere.

    Raises NotFound for a link that does not work, Unusable for the password (the link then still works).
    """
    refuse(wrong_password(new_password))
    password_hash = await hashed(new_password)
    link = await _consume(session, secret, LinkPurpose.RESET_PASSWORD)
    user = (await session.exec(select(User).where(User.id == link.user_id))).one()
    user.password_hash = password_hash
    session.add(user)
    await session.exec(delete(SignIn).where(col(SignIn.user_id) == user.id))
    await session.exec(delete(OneTimeLink).where(col(OneTimeLink.user_id) == user.id))
    return user


async def become_first_admin(
    session: AsyncSession, secret: str, *, email: str = "", password: str = ""
) -> User:
    """Make the administrator of a service that has none, by the link its operator was shown.

    An account that already has the e-mail is promoted with a new password, for whoever made it need not be
    who holds the link. Without a password, `handgrad users reset` makes a link to set one.
    Raises NotFound for a link that does not work, Conflict once there is an administrator, Unusable for the
    e-mail or the password.
    """
    email = email.strip().lower() or FIRST_ADMIN_EMAIL
    refuse([*wrong_email(email), *(wrong_password(password) if password else [])])
    password_hash = await hashed(password) if password else None
    await _consume(session, secret, LinkPurpose.FIRST_ADMIN)
    user = await by_email(session, email)
    if user is None:
        user = User(email=email)
    elif password_hash is None:
        message = f"There is an account for {email} already; set a new password or use another e-mail."
        raise Unusable(message, errors=(FieldError("password", message),))
    else:
        await session.exec(delete(SignIn).where(col(SignIn.user_id) == user.id))
        await session.exec(delete(Token).where(col(Token.user_id) == user.id))
        await session.exec(delete(OneTimeLink).where(col(OneTimeLink.user_id) == user.id))
    user.role = Role.ADMIN
    user.password_hash = password_hash
    session.add(user)
    await session.flush()
    return user


async def first_admin_link(session: AsyncSession, settings: Settings) -> str | None:
    """The URL that makes the first administrator, or None when there is one. Older such links end."""
    if await _has_admin(session):
        return None
    await session.exec(delete(OneTimeLink).where(col(OneTimeLink.purpose) == LinkPurpose.FIRST_ADMIN))
    secret = await make_link(session, LinkPurpose.FIRST_ADMIN)
    return f"{settings.base_url}/links/{secret}"


async def _has_admin(session: AsyncSession) -> bool:
    return (await session.exec(select(User.id).where(User.role == Role.ADMIN).limit(1))).first() is not None


async def _consume(session: AsyncSession, secret: str, purpose: LinkPurpose) -> OneTimeLink:
    link = await look_at_link(session, secret)
    used = await session.exec(
        update(OneTimeLink)
        .where(
            col(OneTimeLink.id) == link.id,
            col(OneTimeLink.purpose) == purpose,
            col(OneTimeLink.consumed_at).is_(None),
        )
        .values(consumed_at=now())
    )
    if used.rowcount != 1:  # posted twice at once, or made for another purpose
        raise NotFound("This link was used before or is for something else; ask for a new one.")
    return link
