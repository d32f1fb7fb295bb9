"""The schema that migrations make is the one the models describe, on both databases."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

import app.main  # noqa: F401 - every model there is
from app.context import open_context
from app.database import Database
from app.errors import CannotStart
from app.migrations import check_current, upgrade, upgrade_database
from app.settings import Settings
from tests.app.postgres import Postgres


def _differences(connection: Connection) -> list[object]:
    def ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and (name or "").startswith("pgqueuer"))

    return list(
        compare_metadata(
            MigrationContext.configure(connection, opts={"include_object": ours}), SQLModel.metadata
        )
    )


@pytest.mark.anyio
async def test_migrations_make_what_the_models_describe(settings: Settings) -> None:
    database = Database(settings)
    try:
        async with database.engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
            await connection.execute(text("ALTER TABLE job_event ADD COLUMN surprise VARCHAR"))
            assert len(await connection.run_sync(_differences)) == 1
    finally:
        await database.close()


def test_upgrading_twice_changes_nothing(settings: Settings) -> None:
    upgrade(settings)
    upgrade(settings)


@pytest.mark.postgres
@pytest.mark.anyio
async def test_processes_that_upgrade_at_once_wait_for_each_other(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = postgres.settings(tmp_path_factory.mktemp("data"), postgres.new_database("template1"))
    databases = [Database(settings) for _ in range(3)]
    try:
        await asyncio.gather(*(upgrade_database(database) for database in databases))
        await check_current(databases[0])
    finally:
        for database in databases:
            await database.close()


@pytest.mark.postgres
@pytest.mark.anyio
async def test_a_service_refuses_a_postgresql_that_nobody_upgraded(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = postgres.settings(tmp_path_factory.mktemp("data"), postgres.new_database("template1"))
    with pytest.raises(CannotStart, match="handgrad db upgrade"):
        async with open_context(settings):
            pass
