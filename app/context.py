"""What a process of the service holds while it runs."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import make_url

from app.database import Database
from app.errors import CannotStart
from app.jobs.bell import Bell
from app.jobs.jobs import Jobs
from app.jobs.postgres import PostgresQueue
from app.jobs.queue import JobQueue, TableQueue
from app.migrations import check_current, upgrade_database
from app.problems import Catalogue
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """What requests and jobs need, of this process."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    jobs: Jobs


def get_context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


ContextDep = Annotated[Context, Depends(get_context)]


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    """Open the database (SQLite's is brought up to date) and read the problems.

    Raises CannotStart when another process serves the same SQLite database, or when PostgreSQL's schema is
    not this version's.
    """
    settings.prepare_data_dir()
    if not settings.is_postgres:
        claim(settings)
    database = Database(settings)
    try:
        await (check_current(database) if settings.is_postgres else upgrade_database(database))
        catalogue = await asyncio.to_thread(Catalogue, settings.problems_dir)
        bell = Bell(database)
        queue: JobQueue = PostgresQueue(database) if settings.is_postgres else TableQueue(database)
        async with bell.hung_up():
            yield Context(settings, database, catalogue, Jobs(database, queue, bell))
    finally:
        await database.close()


_CLAIMED: dict[Path, int] = {}


def claim(settings: Settings) -> None:
    """Keep the SQLite database for this process until it ends. Raises CannotStart when another one has it.

    Its queue lives in one process: two would grade everything twice.
    """
    path = Path(f"{make_url(settings.database_url).database}.lock").absolute()
    if path in _CLAIMED:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise CannotStart(
            f"Another Handgrad serves {path.with_suffix('')} already. Stop it, give this one another"
            " HANDGRAD_DATA_DIR, or move to PostgreSQL, which any number of processes can share."
        ) from None
    _CLAIMED[path] = descriptor
