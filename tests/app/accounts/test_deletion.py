"""Deleting one's account: what proves who asks, and who must stay."""

import asyncio

import pytest
from sqlmodel import select

from app.accounts import own_data, service, sign_ins, tokens
from app.accounts.models import Role, Scope, SignIn, Token, User
from app.context import Context
from app.errors import NotFound, Unusable
from tests.app.accounts.acting import PASSWORD, authenticate, do, sign_up
from tests.app.people import make

pytestmark = pytest.mark.anyio


async def test_an_account_is_deleted_by_its_password_only(context: Context) -> None:
    ada = await sign_up(context)
    for password, words in [("", ""), ("correct horsf", ""), ("", own_data.DELETE_WORDS)]:
        with pytest.raises(Unusable, match="not your password"):
            async with context.database.writing() as session:
                await own_data.delete_account(session, ada, password=password, words=words)
    await do(context, lambda s: own_data.delete_account(s, ada, password=PASSWORD))
    assert await authenticate(context, "ada@example.edu", PASSWORD) is None
    await sign_up(context)  # the address is free again


async def test_where_there_is_no_password_an_account_is_deleted_by_typed_words(context: Context) -> None:
    ada = await make(context, "ada")
    with pytest.raises(Unusable, match=own_data.DELETE_WORDS):
        await do(context, lambda s: own_data.delete_account(s, ada, words="delete"))
    await do(context, lambda s: own_data.delete_account(s, ada, words=" Delete my account"))
    with pytest.raises(NotFound):
        await do(context, lambda s: service.find_user(s, "ada@example.edu"))


async def test_whom_a_platform_named_is_found_and_removed(context: Context) -> None:
    for name in ("canvas:41", "canvas:42"):
        await do(context, lambda s, name=name: service.ensure_learner(s, name))  # type: ignore[misc]
    named = await do(context, lambda s: service.find_learner(s, "canvas:42"))
    await do(context, lambda s: own_data.remove(s, named))
    for name in ("canvas:42", "canvas\0"):
        with pytest.raises(NotFound, match="No platform has named"):
            await do(context, lambda s, name=name: service.find_learner(s, name))  # type: ignore[misc]
    assert (await do(context, lambda s: service.find_learner(s, "canvas:41"))).label == "canvas:41"


async def test_of_two_administrators_who_leave_at_once_one_stays(context: Context) -> None:
    admins = [await make(context, name, Role.ADMIN) for name in ("ada", "bob")]

    async def leave(user: User) -> None:
        async with context.database.writing() as session:
            await own_data.delete_account(session, user, words=own_data.DELETE_WORDS)

    outcomes = await asyncio.gather(*map(leave, admins), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    async with context.database.reading() as session:
        assert len(await service.list_users(session)) == 1


async def test_deleting_a_user_takes_their_secrets_along(context: Context) -> None:
    ada = await make(context, "ada")
    await do(context, lambda s: sign_ins.start_sign_in(s, ada))
    await do(context, lambda s: tokens.create_token(s, ada, name="", scopes=[Scope.RESULTS_READ]))
    await do(context, lambda s: s.delete(ada))
    async with context.database.reading() as session:
        assert (await session.exec(select(SignIn.id))).all() == []
        assert (await session.exec(select(Token.id))).all() == []
