"""Accounts: making them, signing in, one-time links and tokens.

Services work in the session they are given and never commit: the edge does.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.browsers import browser_of
from app.accounts.models import LinkPurpose, OneTimeLink, Role, Scope, SignIn, Token, User
from app.database import now
from app.errors import Conflict, FieldError, NotAllowed, NotFound, Unusable
from app.jobs.models import Job
from app.settings import Settings, SignUp

SIGN_IN_LASTS = timedelta(days=30)
LINK_LASTS = timedelta(minutes=30)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000  # what argon2 is made to chew on
FIRST_ADMIN_EMAIL = "admin@localhost"
DELETE_WORDS = "delete my account"  # typed by those who have no password to confirm it with

_LEARNER = frozenset({Scope.PROBLEMS_READ, Scope.ATTEMPTS_WRITE, Scope.RESULTS_READ})
RIGHTS = {
    Role.LEARNER: _LEARNER,
    Role.INSTRUCTOR: _LEARNER | {Scope.PROBLEMS_WRITE},
    Role.ADMIN: frozenset(Scope),
}

_ARGON2 = PasswordHash((Argon2Hasher(),))
# Each hash takes 64 MiB: a flood of sign-ins waits here and does not take the machine's memory.
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


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
    complaints = [*_wrong_email(email), *_wrong_name(name)]
    if password is not None:
        complaints += _wrong_password(password)
    _refuse(complaints)
    user = User(email=email, name=name.strip(), role=role)
    if password is not None:
        user.password_hash = await _hashed(password)
    if await _by_email(session, email):
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


async def find_user(session: AsyncSession, email: str) -> User:
    """The user with this e-mail. Raises NotFound."""
    user = await _by_email(session, email)
    if user is None:
        raise NotFound(f"There is no user {email}; `handgrad users create` makes one.")
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


async def authenticate(session: AsyncSession, email: str, password: str) -> User | None:
    """The user who has this e-mail and password. Takes as long for an e-mail nobody has."""
    user = await _by_email(session, email)
    known = user.password_hash if user else None
    return user if await _is_password(password, known) else None


async def is_last_admin(session: AsyncSession, user: User) -> bool:
    """Whether nobody would administer the service without this user.

    Held until the transaction ends, so that two administrators cannot both leave at once.
    """
    admins = select(User.id).where(User.role == Role.ADMIN).order_by(col(User.id)).with_for_update()
    return (await session.exec(admins)).all() == [user.id]


async def rename(session: AsyncSession, user: User, name: str) -> None:
    """Change how a user is called to others. Raises Unusable."""
    _refuse(_wrong_name(name))
    await session.exec(update(User).where(col(User.id) == user.id).values(name=name.strip()))


async def change_password(
    session: AsyncSession, user: User, *, old: str, new: str, here: str | None = None
) -> None:
    """Set a password, end every sign-in but the one whose secret is `here`, and every reset link.

    Who has none yet needs no old one. Raises Unusable naming the fields.
    """
    _refuse(_wrong_password(new, "new_password"))
    await _prove(user, old, "old_password")
    password_hash = await _hashed(new)
    await session.exec(update(User).where(col(User.id) == user.id).values(password_hash=password_hash))
    await session.exec(delete(OneTimeLink).where(col(OneTimeLink.user_id) == user.id))
    await sign_out_everywhere(session, user, but=here)


async def delete_account(session: AsyncSession, user: User, *, password: str = "", words: str = "") -> None:
    """Delete a user with all that is kept about them (app.accounts.own_data), except what stays without name.

    Proven by their password or, where there is none, by `DELETE_WORDS`.
    Raises Unusable naming the field, Conflict for the last administrator.
    """
    if not user.has_password and words.strip().lower() != DELETE_WORDS:
        message = f"Type “{DELETE_WORDS}” here, if that is what you want."
        raise Unusable(message, errors=(FieldError("words", message),))
    await _prove(user, password, "password")
    if await is_last_admin(session, user):
        raise Conflict("You are the only administrator; make another one first, on the page Users.")
    # From here on nothing new is handed in; and a worker, too, locks a job before what it changes.
    await session.exec(select(User.id).where(User.id == user.id).with_for_update())
    await session.exec(delete(Job).where(col(Job.user_id) == user.id))
    await session.exec(delete(User).where(col(User.id) == user.id))


async def start_sign_in(session: AsyncSession, user: User, user_agent: str = "") -> str:
    """Sign a browser in for 30 days; returns the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    sign_in = SignIn(
        user_id=user.id,
        secret_hash=_digest(secret),
        browser=browser_of(user_agent),
        expires_at=now() + SIGN_IN_LASTS,
    )
    session.add(sign_in)
    await session.exec(delete(SignIn).where(col(SignIn.expires_at) < now()))
    return secret


async def user_by_sign_in(session: AsyncSession, secret: str) -> User | None:
    """Whose cookie this is, while it is good."""
    statement = (
        select(User)
        .join(SignIn, col(SignIn.user_id) == User.id)
        .where(SignIn.secret_hash == _digest(secret), SignIn.expires_at > now())
    )
    return (await session.exec(statement)).first()


async def end_sign_in(session: AsyncSession, secret: str) -> None:
    await session.exec(delete(SignIn).where(col(SignIn.secret_hash) == _digest(secret)))


async def list_sign_ins(session: AsyncSession, user: User) -> list[SignIn]:
    """The browsers in which a user is signed in, the last one first."""
    mine = select(SignIn).where(SignIn.user_id == user.id, SignIn.expires_at > now())
    return list((await session.exec(mine.order_by(col(SignIn.id).desc()))).all())


def is_here(sign_in: SignIn, secret: str | None) -> bool:
    """Whether this sign-in is that of the browser which holds `secret`."""
    return secret is not None and sign_in.secret_hash == _digest(secret)


async def sign_out(session: AsyncSession, user: User, sign_in_id: str) -> None:
    """End one of the user's sign-ins, which may have ended by itself."""
    mine = (col(SignIn.user_id) == user.id, col(SignIn.id) == sign_in_id)
    await session.exec(delete(SignIn).where(*mine))


async def sign_out_everywhere(session: AsyncSession, user: User, *, but: str | None = None) -> None:
    """End all of the user's sign-ins, except the one whose secret is `but`."""
    ending = delete(SignIn).where(col(SignIn.user_id) == user.id)
    if but is not None:
        ending = ending.where(col(SignIn.secret_hash) != _digest(but))
    await session.exec(ending)


async def make_link(session: AsyncSession, purpose: LinkPurpose, user: User | None = None) -> str:
    """The secret of a new one-time link; its URL is `{base_url}/links/{secret}`, for 30 minutes."""
    secret = secrets.token_urlsafe(32)
    link = OneTimeLink(
        purpose=purpose,
        user_id=user.id if user else None,
        secret_hash=_digest(secret),
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
        OneTimeLink.secret_hash == _digest(secret),
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
    _refuse(_wrong_password(new_password))
    password_hash = await _hashed(new_password)
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
    _refuse([*_wrong_email(email), *(_wrong_password(password) if password else [])])
    password_hash = await _hashed(password) if password else None
    await _consume(session, secret, LinkPurpose.FIRST_ADMIN)
    user = await _by_email(session, email)
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


async def create_token(
    session: AsyncSession, user: User, *, name: str, scopes: Iterable[Scope], expires_days: int | None = None
) -> tuple[Token, str]:
    """A token and its secret, which is shown this once. Raises Unusable naming the fields."""
    wanted = sorted(set(scopes))
    complaints = [*_wrong_name(name)]
    if not wanted:
        complaints.append(FieldError("scopes", "Choose at least one scope."))
    if beyond := [scope for scope in wanted if scope not in RIGHTS[user.role]]:
        words = ", ".join(beyond)
        complaints.append(FieldError("scopes", f"The role {user.role} does not carry: {words}."))
    if expires_days is not None and not 1 <= expires_days <= 3650:
        complaints.append(FieldError("expires_days", "A token lasts 1 to 3650 days."))
    _refuse(complaints)
    secret = f"hg_{secrets.token_urlsafe(32)}"
    token = Token(
        user_id=user.id,
        name=name.strip(),
        prefix=secret[:9],
        secret_hash=_digest(secret),
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
        .where(Token.secret_hash == _digest(secret))
    )
    row = (await session.exec(statement)).first()
    if row is None or (row[1].expires_at is not None and row[1].expires_at <= now()):
        return None
    user, token = row
    carried = set(Scope) if Scope.ADMIN in token.scopes else set(token.scopes)
    return user, RIGHTS[user.role] & carried


async def _by_email(session: AsyncSession, email: str) -> User | None:
    email = email.strip().lower()
    if _wrong_email(email):  # not sent to the database: PostgreSQL refuses a NUL
        return None
    return (await session.exec(select(User).where(User.email == email))).first()


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


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


async def _hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _ARGON2.hash, password)


async def _prove(user: User, password: str, field: str) -> None:
    """Raises Unusable where the user has a password and this is not it."""
    if user.has_password and not await _is_password(password, user.password_hash):
        message = "This is not your password now."
        raise Unusable(message, errors=(FieldError(field, message),))


async def _is_password(password: str, known: str | None) -> bool:
    """Whether this is the password stored as `known`. Takes as long where there is none."""
    if len(password) > LONGEST_PASSWORD or not _encodable(password):
        password, known = "", None
    right = await _in_thread_verify(password, known or await _nobodys_hash())
    return right and known is not None


async def _in_thread_verify(password: str, password_hash: str) -> bool:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _ARGON2.verify, password, password_hash)


async def _nobodys_hash() -> str:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _made_up_hash)


@cache
def _made_up_hash() -> str:
    return _ARGON2.hash(secrets.token_urlsafe())


def _refuse(complaints: list[FieldError]) -> None:
    if complaints:
        raise Unusable(" ".join(complaint.message for complaint in complaints), errors=tuple(complaints))


def _taken(email: str) -> Conflict:
    message = f"There is an account for {email} already; sign in instead."
    return Conflict(message, errors=(FieldError("email", message),))


def _wrong_email(email: str) -> list[FieldError]:
    local, at, domain = email.rpartition("@")
    fits = local and at and domain and len(email) <= 254 and email.isprintable() and " " not in email
    return [] if fits else [FieldError("email", "This is not an e-mail address.")]


def _wrong_name(name: str) -> list[FieldError]:
    if len(name) <= 200 and name.isprintable():
        return []
    return [FieldError("name", "A name is one line of at most 200 characters.")]


def _wrong_password(password: str, field: str = "password") -> list[FieldError]:
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD and _encodable(password):
        return []
    return [FieldError(field, f"A password has at least {SHORTEST_PASSWORD} characters.")]


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
