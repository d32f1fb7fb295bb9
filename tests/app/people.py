"""Users for tests, made without their passwords' slow hashing."""

import httpx

from app.accounts import sign_ins
from app.accounts.models import Role, User
from app.accounts.viewer import _signer, cookie_name
from app.context import Context


async def make(context: Context, name: str, role: Role = Role.LEARNER) -> User:
    """A stored user called `name`."""
    async with context.database.writing() as session:
        user = User(email=f"{name}@example.edu", name=name.title(), role=role)
        session.add(user)
    return user


async def sign_in(client: httpx.AsyncClient, context: Context, user: User) -> None:
    """Give a browserless client the cookie of somebody who signed in."""
    async with context.database.writing() as session:
        secret = await sign_ins.start_sign_in(session, user)
    client.cookies.set(cookie_name(context.settings), _signer(context.settings).sign(secret).decode())
