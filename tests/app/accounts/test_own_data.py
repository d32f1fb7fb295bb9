"""All that is kept about a person: in their export, and gone with their account, whatever domain keeps it."""

import json
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Table, TypeDecorator, func, insert, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

import app.main  # noqa: F401 - every model there is
from app.accounts import own_data, passwords
from app.accounts.models import User
from app.attempts.models import Attempt
from app.attempts.service import submit
from app.catalogue.service import current_version
from app.context import Context
from app.database import new_id, now
from tests.app.people import make

pytestmark = pytest.mark.anyio

_RIGHT = (Path(__file__).parents[3] / "examples" / "right.py").read_bytes()
_ACCOUNT = "user_account.id"


def _owners() -> dict[Table, str]:
    """Each table that names a person, with a reference or as jobs do without one, and the column."""
    return {
        table: column.name
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if column.name == "user_id" or _ACCOUNT in {key.target_fullname for key in column.foreign_keys}
    }


async def _fill(session: AsyncSession, user: User) -> dict[str, dict[str, Any]]:
    """A row about somebody in each of these tables, by the tables' names."""
    rows: dict[str, dict[str, Any]] = {}
    for table, owner in _owners().items():
        row = {column.name: _value(column, rows) for column in table.columns} | {owner: user.id}
        await (await session.connection()).execute(insert(table).values(row))
        rows[table.name] = row
    return rows


def _value(column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        if key.column.table.name in rows:
            return rows[key.column.table.name][key.column.name]
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind = stored.python_type
    if issubclass(kind, Enum):
        return next(iter(kind))
    some = {int: 1, float: 0.5, bool: False, bytes: b"print('hi')", object: [], datetime: now()}
    return f"{column} {new_id()}" if kind is str else some[kind]


async def _counts(session: AsyncSession, user_id: str | None) -> dict[str, int]:
    counts = {}
    for table, owner in _owners().items():
        mine = select(func.count()).select_from(table).where(table.c[owner].is_not_distinct_from(user_id))
        counts[table.name] = (await (await session.connection()).execute(mine)).scalar_one()
    return counts


def test_each_kind_says_how_it_is_called_to_people() -> None:
    assert {table.name for table in _owners()} >= {"attempt", "draft", "job", "sign_in", "token", "training"}
    for table in _owners():
        assert table.info["kept_as"], table.name


async def test_the_export_holds_everything_of_ones_own_and_nothing_of_others(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    async with context.database.writing() as session:
        await passwords.change_password(session, ada, old="", new="correct horse")
        mine = await _fill(session, ada)
        theirs = await _fill(session, bob)
    async with context.database.reading() as session:
        text = await own_data.export(session, ada)
    told = json.loads(text)
    assert set(told) == {"exported_at", "account"} | {table.name for table in _owners()}
    assert told["account"] == {
        "id": ada.id,
        "email": "ada@example.edu",
        "external_id": None,
        "name": "Ada",
        "role": "learner",
        "created_at": ada.created_at.isoformat(),
    }
    for table, row in mine.items():
        assert len(told[table]) == 1, table
        for column, value in row.items():
            if column.endswith("_hash"):
                assert str(value) not in text
            elif isinstance(value, str):
                assert told[table][0][column] == value
    assert told["attempt"][0]["source"] == "print('hi')"
    assert "argon2" not in text
    for row in theirs.values():
        assert not any(isinstance(value, str) and " " in value and value in text for value in row.values())


async def test_code_that_is_no_text_is_exported_all_the_same(context: Context) -> None:
    ada = await make(context, "ada")
    async with context.database.writing() as session:
        session.add(Attempt(problem="p", version="v", user_id=ada.id, source=b"\xff\0", source_hash=""))
    async with context.database.reading() as session:
        told = json.loads(await own_data.export(session, ada))
    assert told["attempt"][0]["source"] == {"base64": "/wA="}


async def test_with_an_account_goes_all_that_is_kept_about_it_and_nothing_else(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    async with context.database.writing() as session:
        await _fill(session, ada)
        await _fill(session, bob)
    async with context.database.reading() as session:
        kept = await own_data.kept_about(session, ada)
    assert [one.words for one in kept if one.stays] == ["cases you added"]
    assert len(kept) == len(_owners())
    assert {one.count for one in kept} == {1}
    async with context.database.writing() as session:
        await own_data.delete_account(session, ada, words=own_data.DELETE_WORDS)
    async with context.database.reading() as session:
        assert set((await _counts(session, ada.id)).values()) == {0}
        assert set((await _counts(session, bob.id)).values()) == {1}
        assert (await _counts(session, None))["stored_case"] == 1  # and a class goes on using it
        assert await own_data.kept_about(session, ada) == []


async def test_a_worker_goes_on_when_the_author_of_an_attempt_is_gone(graded: Context) -> None:
    ada, bob = await make(graded, "ada"), await make(graded, "bob")
    problem = graded.catalogue.get("train-rnn-lm")

    async def hand_in(user: User) -> Attempt:
        async with graded.database.writing() as session:
            version = await current_version(session, problem.slug)
            return await submit(session, graded.jobs, problem, version.id, user, _RIGHT)

    for _ in range(3):
        await hand_in(ada)
    async with graded.database.writing() as session:
        await own_data.delete_account(session, ada, words=own_data.DELETE_WORDS)
    attempt = await hand_in(bob)
    await graded.jobs.wait(attempt.id, timeout=60)
    async with graded.database.reading() as session:
        assert (await session.get_one(Attempt, attempt.id)).score == 1.0
        assert (await _counts(session, ada.id))["job"] == 0
