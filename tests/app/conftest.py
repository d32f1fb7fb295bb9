"""Databases for the service's tests: everything that takes `settings` runs on SQLite and on PostgreSQL."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.catalogue.models import FrozenVersion
from app.catalogue.service import ensure_current
from app.context import Context, open_context
from app.migrations import upgrade
from app.settings import Settings
from app.work import serve_worker
from tests.app.few import few_problems
from tests.app.postgres import Postgres

_FROZEN: list[dict[str, Any]] = []


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests, with a database that has the newest schema to copy from."""
    # Its socket's path must be short, and its folder's parents readable for the server's own user.
    folder = Path(tempfile.mkdtemp(prefix="hg", dir="/tmp"))
    server = Postgres.start(folder)
    try:
        upgrade(server.settings(folder, server.template))
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings whose database is empty and has the newest schema."""
    if request.param == "sqlite":
        settings = Settings(data_dir=tmp_path, sandbox_slots=2, problems_dir=few_problems())
        upgrade(settings)
        return settings
    server: Postgres = request.getfixturevalue("postgres")
    return server.settings(tmp_path, server.new_database())


@pytest.fixture
async def context(settings: Settings) -> AsyncIterator[Context]:
    """What a process of the service holds, without worker."""
    async with open_context(settings) as opened:
        yield opened


@pytest.fixture
async def graded(context: Context) -> AsyncIterator[Context]:
    """The same with a real worker, and the flagship's cases published; they are frozen once for all tests."""
    stop = asyncio.Event()
    worker = asyncio.create_task(serve_worker(context, stop))
    try:
        if _FROZEN:
            async with context.database.writing() as session:
                session.add_all([FrozenVersion(**values) for values in _FROZEN])
        await ensure_current(context.jobs, context.database, context.catalogue.get("train-rnn-lm"))
        if not _FROZEN:
            async with context.database.reading() as session:
                versions = await session.exec(select(FrozenVersion))
                _FROZEN.extend(version.model_dump() for version in versions)
        yield context
    finally:
        stop.set()
        await worker
