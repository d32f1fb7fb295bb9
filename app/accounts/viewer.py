"""Whose page it is: the cookie of a sign-in, and what the pages ask of its owner."""

from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request, Response
from itsdangerous import BadSignature, Signer

from app.accounts import sign_ins
from app.accounts.models import Role, User
from app.context import ContextDep
from app.errors import NotAllowed, NotSignedIn
from app.settings import Settings


def cookie_name(settings: Settings) -> str:
    """With HTTPS the browser itself then holds the cookie to this host and to secure connections."""
    return "__Host-handgrad_session" if settings.is_https else "handgrad_session"


def sign_in_of(request: Request, settings: Settings) -> str | None:
    """The secret of the browser's sign-in, or None where the cookie is missing or not signed by us."""
    cookie = request.cookies.get(cookie_name(settings))
    try:
        return _signer(settings).unsign(cookie).decode() if cookie else None
    except BadSignature:
        return None


def _signer(settings: Settings) -> Signer:
    # A new secret key therefore signs everybody out, without a look at the database.
    return Signer(settings.secret_key.get_secret_value(), salt="handgrad.sign-in", digest_method=sha256)


def set_cookie(response: Response, settings: Settings, secret: str) -> None:
    """Keep the browser signed in for as long as the sign-in lasts."""
    response.set_cookie(
        cookie_name(settings),
        _signer(settings).sign(secret).decode(),
        max_age=int(sign_ins.SIGN_IN_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
    )


def drop_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(cookie_name(settings), httponly=True, samesite="lax", secure=settings.is_https)


async def _viewer(request: Request, context: ContextDep) -> User | None:
    secret = sign_in_of(request, context.settings)
    user = None
    if secret:
        async with context.database.reading() as session:
            user = await sign_ins.user_by_sign_in(session, secret)
    request.state.viewer = user  # for the frame around every page
    return user


ViewerDep = Annotated[User | None, Depends(_viewer)]


async def _signed_in(viewer: ViewerDep) -> User:
    if viewer is None:
        raise NotSignedIn("Sign in to do this.")
    return viewer


SignedInDep = Annotated[User, Depends(_signed_in)]


async def _teacher(user: SignedInDep) -> User:
    if not user.role.teaches:
        raise NotAllowed("This page is for instructors. An administrator can make you one.")
    return user


TeacherDep = Annotated[User, Depends(_teacher)]


async def _admin(user: SignedInDep) -> User:
    if user.role is not Role.ADMIN:
        raise NotAllowed("This page is for administrators.")
    return user


AdminDep = Annotated[User, Depends(_admin)]
