"""Drafts: the newest revision wins, a conflict keeps both, and nothing that was written is lost."""

import asyncio
from datetime import timedelta

import pytest

from app.accounts.models import User
from app.attempts import drafts, service
from app.attempts.drafts import Desk, Saved
from app.context import Context
from app.database import now
from app.errors import NotFound, TooLarge
from grader.problem import Problem
from tests.app.people import make

pytestmark = pytest.mark.anyio


def _problem(context: Context) -> Problem:
    return context.catalogue.get("train-rnn-lm")


async def _save(
    context: Context, user: User, source: bytes, based_on: int, keep: list[bytes] | None = None
) -> Saved:
    async with context.database.writing() as session:
        return await drafts.save(session, user, _problem(context), source, based_on=based_on, keep=keep)


async def _copies(context: Context, user: User) -> list[bytes]:
    async with context.database.reading() as session:
        return [copy.source for copy in await drafts.copies(session, user, _problem(context))]


async def _desk(context: Context, user: User, chosen: bytes | None = None) -> Desk:
    async with context.database.reading() as session:
        attempts = await service.history(session, user=user.id, limit=1)
        last = attempts[0] if attempts else None
        return await drafts.desk(session, user, _problem(context), last, chosen)


async def test_each_save_that_changes_it_makes_the_next_revision(context: Context) -> None:
    user = await make(context, "ada")
    assert (await _save(context, user, b"one", 0)).draft.revision == 1
    assert (await _save(context, user, b"two", 1)).draft.revision == 2
    again = await _save(context, user, b"two", 1)  # sent twice, as after a lost answer
    assert (again.draft.revision, again.gave_way) == (2, False)
    assert await _desk(context, user) == Desk(b"two", 2, None, 0)
    assert await _copies(context, user) == []


async def test_the_newest_revision_wins_and_a_conflict_keeps_both(context: Context) -> None:
    user = await make(context, "ada")
    await _save(context, user, b"begun", 0)
    await _save(context, user, b"from the phone", 1)
    late = await _save(context, user, b"from the laptop", 1)
    assert (late.gave_way, late.copied, late.draft.revision) == (True, True, 2)
    assert (await _desk(context, user)).source == b"from the phone"
    assert await _copies(context, user) == [b"from the laptop"]
    await _save(context, user, b"from the laptop", 1)
    assert await _copies(context, user) == [b"from the laptop"]  # not twice


async def test_what_was_saved_though_the_answer_got_lost_is_no_conflict(context: Context) -> None:
    user = await make(context, "ada")
    await _save(context, user, b"older", 0)
    await _save(context, user, b"begun", 1)
    await _save(context, user, b"saved while the tab closed", 2)
    await _save(context, user, b"gone on with elsewhere", 3)
    late = await _save(context, user, b"saved while the tab closed", 2)
    assert (late.gave_way, late.copied) == (True, False)
    assert await _copies(context, user) == []
    # The same text as before the revision it began with was written again, and is no such thing.
    assert (await _save(context, user, b"older", 2)).copied
    assert await _copies(context, user) == [b"older"]


async def test_a_revision_from_the_future_gives_way_too(context: Context) -> None:
    """As after the database was put back to an older state."""
    user = await make(context, "ada")
    await _save(context, user, b"old", 0)
    assert (await _save(context, user, b"newer", 7)).copied
    assert await _copies(context, user) == [b"newer"]


async def test_two_editors_that_begin_at_once_lose_nothing(context: Context) -> None:
    user = await make(context, "ada")
    saved = await asyncio.gather(*(_save(context, user, f"tab {n}".encode(), 0) for n in range(4)))
    assert sorted(one.gave_way for one in saved) == [False, True, True, True]
    source = (await _desk(context, user)).source
    assert sorted([source, *await _copies(context, user)]) == [b"tab 0", b"tab 1", b"tab 2", b"tab 3"]


async def test_two_editors_that_save_at_once_lose_nothing(context: Context) -> None:
    user = await make(context, "ada")
    await _save(context, user, b"begun", 0)
    for revision in range(1, 9):  # the first rounds open the connections
        saved = await asyncio.gather(
            *(_save(context, user, f"tab {n}, {revision}".encode(), revision) for n in range(2))
        )
        assert sorted(one.gave_way for one in saved) == [False, True]
    assert len(await _copies(context, user)) == 8


async def test_starting_over_keeps_what_was_there(context: Context) -> None:
    user = await make(context, "ada")
    await _save(context, user, b"saved", 0)
    async with context.database.writing() as session:
        await drafts.start_over(session, user, _problem(context), b"typed since")
    assert (await _desk(context, user)).source == _problem(context).starter.encode()
    assert await _copies(context, user) == [b"typed since", b"saved"]


async def test_only_the_last_copies_are_kept(context: Context) -> None:
    user = await make(context, "ada")
    await _save(context, user, b"draft", 0, keep=[f"{n}".encode() for n in range(drafts.MAX_COPIES + 2)])
    kept = await _copies(context, user)
    assert len(kept) == drafts.MAX_COPIES
    assert (kept[0], kept[-1]) == (b"21", b"2")


async def test_an_attempt_handed_in_elsewhere_is_shown_and_the_draft_kept(context: Context) -> None:
    user = await make(context, "ada")
    await _save(context, user, b"draft", 0)
    async with context.database.writing() as session:
        attempt = await service.submit(session, context.jobs, _problem(context), "0" * 64, user, b"by script")
        attempt.created_at = now() + timedelta(seconds=1)
        session.add(attempt)
    assert await _desk(context, user) == Desk(b"by script", 1, b"draft", 0)
    assert await _desk(context, user, chosen=b"chosen") == Desk(b"chosen", 1, b"draft", 0)
    await _save(context, user, b"by script, mended", 1, keep=[b"draft"])
    assert await _copies(context, user) == [b"draft"]


async def test_others_see_neither_draft_nor_copies(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    await _save(context, ada, b"mine", 0, keep=[b"mine, once"])
    assert (await _desk(context, bob)).source == _problem(context).starter.encode()
    assert await _copies(context, bob) == []
    async with context.database.reading() as session:
        (copy,) = await drafts.copies(session, ada, _problem(context))
        with pytest.raises(NotFound, match="no such copy"):
            await drafts.get_copy(session, bob, _problem(context), copy.id)


async def test_code_too_long_to_be_handed_in_is_refused(context: Context) -> None:
    user = await make(context, "ada")
    with pytest.raises(TooLarge, match="64 KiB"):
        await _save(context, user, b"#" * 65_537, 0)
    assert await _save(context, user, b"#" * 65_536, 0)


async def test_code_that_is_no_text_is_kept_as_it_is(context: Context) -> None:
    user = await make(context, "ada")
    await _save(context, user, b"\0\xff", 0)
    assert (await _desk(context, user)).source == b"\0\xff"
