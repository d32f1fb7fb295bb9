"""Sign-ins: browsers that are known, and how they are signed out."""

from datetime import timedelta

import pytest
from sqlmodel import select, update

from app.accounts import sign_ins
from app.accounts.models import SignIn, User
from app.context import Context
from app.database import now
from tests.app.accounts.acting import do
from tests.app.people import make

pytestmark = pytest.mark.anyio

_MOZILLA, _CHROME = "Mozilla/5.0", "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


async def test_a_signed_in_browser_is_known_until_it_signs_out_or_time_passes(context: Context) -> None:
    ada = await make(context, "ada")
    first = await do(context, lambda s: sign_ins.start_sign_in(s, ada))
    second = await do(context, lambda s: sign_ins.start_sign_in(s, ada))

    async def known(secret: str) -> str | None:
        async with context.database.reading() as session:
            user = await sign_ins.user_by_sign_in(session, secret)
            return user.id if user else None

    assert await known(first) == await known(second) == ada.id
    assert await known("") is await known("\ud800") is await known(first[:-1]) is None
    await do(context, lambda s: sign_ins.end_sign_in(s, first))
    assert (await known(first), await known(second)) == (None, ada.id)
    await do(context, lambda s: s.exec(update(SignIn).values(expires_at=now() - timedelta(seconds=1))))
    assert await known(second) is None
    await do(context, lambda s: sign_ins.start_sign_in(s, ada))
    async with context.database.reading() as session:
        assert len((await session.exec(select(SignIn))).all()) == 1  # what has expired is cleared away


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
    await do(context, lambda s: sign_ins.start_sign_in(s, ada, user_agent))
    async with context.database.reading() as session:
        assert [one.browser for one in await sign_ins.list_sign_ins(session, ada)] == [browser]


async def test_browsers_are_signed_out_one_by_one_all_others_or_all(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    here, *others = [await do(context, lambda s: sign_ins.start_sign_in(s, ada)) for _ in range(4)]
    stranger = await do(context, lambda s: sign_ins.start_sign_in(s, bob))

    async def listed(user: User) -> list[SignIn]:
        async with context.database.reading() as session:
            return await sign_ins.list_sign_ins(session, user)

    async def known(secret: str) -> bool:
        async with context.database.reading() as session:
            return await sign_ins.user_by_sign_in(session, secret) is not None

    newest = (await listed(ada))[0]
    assert sign_ins.is_here(newest, others[-1])
    assert not any(sign_ins.is_here(newest, secret) for secret in (here, None, ""))
    await do(context, lambda s: sign_ins.sign_out(s, bob, newest.id))  # not his to end
    assert await known(others[-1])
    await do(context, lambda s: sign_ins.sign_out(s, ada, newest.id))
    assert [await known(secret) for secret in (here, *others)] == [True, True, True, False]
    await do(context, lambda s: sign_ins.sign_out_everywhere(s, ada, but=here))
    assert [await known(secret) for secret in (here, *others)] == [True, False, False, False]
    await do(context, lambda s: sign_ins.sign_out_everywhere(s, ada))
    assert not await known(here)
    assert await known(stranger)
