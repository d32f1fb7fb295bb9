"""Accounts: making them, finding them, their names and roles.

Services work in the session they are given and never commit: the edge does.
"""

from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.fields import refuse, wrong_email, wrong_name, wrong_password
from app.accounts.hashing import hashed
from app.accounts.models import Role, User
from app.errors import Conflict, FieldError, NotAllowed, NotFound, Unusable
from app.settings import Settings, SignUp


async def sign_up(
    session: AsyncSession, settings: Settings, *, email: str, password: str, name: str = ""
) -> User:
    """Make a learner's account, as far as `HANDGRAD_SIGNUP` allows it.

    Raises NotAllowed when sign-up is closed, Unusable naming the fields, Conflict when the e-mail is taken.
    """
    if settings.signup is SignUp.CLOSED:
        raise NotAllowed("Sign-up is closed here; ask an administrator for an account.")
    domain = settings.signup_domain.lower()
    if settings.signup is SignUp.DOMAIN and email.strip().lower().rpartition("@")[2] != domain:
        message = f"Only addresses that end in @{domain} can sign up here."
        raise Unusable(message, errors=(FieldError("email", message),))
    return await create_user(session, email=email, role=Role.LEARNER, password=password, name=name)


async def create_user(
    session: AsyncSession, *, email: str, role: Role, password: str | None = None, name: str = ""
) -> User:
    """Make an account; without a password its owner needs a reset link first.

    Raises Unusable naming the fields, Conflict when the e-mail is taken.
    """
    email = email.strip().lower()
    complaints = [*wrong_email(email), *wrong_name(name)]
    if password is not None:
        complaints += wrong_password(password)
    refuse(complaints)
    user = User(email=email, name=name.strip(), role=role)
    if password is not None:
        user.password_hash = await hashed(password)
    if await by_email(session, email):
        raise _taken(email)
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError:  # somebody was quicker
        raise _taken(email) from None
    return user


async def ensure_learner(session: AsyncSession, external_id: str) -> User:
    """The learner whom another system calls `external_id`, made if new. Raises Unusable."""
    if not external_id or len(external_id) > 200 or not external_id.isprintable():
        message = "An external id has 1 to 200 printable characters."
        raise Unusable(message, errors=(FieldError("external_id", message),))
    statement = select(User).where(User.external_id == external_id)
    if known := (await session.exec(statement)).first():
        return known
    user = User(external_id=external_id, role=Role.LEARNER)
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError:  # somebody was quicker
        return (await session.exec(statement)).one()
    return user


async def by_email(session: AsyncSession, email: str) -> User | None:
    """The user with this e-mail, if there is one."""
    email = email.strip().lower()
    if wrong_email(email):  # not sent to the database: PostgreSQL refuses a NUL
        return None
    return (await session.exec(select(User).where(User.email == email))).first()


async def find_user(session: AsyncSession, email: str) -> User:
    """The user with this e-mail. Raises NotFound."""
    user = await by_email(session, email)
    if user is None:
        raise NotFound(f"There is no user {email}; `handgrad users create` makes one.")
    return user


async def find_learner(session: AsyncSession, external_id: str) -> User:
    """The learner whom another system calls `external_id`. Raises NotFound."""
    named = select(User).where(User.external_id == external_id)
    user = (await session.exec(named)).first() if external_id.isprintable() else None
    if user is None:
        raise NotFound(f"No platform has named a learner {external_id!r} here.")
    return user


async def list_users(session: AsyncSession) -> list[User]:
    """Everybody, newest first."""
    return list((await session.exec(select(User).order_by(col(User.id).desc()))).all())


async def users_by_id(session: AsyncSession, ids: Iterable[str]) -> dict[str, User]:
    """Those of `ids` that exist."""
    found = await session.exec(select(User).where(col(User.id).in_(set(ids))))
    return {user.id: user for user in found}


async def set_role(session: AsyncSession, email: str, role: Role) -> User:
    """Give a user a role. Raises NotFound, and Conflict for the last administrator."""
    user = await find_user(session, email)
    if role is not Role.ADMIN and await is_last_admin(session, user):
        raise Conflict(f"{email} is the only administrator; make another one first.")
    user.role = role
    session.add(user)
    return user


async def is_last_admin(session: AsyncSession, user: User) -> bool:
    """Whether nobody would administer the service without this user.

    Held until the transaction ends, so that two administrators cannot both leave at once.
    """
    admins = select(User.id).where(User.role == Role.ADMIN).order_by(col(User.id)).with_for_update()
    return (await session.exec(admins)).all() == [user.id]


async def rename(session: AsyncSession, user: User, name: str) -> None:
    """Change how a user is called to others. Raises Unusable."""
    refuse(wrong_name(name))
    await session.exec(update(User).where(col(User.id) == user.id).values(name=name.strip()))


def _taken(email: str) -> Conflict:
    message = f"There is an account for {email} already; sign in instead."
    return Conflict(message, errors=(FieldError("email", message),))
