"""Accounts: who gets one, what it is called, and who administers."""

import asyncio

import pytest
from sqlmodel import col, select

from app.accounts import links, service, sign_ins, tokens
from app.accounts.models import LinkPurpose, OneTimeLink, Role, Scope, SignIn, Token, User
from app.context import Context
from app.errors import Conflict, NotAllowed, NotFound, Refusal, Unusable
from app.settings import SignUp
from tests.app.accounts.acting import PASSWORD, do, sign_up
from tests.app.people import make

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("email", "password", "name", "fields"),
    [
        ("", PASSWORD, "", {"email"}),
        ("ada", PASSWORD, "", {"email"}),
        ("@example.edu", PASSWORD, "", {"email"}),
        ("ada@", PASSWORD, "", {"email"}),
        ("a da@example.edu", PASSWORD, "", {"email"}),
        ("ada\0@example.edu", PASSWORD, "", {"email"}),
        ("a" * 250 + "@example.edu", PASSWORD, "", {"email"}),
        ("ada@example.edu", "too short", "", {"password"}),
        ("ada@example.edu", "x" * 1001, "", {"password"}),
        ("ada@example.edu", "\ud800" * 12, "", {"password"}),
        ("ada@example.edu", PASSWORD, "two\nlines", {"name"}),
        ("ada", "short", "n" * 201, {"email", "password", "name"}),
    ],
)
async def test_what_cannot_be_used_is_named_by_field(
    context: Context, email: str, password: str, name: str, fields: set[str]
) -> None:
    with pytest.raises(Unusable) as refused:
        await do(
            context,
            lambda s: service.sign_up(s, context.settings, email=email, password=password, name=name),
        )
    assert {error.field for error in refused.value.errors} == fields


async def test_an_email_has_one_account_even_when_asked_for_twice_at_once(context: Context) -> None:
    both = await asyncio.gather(sign_up(context), sign_up(context), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in both) == ["Conflict", "User"]
    with pytest.raises(Conflict):
        await sign_up(context, "ADA@example.edu")


async def test_the_operator_decides_who_signs_up(context: Context) -> None:
    context.settings.signup = SignUp.DOMAIN
    context.settings.signup_domain = "Example.edu"
    await sign_up(context, "ada@example.EDU")
    for stranger in ("ada@example.com", "ada@notexample.edu", "ada@example.edu@evil.com"):
        with pytest.raises(Unusable, match=r"@example\.edu"):
            await sign_up(context, stranger)
    context.settings.signup = SignUp.CLOSED
    with pytest.raises(NotAllowed):
        await sign_up(context, "bob@example.edu")


async def test_the_last_administrator_stays(context: Context) -> None:
    await make(context, "ada", Role.ADMIN)
    with pytest.raises(Conflict, match="only administrator"):
        await do(context, lambda s: service.set_role(s, "ada@example.edu", Role.LEARNER))
    await make(context, "bob")
    await do(context, lambda s: service.set_role(s, "bob@example.edu", Role.ADMIN))
    await do(context, lambda s: service.set_role(s, "ada@example.edu", Role.LEARNER))
    with pytest.raises(NotFound, match=r"carol@example\.edu"):
        await do(context, lambda s: service.set_role(s, "carol@example.edu", Role.ADMIN))
    async with context.database.reading() as session:
        assert [user.role for user in await service.list_users(session)] == [Role.ADMIN, Role.LEARNER]


async def test_an_external_learner_is_made_once(context: Context) -> None:
    both = await asyncio.gather(
        *(do(context, lambda s: service.ensure_learner(s, "canvas:42")) for _ in range(3))
    )
    assert len({user.id for user in both}) == 1
    assert both[0].label == "canvas:42"
    for unusable in ("", "x" * 201, "nul\0", "\ud800"):
        with pytest.raises(Unusable):
            async with context.database.writing() as session:
                await service.ensure_learner(session, unusable)


async def test_a_name_can_be_changed(context: Context) -> None:
    ada = await make(context, "ada")
    await do(context, lambda s: service.rename(s, ada, " Ada Lovelace "))
    with pytest.raises(Unusable, match="one line"):
        await do(context, lambda s: service.rename(s, ada, "two\nlines"))
    async with context.database.reading() as session:
        assert (await service.find_user(session, "ada@example.edu")).name == "Ada Lovelace"


async def test_no_secret_is_stored(context: Context) -> None:
    ada = await make(context, "ada")
    cookie = await do(context, lambda s: sign_ins.start_sign_in(s, ada))
    link = await do(context, lambda s: links.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    _, token = await do(context, lambda s: tokens.create_token(s, ada, name="", scopes=[Scope.RESULTS_READ]))
    async with context.database.reading() as session:
        rows = [
            str(row.model_dump())
            for model in (User, SignIn, OneTimeLink, Token)
            for row in (await session.exec(select(model).order_by(col(model.id)))).all()
        ]
    assert len(rows) == 4
    for secret in (cookie, link, token):
        assert not any(secret in row for row in rows)


def test_refusals_carry_a_status_each() -> None:
    assert {kind.status for kind in Refusal.__subclasses__()} >= {401, 403, 404, 409, 422, 503}
