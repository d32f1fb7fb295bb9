"""Passwords: who gets in by one, and who does not."""

import pytest

from app.accounts import links, passwords, sign_ins
from app.accounts.models import LinkPurpose, Role
from app.context import Context
from app.errors import NotFound, Unusable
from tests.app.accounts.acting import PASSWORD, authenticate, do, sign_up
from tests.app.people import make

pytestmark = pytest.mark.anyio


async def test_who_signed_up_gets_in_with_their_password_only(context: Context) -> None:
    user = await sign_up(context, " Ada@Example.EDU ")
    assert (user.email, user.role, user.name) == ("ada@example.edu", Role.LEARNER, "Ada")
    assert user.password_hash is not None
    assert PASSWORD not in user.password_hash
    known = await authenticate(context, "ADA@example.edu", PASSWORD)
    assert known is not None
    assert known.id == user.id
    for email, password in [
        ("ada@example.edu", "correct horsf"),
        ("ada@example.edu", ""),
        ("ada@example.edu", "\ud800" * 12),
        ("ada@example.edu", "x" * 100_000),
        ("nobody@example.edu", PASSWORD),
        ("nobody@example.edu\0", PASSWORD),
    ]:
        assert await authenticate(context, email, password) is None


async def test_who_has_no_password_does_not_get_in(context: Context) -> None:
    await make(context, "ada")
    assert await authenticate(context, "ada@example.edu", "") is None


async def test_a_new_password_asks_for_the_old_one_and_signs_all_other_browsers_out(context: Context) -> None:
    ada = await sign_up(context)
    here = await do(context, lambda s: sign_ins.start_sign_in(s, ada))
    elsewhere = await do(context, lambda s: sign_ins.start_sign_in(s, ada))
    link = await do(context, lambda s: links.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    for old, new, field in [
        ("correct horsf", "another horse", "old_password"),
        ("", "another horse", "old_password"),
        (PASSWORD, "too short", "new_password"),
    ]:
        with pytest.raises(Unusable) as refused:
            async with context.database.writing() as session:
                await passwords.change_password(session, ada, old=old, new=new, here=here)
        assert [error.field for error in refused.value.errors] == [field]
    assert await authenticate(context, "ada@example.edu", PASSWORD) is not None
    await do(
        context, lambda s: passwords.change_password(s, ada, old=PASSWORD, new="another horse", here=here)
    )
    assert await authenticate(context, "ada@example.edu", PASSWORD) is None
    assert await authenticate(context, "ada@example.edu", "another horse") is not None
    async with context.database.reading() as session:
        assert await sign_ins.user_by_sign_in(session, here) is not None
        assert await sign_ins.user_by_sign_in(session, elsewhere) is None
        with pytest.raises(NotFound):
            await links.look_at_link(session, link)


async def test_who_has_no_password_sets_one(context: Context) -> None:
    ada = await make(context, "ada")
    await do(context, lambda s: passwords.change_password(s, ada, old="", new=PASSWORD))
    assert await authenticate(context, "ada@example.edu", PASSWORD) is not None
