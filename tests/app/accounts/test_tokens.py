"""Tokens: what they may do, and when they end."""

import pytest
from sqlmodel import update

from app.accounts import service, tokens
from app.accounts.models import Role, Scope, Token
from app.context import Context
from app.database import now
from app.errors import NotFound, Unusable
from tests.app.accounts.acting import do
from tests.app.people import make

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("role", Role)
async def test_a_token_may_do_what_its_scopes_and_its_owners_role_both_allow(
    context: Context, role: Role
) -> None:
    user = await make(context, "ada", Role.ADMIN)
    await make(context, "root", Role.ADMIN)
    async with context.database.writing() as session:
        secrets = {
            scope: (await tokens.create_token(session, user, name="", scopes=[scope]))[1] for scope in Scope
        }
    await do(context, lambda s: service.set_role(s, "ada@example.edu", role))
    for scope, secret in secrets.items():
        async with context.database.reading() as session:
            known = await tokens.user_by_token(session, secret)
        assert known is not None
        carried = set(Scope) if scope is Scope.ADMIN else {scope}
        assert known[1] == tokens.RIGHTS[role] & carried


async def test_tokens_are_shown_once_listed_revoked_and_expire(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    token, secret = await do(
        context,
        lambda s: tokens.create_token(s, ada, name="LMS", scopes=[Scope.RESULTS_READ], expires_days=1),
    )
    assert secret.startswith("hg_")
    assert secret.startswith(token.prefix)
    assert secret not in str(token)
    async with context.database.reading() as session:
        assert [t.id for t in await tokens.list_tokens(session, ada)] == [token.id]
        assert await tokens.list_tokens(session, bob) == []
        for wrong in ("", "hg_", secret[:-1], "\ud800"):
            assert await tokens.user_by_token(session, wrong) is None
    with pytest.raises(NotFound):
        await do(context, lambda s: tokens.revoke_token(s, bob, token.id))
    await do(context, lambda s: s.exec(update(Token).values(expires_at=now())))
    async with context.database.reading() as session:
        assert await tokens.user_by_token(session, secret) is None
    await do(context, lambda s: s.exec(update(Token).values(expires_at=None)))
    async with context.database.reading() as session:
        assert await tokens.user_by_token(session, secret) is not None
    await do(context, lambda s: tokens.revoke_token(s, ada, token.id))
    async with context.database.reading() as session:
        assert await tokens.user_by_token(session, secret) is None


async def test_a_token_asks_for_something_its_owner_may_do(context: Context) -> None:
    ada = await make(context, "ada")
    with pytest.raises(Unusable, match="problems:write"):
        await do(context, lambda s: tokens.create_token(s, ada, name="", scopes=[Scope.PROBLEMS_WRITE]))
    with pytest.raises(Unusable) as refused:
        await do(
            context,
            lambda s: tokens.create_token(s, ada, name="two\nlines", scopes=[], expires_days=0),
        )
    assert {error.field for error in refused.value.errors} == {"name", "scopes", "expires_days"}
