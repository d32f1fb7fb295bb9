"""One code path for SQLite and PostgreSQL: transactions, columns, identifiers."""

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import uuid_utils
from sqlalchemy import JSON, DateTime, Dialect, Enum, TypeDecorator, event
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.settings import Settings

_READS = "handgrad_reads"


def new_id() -> str:
    """An opaque identifier that sorts by creation time (UUIDv7)."""
    return str(uuid_utils.uuid7())


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored; use app.database.now()")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[list[StrEnum]]):
    """A column for a list of the words of `kind`, stored as JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> list[StrEnum] | None:  # noqa: ARG002
        return None if value is None else [self.kind(each) for each in value]


def word(kind: type[StrEnum]) -> Enum:
    """A column for one of the words of `kind`, stored as that word, so that a new word needs no migration."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def kept_as(words: str) -> dict[str, Any]:
    """For the `__table_args__` of what is kept about a person: how it is called to them.

    A table that names a person is in their export and goes with their account (app.accounts.own_data).
    """
    return {"info": {"kept_as": words}}


class Database:
    """The engine and its two kinds of transactions."""

    def __init__(self, settings: Settings) -> None:
        self.is_postgres = settings.is_postgres
        self.engine = _engine(settings)
        reading = self.engine.execution_options(**{_READS: True})
        self._writing = async_sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)
        self._reading = async_sessionmaker(reading, class_=AsyncSession, expire_on_commit=False)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed at the end and rolled back on any exception.

        On SQLite it takes the write lock at once, so never await a job inside it: the worker needs that lock.
        """
        async with self._writing() as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A consistent view for reading; nothing written in it is kept."""
        async with self._reading() as session:
            yield session

    @asynccontextmanager
    async def bare_connection(self) -> AsyncIterator[Any]:
        """On PostgreSQL, the driver's own connection, for listening; it is closed at the end, not pooled."""
        connection = await self.engine.connect()
        try:
            yield (await connection.get_raw_connection()).driver_connection
        finally:
            await connection.invalidate()
            await connection.close()

    async def close(self) -> None:
        await self.engine.dispose()


def after_commit(session: AsyncSession, call: Callable[[], None]) -> None:
    """Call something once what the session did can be seen by others (and harmlessly a few times before)."""
    event.listen(session.sync_session, "after_commit", lambda _session: call())


def _engine(settings: Settings) -> AsyncEngine:
    if settings.is_postgres:
        return create_async_engine(settings.database_url, pool_pre_ping=True, json_serializer=_json)
    engine = create_async_engine(settings.database_url, json_serializer=_json)
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _json(value: object) -> str:
    # Infinity and NaN are no JSON: SQLite would keep them, PostgreSQL and browsers would not.
    return json.dumps(value, allow_nan=False)


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late to choose its kind; _begin_sqlite sends it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # busy_timeout does not save a transaction that reads first and writes later, so writers lock at once.
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def restrict_new_files() -> None:
    """Let every file this process makes be readable by its user alone (databases, their journals, caches)."""
    os.umask(0o077)
