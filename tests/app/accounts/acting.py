"""What the tests of accounts do again and again, each time in a transaction of its own."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import passwords, service
from app.accounts.models import User
from app.context import Context

PASSWORD = "correct horse"
T = TypeVar("T")


async def do(context: Context, act: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async with context.database.writing() as session:
        return await act(session)


async def sign_up(context: Context, email: str = "ada@example.edu", password: str = PASSWORD) -> User:
    return await do(
        context, lambda s: service.sign_up(s, context.settings, email=email, password=password, name="Ada")
    )


async def authenticate(context: Context, email: str, password: str) -> User | None:
    async with context.database.reading() as session:
        return await passwords.authenticate(session, email, password)
