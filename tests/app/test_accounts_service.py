"""Accounts: who gets in, by password, link or token, and who does not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import service
from app.accounts.models import LinkPurpose, OneTimeLink, Role, Scope, SignIn, Token, User
from app.context import Context
from app.database import now
from app.errors import Conflict, NotAllowed, NotFound, Refusal, Unusable
from app.settings import SignUp
from tests.app.people import make

pytestmark = pytest.mark.anyio

_PASSWORD = "correct horse"
_MOZILLA, _CHROME = "Mozilla/5.0", "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
T = TypeVar("T")


async def _do(context: Context, act: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async with context.database.writing() as session:
        return await act(session)


async def _sign_up(context: Context, email: str = "ada@example.edu", password: str = _PASSWORD) -> User:
    return await _do(
        context, lambda s: service.sign_up(s, context.settings, email=email, password=password, name="Ada")
    )


async def _authenticate(context: Context, email: str, password: str) -> User | None:
    async with context.database.reading() as session:
        return await service.authenticate(session, email, password)


async def test_who_signed_up_gets_in_with_their_password_only(context: Context) -> None:
    user = await _sign_up(context, " Ada@Example.EDU ")
    assert (user.email, user.role, user.name) == ("ada@example.edu", Role.LEARNER, "Ada")
    assert user.password_hash is not None
    assert _PASSWORD not in user.password_hash
    known = await _authenticate(context, "ADA@example.edu", _PASSWORD)
    assert known is not None
    assert known.id == user.id
    for email, password in [
        ("ada@example.edu", "correct horsf"),
        ("ada@example.edu", ""),
        ("ada@example.edu", "\ud800" * 12),
        ("ada@example.edu", "x" * 100_000),
        ("nobody@example.edu", _PASSWORD),
        ("nobody@example.edu\0", _PASSWORD),
    ]:
        assert await _authenticate(context, email, password) is None


async def test_who_has_no_password_does_not_get_in(context: Context) -> None:
    await make(context, "ada")
    assert await _authenticate(context, "ada@example.edu", "") is None


@pytest.mark.parametrize(
    ("email", "password", "name", "fields"),
    [
        ("", _PASSWORD, "", {"email"}),
        ("ada", _PASSWORD, "", {"email"}),
        ("@example.edu", _PASSWORD, "", {"email"}),
        ("ada@", _PASSWORD, "", {"email"}),
        ("a da@example.edu", _PASSWORD, "", {"email"}),
        ("ada\0@example.edu", _PASSWORD, "", {"email"}),
        ("a" * 250 + "@example.edu", _PASSWORD, "", {"email"}),
        ("ada@example.edu", "too short", "", {"password"}),
        ("ada@example.edu", "x" * 1001, "", {"password"}),
        ("ada@example.edu", "\ud800" * 12, "", {"password"}),
        ("ada@example.edu", _PASSWORD, "two\nlines", {"name"}),
        ("ada", "short", "n" * 201, {"email", "password", "name"}),
    ],
)
async def test_what_cannot_be_used_is_named_by_field(
    context: Context, email: str, password: str, name: str, fields: set[str]
) -> None:
    with pytest.raises(Unusable) as refused:
        await _do(
            context,
            lambda s: service.sign_up(s, context.settings, email=email, password=password, name=name),
        )
    assert {error.field for error in refused.value.errors} == fields


async def test_an_email_has_one_account_even_when_asked_for_twice_at_once(context: Context) -> None:
    both = await asyncio.gather(_sign_up(context), _sign_up(context), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in both) == ["Conflict", "User"]
    with pytest.raises(Conflict):
        await _sign_up(context, "ADA@example.edu")


async def test_the_operator_decides_who_signs_up(context: Context) -> None:
    context.settings.signup = SignUp.DOMAIN
    context.settings.signup_domain = "Example.edu"
    await _sign_up(context, "ada@example.EDU")
    for stranger in ("ada@example.com", "ada@notexample.edu", "ada@example.edu@evil.com"):
        with pytest.raises(Unusable, match=r"@example\.edu"):
            await _sign_up(context, stranger)
    context.settings.signup = SignUp.CLOSED
    with pytest.raises(NotAllowed):
        await _sign_up(context, "bob@example.edu")


async def test_a_signed_in_browser_is_known_until_it_signs_out_or_time_passes(context: Context) -> None:
    ada = await make(context, "ada")
    first = await _do(context, lambda s: service.start_sign_in(s, ada))
    second = await _do(context, lambda s: service.start_sign_in(s, ada))

    async def known(secret: str) -> str | None:
        async with context.database.reading() as session:
            user = await service.user_by_sign_in(session, secret)
            return user.id if user else None

    assert await known(first) == await known(second) == ada.id
    assert await known("") is await known("\ud800") is await known(first[:-1]) is None
    await _do(context, lambda s: service.end_sign_in(s, first))
    assert (await known(first), await known(second)) == (None, ada.id)
    await _do(context, lambda s: s.exec(update(SignIn).values(expires_at=now() - timedelta(seconds=1))))
    assert await known(second) is None
    await _do(context, lambda s: service.start_sign_in(s, ada))
    async with context.database.reading() as session:
        assert len((await session.exec(select(SignIn))).all()) == 1  # what has expired is cleared away


async def test_a_reset_link_works_once_and_signs_out_everywhere(context: Context) -> None:
    ada = await _sign_up(context)
    cookie = await _do(context, lambda s: service.start_sign_in(s, ada))
    other = await _do(context, lambda s: service.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    link = await _do(context, lambda s: service.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    with pytest.raises(Unusable):
        await _do(context, lambda s: service.reset_password(s, link, "short"))
    await _do(context, lambda s: service.reset_password(s, link, "another horse"))
    assert await _authenticate(context, "ada@example.edu", _PASSWORD) is None
    assert await _authenticate(context, "ada@example.edu", "another horse") is not None
    for used in (link, other):
        with pytest.raises(NotFound):
            async with context.database.writing() as session:
                await service.reset_password(session, used, "third horse...")
    async with context.database.reading() as session:
        assert await service.user_by_sign_in(session, cookie) is None


async def test_a_link_used_twice_at_once_works_once(context: Context) -> None:
    ada = await make(context, "ada")
    link = await _do(context, lambda s: service.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    outcomes = await asyncio.gather(
        *(_do(context, lambda s: service.reset_password(s, link, _PASSWORD)) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotFound", "User"]


async def test_links_expire_and_do_not_serve_another_purpose(context: Context) -> None:
    ada = await make(context, "ada")
    reset = await _do(context, lambda s: service.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    with pytest.raises(NotFound):
        await _do(context, lambda s: service.become_first_admin(s, reset))
    async with context.database.reading() as session:
        assert (await service.look_at_link(session, reset)).purpose is LinkPurpose.RESET_PASSWORD
        for wrong in ("", "nothing", reset + "x"):
            with pytest.raises(NotFound):
                await service.look_at_link(session, wrong)
    await _do(context, lambda s: s.exec(update(OneTimeLink).values(expires_at=now())))
    async with context.database.reading() as session:
        with pytest.raises(NotFound):
            await service.look_at_link(session, reset)


async def _admin_link(context: Context) -> str | None:
    url = await _do(context, lambda s: service.first_admin_link(s, context.settings))
    return url and url.removeprefix(f"{context.settings.base_url}/links/")


async def test_the_first_administrator_comes_by_the_newest_link_and_only_while_there_is_none(
    context: Context,
) -> None:
    old, link = await _admin_link(context), await _admin_link(context)
    assert old is not None
    assert link is not None
    with pytest.raises(NotFound):
        await _do(context, lambda s: service.become_first_admin(s, old))
    admin = await _do(context, lambda s: service.become_first_admin(s, link))
    assert (admin.email, admin.role, admin.password_hash) == ("admin@localhost", Role.ADMIN, None)
    assert await _admin_link(context) is None
    stale = await _do(context, lambda s: service.make_link(s, LinkPurpose.FIRST_ADMIN))
    with pytest.raises(Conflict):
        await _do(context, lambda s: service.become_first_admin(s, stale))


async def test_a_first_administrators_link_is_not_even_looked_at_once_there_is_one(context: Context) -> None:
    link = await _admin_link(context)
    assert link is not None
    await _do(context, lambda s: service.look_at_link(s, link))
    await make(context, "ada", Role.ADMIN)
    with pytest.raises(Conflict, match="administrator already"):
        await _do(context, lambda s: service.look_at_link(s, link))


async def test_who_signed_up_becomes_administrator_only_with_a_new_password(context: Context) -> None:
    """Whoever takes the administrator's e-mail first must not get in by what they know of the account."""
    stranger = await _sign_up(context, "admin@localhost")
    await _do(context, lambda s: service.create_token(s, stranger, name="", scopes=[Scope.PROBLEMS_READ]))
    cookie = await _do(context, lambda s: service.start_sign_in(s, stranger))
    link = await _admin_link(context)
    assert link is not None
    with pytest.raises(Unusable, match="new password"):
        await _do(context, lambda s: service.become_first_admin(s, link))
    admin = await _do(context, lambda s: service.become_first_admin(s, link, password="battery staple"))
    assert (admin.id, admin.role) == (stranger.id, Role.ADMIN)
    assert await _authenticate(context, "admin@localhost", _PASSWORD) is None
    assert await _authenticate(context, "admin@localhost", "battery staple") is not None
    async with context.database.reading() as session:
        assert await service.user_by_sign_in(session, cookie) is None
        assert await service.list_tokens(session, admin) == []


async def test_the_last_administrator_stays(context: Context) -> None:
    await make(context, "ada", Role.ADMIN)
    with pytest.raises(Conflict, match="only administrator"):
        await _do(context, lambda s: service.set_role(s, "ada@example.edu", Role.LEARNER))
    await make(context, "bob")
    await _do(context, lambda s: service.set_role(s, "bob@example.edu", Role.ADMIN))
    await _do(context, lambda s: service.set_role(s, "ada@example.edu", Role.LEARNER))
    with pytest.raises(NotFound, match=r"carol@example\.edu"):
        await _do(context, lambda s: service.set_role(s, "carol@example.edu", Role.ADMIN))
    async with context.database.reading() as session:
        assert [user.role for user in await service.list_users(session)] == [Role.ADMIN, Role.LEARNER]


async def test_an_external_learner_is_made_once(context: Context) -> None:
    both = await asyncio.gather(
        *(_do(context, lambda s: service.ensure_learner(s, "canvas:42")) for _ in range(3))
    )
    assert len({user.id for user in both}) == 1
    assert both[0].label == "canvas:42"
    for unusable in ("", "x" * 201, "nul\0", "\ud800"):
        with pytest.raises(Unusable):
            async with context.database.writing() as session:
                await service.ensure_learner(session, unusable)


@pytest.mark.parametrize("role", Role)
async def test_a_token_may_do_what_its_scopes_and_its_owners_role_both_allow(
    context: Context, role: Role
) -> None:
    user = await make(context, "ada", Role.ADMIN)
    await make(context, "root", Role.ADMIN)
    async with context.database.writing() as session:
        secrets = {
            scope: (await service.create_token(session, user, name="", scopes=[scope]))[1] for scope in Scope
        }
    await _do(context, lambda s: service.set_role(s, "ada@example.edu", role))
    for scope, secret in secrets.items():
        async with context.database.reading() as session:
            known = await service.user_by_token(session, secret)
        assert known is not None
        carried = set(Scope) if scope is Scope.ADMIN else {scope}
        assert known[1] == service.RIGHTS[role] & carried


async def test_tokens_are_shown_once_listed_revoked_and_expire(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    token, secret = await _do(
        context,
        lambda s: service.create_token(s, ada, name="LMS", scopes=[Scope.RESULTS_READ], expires_days=1),
    )
    assert secret.startswith("hg_")
    assert secret.startswith(token.prefix)
    assert secret not in str(token)
    async with context.database.reading() as session:
        assert [t.id for t in await service.list_tokens(session, ada)] == [token.id]
        assert await service.list_tokens(session, bob) == []
        for wrong in ("", "hg_", secret[:-1], "\ud800"):
            assert await service.user_by_token(session, wrong) is None
    with pytest.raises(NotFound):
        await _do(context, lambda s: service.revoke_token(s, bob, token.id))
    await _do(context, lambda s: s.exec(update(Token).values(expires_at=now())))
    async with context.database.reading() as session:
        assert await service.user_by_token(session, secret) is None
    await _do(context, lambda s: s.exec(update(Token).values(expires_at=None)))
    async with context.database.reading() as session:
        assert await service.user_by_token(session, secret) is not None
    await _do(context, lambda s: service.revoke_token(s, ada, token.id))
    async with context.database.reading() as session:
        assert await service.user_by_token(session, secret) is None


async def test_a_token_asks_for_something_its_owner_may_do(context: Context) -> None:
    ada = await make(context, "ada")
    with pytest.raises(Unusable, match="problems:write"):
        await _do(context, lambda s: service.create_token(s, ada, name="", scopes=[Scope.PROBLEMS_WRITE]))
    with pytest.raises(Unusable) as refused:
        await _do(
            context,
            lambda s: service.create_token(s, ada, name="two\nlines", scopes=[], expires_days=0),
        )
    assert {error.field for error in refused.value.errors} == {"name", "scopes", "expires_days"}


async def test_no_secret_is_stored(context: Context) -> None:
    ada = await make(context, "ada")
    cookie = await _do(context, lambda s: service.start_sign_in(s, ada))
    link = await _do(context, lambda s: service.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    _, token = await _do(
        context, lambda s: service.create_token(s, ada, name="", scopes=[Scope.RESULTS_READ])
    )
    async with context.database.reading() as session:
        rows = [
            str(row.model_dump())
            for model in (User, SignIn, OneTimeLink, Token)
            for row in (await session.exec(select(model).order_by(col(model.id)))).all()
        ]
    assert len(rows) == 4
    for secret in (cookie, link, token):
        assert not any(secret in row for row in rows)


async def test_deleting_a_user_takes_their_secrets_along(context: Context) -> None:
    ada = await make(context, "ada")
    await _do(context, lambda s: service.start_sign_in(s, ada))
    await _do(context, lambda s: service.create_token(s, ada, name="", scopes=[Scope.RESULTS_READ]))
    await _do(context, lambda s: s.delete(ada))
    async with context.database.reading() as session:
        assert (await session.exec(select(SignIn.id))).all() == []
        assert (await session.exec(select(Token.id))).all() == []


def test_refusals_carry_a_status_each() -> None:
    assert {kind.status for kind in Refusal.__subclasses__()} >= {401, 403, 404, 409, 422, 503}


@pytest.mark.parametrize(
    ("user_agent", "browser"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 on Linux"),
        (f"{_MOZILLA} (Windows NT 10.0) {_CHROME} Safari/537.36 Edg/126.0.0.0", "Edge 126 on Windows"),
        (f"{_MOZILLA} (Linux; Android 14) {_CHROME} Mobile Safari/537.36", "Chrome 126 on Android"),
        (
            f"{_MOZILLA} (iPhone; like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari 17 on iPhone",
        ),
        ("python-httpx/0.28.1", "python-httpx"),
        ("Mozilla/5.0 (compatible)", ""),
        ("<script>alert(1)</script>", ""),
        ("Firefox/" + "1" * 5000, "Firefox 1111"),
        ("", ""),
    ],
)
async def test_a_sign_in_says_from_which_browser_it_is(
    context: Context, user_agent: str, browser: str
) -> None:
    ada = await make(context, "ada")
    await _do(context, lambda s: service.start_sign_in(s, ada, user_agent))
    async with context.database.reading() as session:
        assert [one.browser for one in await service.list_sign_ins(session, ada)] == [browser]


async def test_browsers_are_signed_out_one_by_one_all_others_or_all(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    here, *others = [await _do(context, lambda s: service.start_sign_in(s, ada)) for _ in range(4)]
    stranger = await _do(context, lambda s: service.start_sign_in(s, bob))

    async def listed(user: User) -> list[SignIn]:
        async with context.database.reading() as session:
            return await service.list_sign_ins(session, user)

    async def known(secret: str) -> bool:
        async with context.database.reading() as session:
            return await service.user_by_sign_in(session, secret) is not None

    newest = (await listed(ada))[0]
    assert service.is_here(newest, others[-1])
    assert not any(service.is_here(newest, secret) for secret in (here, None, ""))
    await _do(context, lambda s: service.sign_out(s, bob, newest.id))  # not his to end
    assert await known(others[-1])
    await _do(context, lambda s: service.sign_out(s, ada, newest.id))
    assert [await known(secret) for secret in (here, *others)] == [True, True, True, False]
    await _do(context, lambda s: service.sign_out_everywhere(s, ada, but=here))
    assert [await known(secret) for secret in (here, *others)] == [True, False, False, False]
    await _do(context, lambda s: service.sign_out_everywhere(s, ada))
    assert not await known(here)
    assert await known(stranger)


async def test_a_new_password_asks_for_the_old_one_and_signs_all_other_browsers_out(context: Context) -> None:
    ada = await _sign_up(context)
    here = await _do(context, lambda s: service.start_sign_in(s, ada))
    elsewhere = await _do(context, lambda s: service.start_sign_in(s, ada))
    link = await _do(context, lambda s: service.make_link(s, LinkPurpose.RESET_PASSWORD, ada))
    for old, new, field in [
        ("correct horsf", "another horse", "old_password"),
        ("", "another horse", "old_password"),
        (_PASSWORD, "too short", "new_password"),
    ]:
        with pytest.raises(Unusable) as refused:
            async with context.database.writing() as session:
                await service.change_password(session, ada, old=old, new=new, here=here)
        assert [error.field for error in refused.value.errors] == [field]
    assert await _authenticate(context, "ada@example.edu", _PASSWORD) is not None
    await _do(
        context, lambda s: service.change_password(s, ada, old=_PASSWORD, new="another horse", here=here)
    )
    assert await _authenticate(context, "ada@example.edu", _PASSWORD) is None
    assert await _authenticate(context, "ada@example.edu", "another horse") is not None
    async with context.database.reading() as session:
        assert await service.user_by_sign_in(session, here) is not None
        assert await service.user_by_sign_in(session, elsewhere) is None
        with pytest.raises(NotFound):
            await service.look_at_link(session, link)


async def test_who_has_no_password_sets_one(context: Context) -> None:
    ada = await make(context, "ada")
    await _do(context, lambda s: service.change_password(s, ada, old="", new=_PASSWORD))
    assert await _authenticate(context, "ada@example.edu", _PASSWORD) is not None


async def test_a_name_can_be_changed(context: Context) -> None:
    ada = await make(context, "ada")
    await _do(context, lambda s: service.rename(s, ada, " Ada Lovelace "))
    with pytest.raises(Unusable, match="one line"):
        await _do(context, lambda s: service.rename(s, ada, "two\nlines"))
    async with context.database.reading() as session:
        assert (await service.find_user(session, "ada@example.edu")).name == "Ada Lovelace"


async def test_an_account_is_deleted_by_its_password_only(context: Context) -> None:
    ada = await _sign_up(context)
    for password, words in [("", ""), ("correct horsf", ""), ("", service.DELETE_WORDS)]:
        with pytest.raises(Unusable, match="not your password"):
            async with context.database.writing() as session:
                await service.delete_account(session, ada, password=password, words=words)
    await _do(context, lambda s: service.delete_account(s, ada, password=_PASSWORD))
    assert await _authenticate(context, "ada@example.edu", _PASSWORD) is None
    await _sign_up(context)  # the address is free again


async def test_where_there_is_no_password_an_account_is_deleted_by_typed_words(context: Context) -> None:
    ada = await make(context, "ada")
    with pytest.raises(Unusable, match=service.DELETE_WORDS):
        await _do(context, lambda s: service.delete_account(s, ada, words="delete"))
    await _do(context, lambda s: service.delete_account(s, ada, words=" Delete my account"))
    with pytest.raises(NotFound):
        await _do(context, lambda s: service.find_user(s, "ada@example.edu"))


async def test_of_two_administrators_who_leave_at_once_one_stays(context: Context) -> None:
    admins = [await make(context, name, Role.ADMIN) for name in ("ada", "bob")]

    async def leave(user: User) -> None:
        async with context.database.writing() as session:
            await service.delete_account(session, user, words=service.DELETE_WORDS)

    outcomes = await asyncio.gather(*map(leave, admins), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    async with context.database.reading() as session:
        assert len(await service.list_users(session)) == 1
