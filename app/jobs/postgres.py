"""The queue on PostgreSQL: pgqueuer brings the ids of jobs to as many workers as wanted.

The job table stays the truth. A worker that dies stops its heartbeat, and its jobs go to another one after
a few seconds; a job whose message got lost is put into the queue again.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from pgqueuer.core.qm import QueueManager
from pgqueuer.core.tm import cancel_on_exit
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.models import Job as Brought
from pgqueuer.queries import Queries
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import Database
from app.jobs.models import Job, JobKind, Lane
from app.jobs.queue import UNFINISHED, Handle, give_turn

logger = logging.getLogger(__name__)
_HEARTBEAT = timedelta(seconds=5)  # a worker silent for so long is taken for dead
_LOOK_AGAIN = timedelta(seconds=2)  # for such workers
_TIDY_EVERY = 60.0  # seconds
_TRY_AGAIN = timedelta(seconds=1)


class PostgresQueue:
    """The JobQueue for PostgreSQL; one entrypoint of pgqueuer for each lane."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, session: AsyncSession, job: Job) -> None:
        await give_turn(session, job)
        session.add(job)
        await session.flush()  # the driver begins its transaction with the first statement
        await _send(session, [_Message(job.id, job.kind, job.turn)])

    async def work(self, handle: Handle, lanes: Mapping[Lane, int], stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            for lane, width in lanes.items():
                tasks.create_task(self._work_lane(lane, width, handle, stop))
            while not stop.is_set():
                await self._tidy()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _TIDY_EVERY)

    async def _work_lane(self, lane: Lane, width: int, handle: Handle, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._work_while_connected(lane, width, handle, stop)
            except Exception:
                logger.exception("the %s queue cannot be reached; trying again", lane)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _TRY_AGAIN.total_seconds())

    async def _work_while_connected(
        self, lane: Lane, width: int, handle: Handle, stop: asyncio.Event
    ) -> None:
        async def bring(message: Brought) -> None:
            job_id = (message.payload or b"").decode()
            try:
                await handle(job_id, lane)
            except Exception as trouble:
                logger.exception("job %s could not be begun or ended; trying again", job_id)
                raise RetryRequested(_TRY_AGAIN) from trouble

        async with self._database.bare_connection() as connection:
            manager = QueueManager(Queries.from_asyncpg_connection(connection))
            manager.entrypoint(lane)(bring)
            async with cancel_on_exit(asyncio.create_task(_shut_down(manager, stop))):
                await manager.run(
                    batch_size=1,  # never take what another worker could begin at once
                    max_concurrent_tasks=max(2, width),  # the least it accepts; `handle` waits its turn
                    dequeue_timeout=_LOOK_AGAIN,
                    heartbeat_timeout=_HEARTBEAT,
                    shutdown_on_listener_failure=True,
                    log_aggregation_interval=timedelta(0),  # nobody reads its statistics
                )

    async def _tidy(self) -> None:
        """Send every unfinished job again that is not in the queue, whatever went wrong; empty its log."""
        try:
            async with self._database.writing() as session:
                unfinished = select(Job.id, Job.kind, Job.turn).where(col(Job.state).in_(UNFINISHED))
                rows = await session.exec(unfinished)
                await _send(session, [_Message(job_id, JobKind(kind), turn) for job_id, kind, turn in rows])
                await (await _queries(session)).clear_queue_log(list(Lane))
        except Exception:
            logger.exception("cannot look for lost jobs; trying again in a minute")


async def _shut_down(manager: QueueManager, stop: asyncio.Event) -> None:
    await stop.wait()
    manager.shutdown.set()


@dataclass(frozen=True, slots=True)
class _Message:
    """What pgqueuer needs to know of a job."""

    job_id: str
    kind: JobKind
    turn: int


async def _send(session: AsyncSession, messages: Sequence[_Message]) -> None:
    """Send jobs in the session's transaction, except those that are in the queue already."""
    if messages:
        await (await _queries(session)).enqueue(
            [message.kind.lane for message in messages],
            [message.job_id.encode() for message in messages],
            [-message.turn for message in messages],
            dedupe_key=[message.job_id for message in messages],
            on_conflict="skip",
        )


async def _queries(session: AsyncSession) -> Queries:
    """pgqueuer's queries, in the session's transaction; a statement must have begun it."""
    connection = await (await session.connection()).get_raw_connection()
    return Queries.from_asyncpg_connection(connection.driver_connection)
