"""One-time links: each works once, for its purpose, for a while."""

import asyncio

import pytest
from sqlmodel import update

from app.accounts import links, sign_ins, tokens
from app.accounts.models import LinkPurpose, OneTimeLink, Role, Scope
from app.context import Context
from app.database import now
from app.errors import Conflict, NotFound, Unusable
from tests.app.accounts.acting import PASSWORD, authenticate, do, sign_up
from tests.app.people import make

pytestmark = pytest.mark.anyio


async def test_a_reset_link_works_once_and_signs_out_everywhere(context: Context) -> None:
    ada = await sign_up(context)
    cookie = await do(context, lambda s: sign_ins.start_sign_in(s, ada))
    other = await do(context, lambda s: links.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    link = await do(context, lambda s: links.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    with pytest.raises(Unusable):
        await do(context, lambda s: links.reset_password(s, link, "short"))
    await do(context, lambda s: links.reset_password(s, link, "another horse"))
    assert await authenticate(context, "ada@example.edu", PASSWORD) is None
    assert await authenticate(context, "ada@example.edu", "another horse") is not None
    for used in (link, other):
        with pytest.raises(NotFound):
            async with context.database.writing() as session:
                await links.reset_password(session, used, "third horse...")
    async with context.database.reading() as session:
        assert await sign_ins.user_by_sign_in(session, cookie) is None


async def test_a_link_used_twice_at_once_works_once(context: Context) -> None:
    ada = await make(context, "ada")
    link = await do(context, lambda s: links.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    outcomes = await asyncio.gather(
        *(do(context, lambda s: links.reset_password(s, link, PASSWORD)) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotFound", "User"]


async def test_links_expire_and_do_not_serve_another_purpose(context: Context) -> None:
    ada = await make(context, "ada")
    reset = await do(context, lambda s: links.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    with pytest.raises(NotFound):
        await do(context, lambda s: links.become_first_admin(s, reset))
    async with context.database.reading() as session:
        assert (await links.look_at_link(session, reset)).purpose is LinkPurpose.RESET_PASSWORD
        for wrong in ("", "nothing", reset + "x"):
            with pytest.raises(NotFound):
                await links.look_at_link(session, wrong)
    await do(context, lambda s: s.exec(update(OneTimeLink).values(expires_at=now())))
    async with context.database.reading() as session:
        with pytest.raises(NotFound):
            await links.look_at_link(session, reset)


async def _admin_link(context: Context) -> str | None:
    url = await do(context, lambda s: links.first_admin_link(s, context.settings))
    return url and url.removeprefix(f"{context.settings.base_url}/links/")


async def test_the_first_administrator_comes_by_the_newest_link_and_only_while_there_is_none(
    context: Context,
) -> None:
    old, link = await _admin_link(context), await _admin_link(context)
    assert old is not None
    assert link is not None
    with pytest.raises(NotFound):
        await do(context, lambda s: links.become_first_admin(s, old))
    admin = await do(context, lambda s: links.become_first_admin(s, link))
    assert (admin.email, admin.role, admin.password_hash) == ("admin@localhost", Role.ADMIN, None)
    assert await _admin_link(context) is None
    stale = await do(context, lambda s: links.make_link(s, LinkPurpose.FIRST_ADMIN))
    with pytest.raises(Conflict):
        await do(context, lambda s: links.become_first_admin(s, stale))


async def test_a_first_administrators_link_is_not_even_looked_at_once_there_is_one(context: Context) -> None:
    link = await _admin_link(context)
    assert link is not None
    await do(context, lambda s: links.look_at_link(s, link))
    await make(context, "ada", Role.ADMIN)
    with pytest.raises(Conflict, match="administrator already"):
        await do(context, lambda s: links.look_at_link(s, link))


async def test_who_signed_up_becomes_administrator_only_with_a_new_password(context: Context) -> None:
    """Whoever takes the administrator's e-mail first must not get in by what they know of the account."""
    stranger = await sign_up(context, "admin@localhost")
    await do(context, lambda s: tokens.create_token(s, stranger, name="", scopes=[Scope.PROBLEMS_READ]))
    cookie = await do(context, lambda s: sign_ins.start_sign_in(s, stranger))
    link = await _admin_link(context)
    assert link is not None
    with pytest.raises(Unusable, match="new password"):
        await do(context, lambda s: links.become_first_admin(s, link))
    admin = await do(context, lambda s: links.become_first_admin(s, link, password="battery staple"))
    assert (admin.id, admin.role) == (stranger.id, Role.ADMIN)
    assert await authenticate(context, "admin@localhost", PASSWORD) is None
    assert await authenticate(context, "admin@localhost", "battery staple") is not None
    async with context.database.reading() as session:
        assert await sign_ins.user_by_sign_in(session, cookie) is None
        assert await tokens.list_tokens(session, admin) == []
