"""Bringing a database to this version's schema."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pgqueuer.queries import Queries
from sqlalchemy import Connection, text

from app.database import Database
from app.errors import CannotStart
from app.settings import Settings

_LOCK = 0x68616E6467726164  # "handgrad": PostgreSQL's advisory locks are numbers


def upgrade(settings: Settings) -> None:
    """Bring the database to this version's schema, the queue's included. Not inside a running event loop."""

    async def run() -> None:
        database = Database(settings)
        try:
            await upgrade_database(database)
        finally:
            await database.close()

    asyncio.run(run())


async def upgrade_database(database: Database) -> None:
    """Bring the database to this version's schema. Processes that do it at once wait for each other."""
    if not database.is_postgres:
        async with database.engine.begin() as connection:
            await connection.run_sync(_upgrade)
        return
    async with database.engine.connect() as lock:
        await lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(_upgrade)
            async with database.bare_connection() as bare:
                queries = Queries.from_asyncpg_connection(bare)
                await (queries.upgrade() if await queries.schema_is_installed() else queries.install())
        finally:
            await lock.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


async def check_current(database: Database) -> None:
    """Raise CannotStart unless the database has this version's schema."""
    async with database.engine.connect() as connection:
        heads = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_heads())
    if set(heads) != set(ScriptDirectory.from_config(_config()).get_heads()):
        raise CannotStart("The database's schema is not this version's; run `handgrad db upgrade` first.")


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
