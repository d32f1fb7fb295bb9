"""The queue: what every kind of it does, and the embedded default, which needs nothing but the job table."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import Database, after_commit
from app.jobs.bell import Ring
from app.jobs.models import Job, JobKind, JobState, Lane

logger = logging.getLogger(__name__)
_LOOK_AGAIN = 1.0  # seconds: another process may have enqueued
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)

#: Does a job to its end, given its id and lane. Raises only for trouble outside the job, to be called again.
Handle = Callable[[str, Lane], Awaitable[None]]


class JobQueue(Protocol):
    """Brings every committed job to a worker at least once, one student's many not before another's first."""

    async def enqueue(self, session: AsyncSession, job: Job) -> None:
        """Add the job in the caller's transaction."""
        ...

    async def work(self, handle: Handle, lanes: Mapping[Lane, int], stop: asyncio.Event) -> None:
        """Hand jobs out until `stop` is set, at most so many at once in a lane; wait for those in hand."""
        ...


async def give_turn(session: AsyncSession, job: Job) -> None:
    """Say when it is this job's turn: after its user's last one, and no earlier than whose turn it is now.

    So a user who has nothing queued waits for at most one job of each other user, however many they have.
    """
    mine = col(Job.user_id).is_not_distinct_from(job.user_id)
    turns = select(func.min(col(Job.turn)), func.max(col(Job.turn)).filter(mine))
    current, last = (await session.exec(turns.where(*unfinished(job.kind.lane)))).one()
    job.turn = max(current or 0, 0 if last is None else last + 1)


def unfinished(lane: Lane) -> tuple[ColumnElement[bool], ...]:
    """The conditions on the jobs that wait or run in a lane."""
    kinds = [kind for kind in JobKind if kind.lane is lane]
    return col(Job.state).in_(UNFINISHED), col(Job.kind).in_(kinds)


async def place(session: AsyncSession, job: Job) -> int:
    """How many unfinished jobs stand before this one."""
    before = (col(Job.turn) < job.turn) | ((col(Job.turn) == job.turn) & (col(Job.id) < job.id))
    standing = select(func.count()).select_from(Job).where(*unfinished(job.kind.lane), before)
    return (await session.exec(standing)).one()


class TableQueue:
    """The job table is the queue; one process at a time works on it.

    What is unfinished and not in hand is free to take. So after a crash, when nothing is in hand, everything
    that was running is taken again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wakes = {lane: Ring() for lane in Lane}
        self._new: dict[Lane, list[str]] = {lane: [] for lane in Lane}  # enqueued here since the last look

    async def enqueue(self, session: AsyncSession, job: Job) -> None:
        await give_turn(session, job)
        session.add(job)
        await session.flush()
        job_id, lane = job.id, job.kind.lane

        def tell() -> None:
            self._new[lane].append(job_id)
            self._wakes[lane].ring()

        after_commit(session, tell)

    async def work(self, handle: Handle, lanes: Mapping[Lane, int], stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            for lane, width in lanes.items():
                tasks.create_task(self._work_lane(lane, width, handle, stop))
            await stop.wait()
            for wake in self._wakes.values():
                wake.ring()

    async def _work_lane(self, lane: Lane, width: int, handle: Handle, stop: asyncio.Event) -> None:
        in_hand: set[str] = set()
        nobody_waits = False
        wake = self._wakes[lane]

        async def hand_over(job_id: str) -> None:
            try:
                await handle(job_id, lane)
            except Exception:
                logger.exception("job %s could not be begun or ended; trying again", job_id)
                await asyncio.sleep(_LOOK_AGAIN)
            finally:
                in_hand.discard(job_id)
                if not nobody_waits:
                    wake.ring()

        async with asyncio.TaskGroup() as tasks:
            while not stop.is_set():
                free = width - len(in_hand)
                new = [each for each in dict.fromkeys(self._new[lane]) if each not in in_hand]
                self._new[lane].clear()
                if nobody_waits and new and len(new) <= free:
                    taken = new  # at once: whoever comes when nobody waits is the next
                else:
                    nobody_waits = False  # as long as it is not known
                    taken = await self._free_jobs(lane, free, in_hand)
                    nobody_waits = len(taken) < free
                for job_id in taken:
                    in_hand.add(job_id)
                    tasks.create_task(hand_over(job_id))
                await wake.within(_LOOK_AGAIN)

    async def _free_jobs(self, lane: Lane, most: int, in_hand: set[str]) -> list[str]:
        if most <= 0:
            return []
        free = select(Job.id).where(*unfinished(lane), col(Job.id).not_in(in_hand))
        try:
            async with self._database.reading() as session:
                in_turn = free.order_by(col(Job.turn), col(Job.id)).limit(most)
                return list((await session.exec(in_turn)).all())
        except Exception:
            logger.exception("cannot read the queue; trying again")
            return []
