"""Transactions: committed at the end, rolled back on any exception, and readers keep nothing."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from app.accounts.models import Role, User
from app.context import Context
from app.database import after_commit, new_id
from app.jobs.models import Job, JobKind

pytestmark = pytest.mark.anyio


async def _emails(context: Context) -> list[str | None]:
    async with context.database.reading() as session:
        return list((await session.exec(select(User.email).order_by(col(User.id)))).all())


async def test_a_transaction_is_kept_whole_or_not_at_all(context: Context) -> None:
    async with context.database.writing() as session:
        session.add(User(email="kept@example.edu"))
    with suppress(ZeroDivisionError):
        async with context.database.writing() as session:
            session.add(User(email="lost@example.edu"))
            await session.flush()
            _ = 1 / 0
    async with context.database.reading() as session:
        session.add(User(email="read@example.edu"))
        await session.flush()
    assert await _emails(context) == ["kept@example.edu"]


async def test_what_follows_a_commit_can_see_it_and_a_rollback_calls_nobody(context: Context) -> None:
    calls: list[str] = []
    async with context.database.writing() as session:
        session.add(User(email="a@example.edu"))
        after_commit(session, lambda: calls.append("committed"))
        await session.flush()
        assert calls == []
    assert calls == ["committed"]
    with suppress(ZeroDivisionError):
        async with context.database.writing() as session:
            after_commit(session, lambda: calls.append("never"))
            _ = 1 / 0
    assert calls == ["committed"]


async def test_moments_and_words_come_back_as_they_went_in(context: Context) -> None:
    elsewhere = datetime(2026, 7, 1, 12, 30, 15, 250000, tzinfo=timezone(timedelta(hours=9)))
    async with context.database.writing() as session:
        session.add(User(email="a@example.edu", role=Role.INSTRUCTOR, created_at=elsewhere))
    async with context.database.reading() as session:
        user = (await session.exec(select(User))).one()
        assert (user.created_at, user.created_at.tzinfo) == (elsewhere, UTC)
        assert user.role is Role.INSTRUCTOR
        assert (await session.exec(select(User).where(User.created_at >= elsewhere))).all()
        later = elsewhere + timedelta(microseconds=1)
        assert not (await session.exec(select(User).where(User.created_at >= later))).all()


async def test_any_text_and_no_infinity_can_stand_in_json(context: Context) -> None:
    odd = {"text": "nul \0, half a pair \ud800, \u202e, é", "nested": [[1.5, None, True, 2**70]]}
    async with context.database.writing() as session:
        session.add(Job(kind=JobKind.RUN, payload=odd))
    async with context.database.reading() as session:
        assert (await session.exec(select(Job.payload))).one() == odd
    for number in (float("nan"), float("inf")):
        with pytest.raises(StatementError):
            async with context.database.writing() as session:
                session.add(Job(kind=JobKind.RUN, payload={"number": number}))


async def test_a_moment_without_zone_is_refused(context: Context) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        async with context.database.writing() as session:
            session.add(User(email="a@example.edu", created_at=datetime(2026, 7, 1)))  # noqa: DTZ001


def test_ids_sort_by_when_they_were_made() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000
