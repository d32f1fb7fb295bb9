"""Databases for the service's tests: everything that takes `settings` runs on SQLite and on PostgreSQL."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.context import Context, open_context
from app.migrations import upgrade
from app.settings import Settings
from tests.app.postgres import Postgres


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
        settings = Settings(data_dir=tmp_path, sandbox_slots=2)
        upgrade(settings)
        return settings
    server: Postgres = request.getfixturevalue("postgres")
    return server.settings(tmp_path, server.new_database())


@pytest.fixture
async def context(settings: Settings) -> AsyncIterator[Context]:
    """What a process of the service holds, without worker."""
    async with open_context(settings) as opened:
        yield opened
