"""The queue: what every kind of it does, and the embedded default, which needs nothing but the job table."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from sqlalchemy import Subquery
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import Database, after_commit
from app.jobs.bell import Ring
from app.jobs.models import Job, JobKind, JobState, Lane

logger = logging.getLogger(__name__)
_LOOK_AGAIN = 1.0  # seconds: another process may have enqueued
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)

#: Does a job to its end, given its id. Raises only for trouble outside the job; it is then called again.
Handle = Callable[[str], Awaitable[None]]


class JobQueue(Protocol):
    """Brings every committed job to a worker at least once, one student's many not before another's first."""

    async def enqueue(self, session: AsyncSession, job: Job) -> None:
        """Add the job in the caller's transaction."""
        ...

    async def work(self, handle: Handle, lanes: Mapping[Lane, int], stop: asyncio.Event) -> None:
        """Hand jobs out until `stop` is set, at most so many at once in a lane; wait for those in hand."""
        ...


def in_turn(lane: Lane) -> Subquery:
    """A lane's unfinished jobs and their turns: the rank among the user's own. Age decides between equals."""
    kinds = [kind for kind in JobKind if kind.lane is lane]
    turn = func.row_number().over(partition_by=col(Job.user_id), order_by=col(Job.id))
    return (
        select(Job.id, turn.label("turn"))
        .where(col(Job.state).in_(UNFINISHED), col(Job.kind).in_(kinds))
        .subquery()
    )


async def place(session: AsyncSession, job: Job) -> int:
    """How many unfinished jobs stand before this one; 0 when it has finished."""
    turns = in_turn(job.kind.lane)
    mine = select(turns.c.turn).where(turns.c.id == job.id).scalar_subquery()
    before = (turns.c.turn < mine) | ((turns.c.turn == mine) & (turns.c.id < job.id))
    return (await session.exec(select(func.count()).select_from(turns).where(before))).one()


class TableQueue:
    """The job table is the queue; one process at a time works on it.

    What is unfinished and not in hand is free to take. So after a crash, when nothing is in hand, everything
    that was running is taken again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wakes = {lane: Ring() for lane in Lane}

    async def enqueue(self, session: AsyncSession, job: Job) -> None:
        session.add(job)
        await session.flush()
        after_commit(session, self._wakes[job.kind.lane].ring)

    async def work(self, handle: Handle, lanes: Mapping[Lane, int], stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            for lane, width in lanes.items():
                tasks.create_task(self._work_lane(lane, width, handle, stop))
            await stop.wait()
            for wake in self._wakes.values():
                wake.ring()

    async def _work_lane(self, lane: Lane, width: int, handle: Handle, stop: asyncio.Event) -> None:
        in_hand: set[str] = set()
        wake = self._wakes[lane]
        async with asyncio.TaskGroup() as tasks:
            while not stop.is_set():
                for job_id in await self._free_jobs(lane, width - len(in_hand), in_hand):
                    in_hand.add(job_id)
                    tasks.create_task(self._hand_over(job_id, handle, in_hand, wake))
                await wake.within(_LOOK_AGAIN)

    async def _free_jobs(self, lane: Lane, most: int, in_hand: set[str]) -> list[str]:
        if most <= 0:
            return []
        turns = in_turn(lane)
        free = select(turns.c.id).where(turns.c.id.not_in(in_hand)).order_by(turns.c.turn, turns.c.id)
        try:
            async with self._database.reading() as session:
                return list((await session.exec(free.limit(most))).all())
        except Exception:
            logger.exception("cannot read the queue; trying again")
            return []

    async def _hand_over(self, job_id: str, handle: Handle, in_hand: set[str], wake: Ring) -> None:
        try:
            await handle(job_id)
        except Exception:
            logger.exception("job %s could not be begun or ended; trying again", job_id)
            await asyncio.sleep(_LOOK_AGAIN)
        finally:
            in_hand.discard(job_id)
            wake.ring()
