"""Telling whoever waits for a job that something happened to it.

A bell carries no news, only "look again": what happened stands in the database. One that gets lost costs a
second, because everybody who waits also looks again by the clock.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import Database, after_commit

logger = logging.getLogger(__name__)
_CHANNEL = "handgrad_job"


class Ring:
    """One waiter's ear."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def within(self, seconds: float) -> None:
        """Return at the next ring, one since the last call included, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()


class Bell:
    """Rings in this process, and on PostgreSQL in every process that serves."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rings: dict[str, set[Ring]] = {}

    @contextmanager
    def listen(self, job_id: str) -> Iterator[Ring]:
        """A ring that is rung whenever `job_id` is announced."""
        ring = Ring()
        self._rings.setdefault(job_id, set()).add(ring)
        try:
            yield ring
        finally:
            waiting = self._rings[job_id]
            waiting.discard(ring)
            if not waiting:
                del self._rings[job_id]

    async def announce(self, session: AsyncSession, job_id: str) -> None:
        """Ring for `job_id` once the session's transaction is committed."""
        if self._database.is_postgres:
            await session.exec(select(func.pg_notify(_CHANNEL, job_id)))
        else:
            after_commit(session, lambda: self._ring(job_id))

    @asynccontextmanager
    async def hung_up(self) -> AsyncIterator[None]:
        """While inside, hear what other processes announce too."""
        if not self._database.is_postgres:
            yield
            return
        hearing = asyncio.create_task(self._hear())
        try:
            yield
        finally:
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing

    async def _hear(self) -> None:
        while True:
            try:
                async with self._database.bare_connection() as connection:
                    lost = asyncio.Event()
                    connection.add_termination_listener(lambda _: lost.set())  # noqa: B023
                    await connection.add_listener(_CHANNEL, lambda *said: self._ring(str(said[-1])))
                    await lost.wait()
            except Exception:
                logger.exception("cannot listen for announcements of jobs; trying again")
            await asyncio.sleep(1)

    def _ring(self, job_id: str) -> None:
        for ring in self._rings.get(job_id, ()):
            ring.ring()
