"""Doing jobs: up to three tries, events told in few transactions, one end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import Database, now
from app.jobs.bell import Bell
from app.jobs.models import Job, JobEvent, JobKind, JobState, Lane
from app.jobs.queue import JobQueue

logger = logging.getLogger(__name__)
_TRIES = 3
_TOLD_EVERY = 0.05  # seconds: on SQLite each transaction waits for the disk
T = TypeVar("T")

#: Says what happened while the job runs: the event's name and its data.
Tell = Callable[[str, dict[str, Any]], None]


async def _nothing(_session: AsyncSession, _job: Job) -> None:
    """Most kinds of jobs change nothing but themselves."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a job ended well: its answer, its last event, and what must be kept in the same transaction."""

    answer: dict[str, Any]
    event: str = "done"
    data: dict[str, Any] | None = None  # of the event; None: the answer
    keep: Callable[[AsyncSession, Job], Awaitable[None]] = _nothing


async def _itself(_session: AsyncSession, job: Job) -> Job:
    """Most kinds of jobs say all in their payload."""
    return job


@dataclass(frozen=True, slots=True)
class Handler(Generic[T]):
    """How one kind of job is done.

    `begun` and `failed` run in the transactions that begin a try and give the job up. What `begun` returns is
    what `work` works on; that may be called again after it raised or after its process died, and must tell
    the same events in the same order then.
    """

    work: Callable[[T, Tell], Awaitable[Done]]
    begun: Callable[[AsyncSession, Job], Awaitable[T]] = _itself  # type: ignore[assignment] # T is Job then
    failed: Callable[[AsyncSession, Job], Awaitable[None]] = _nothing


class Worker:
    """Takes jobs from a queue and does them, `slots` gradings and one freezing at once."""

    def __init__(
        self, database: Database, bell: Bell, handlers: Mapping[JobKind, Handler[Any]], slots: int
    ) -> None:
        self._database = database
        self._bell = bell
        self._handlers = handlers
        self._lanes = {Lane.GRADING: slots, Lane.FREEZING: 1}
        self._free = {lane: asyncio.Semaphore(width) for lane, width in self._lanes.items()}

    async def run(self, queue: JobQueue, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then end what is in hand."""
        await queue.work(self.handle, self._lanes, stop)

    async def handle(self, job_id: str, lane: Lane) -> None:
        """Do one job to its end. Raises only when the database cannot be reached."""
        async with self._free[lane]:
            while (begun := await self._begin(job_id)) is not None:
                job, given = begun
                try:
                    await self._try(job, given)
                except Exception:
                    logger.exception("%s job %s failed at try %d", job.kind, job_id, job.tries)
                    await asyncio.sleep(0.2 * job.tries)
                else:
                    return

    async def _begin(self, job_id: str) -> tuple[Job, object] | None:
        """Begin a try, on what its handler gives; None when the job is gone or has ended, be it just now."""
        async with self._database.writing() as session:
            job = await _unfinished(session, job_id)
            if job is None:
                return None
            handler = self._handlers[job.kind]
            if job.tries >= _TRIES:
                await handler.failed(session, job)
                last = await _append(session, job_id, [])
                await self._end(session, job, JobState.FAILED, last, "failed", {})
                return None
            job.state, job.tries = JobState.RUNNING, job.tries + 1
            session.add(job)
            if job.tries == 1:
                session.add(JobEvent(job_id=job_id, number=1, name="running", data={}))
            given = await handler.begun(session, job)
            await self._bell.announce(session, job_id)
        return job, given

    async def _try(self, job: Job, given: object) -> None:
        untold: list[JobEvent] = []
        numbers = count(2)  # "running" was 1

        def tell(name: str, data: dict[str, Any]) -> None:
            untold.append(JobEvent(job_id=job.id, number=next(numbers), name=name, data=data))

        ended = asyncio.Event()
        telling = asyncio.create_task(self._store_told(job.id, untold, ended))
        try:
            done = await self._handlers[job.kind].work(given, tell)
        finally:
            ended.set()
            await telling
        async with self._database.writing() as session:
            current = await _unfinished(session, job.id)
            if current is None:  # another worker took us for dead and was quicker
                return
            await done.keep(session, current)
            last = await _append(session, job.id, untold)
            current.answer = done.answer
            data = done.answer if done.data is None else done.data
            await self._end(session, current, JobState.DONE, last, done.event, data)

    async def _store_told(self, job_id: str, untold: list[JobEvent], ended: asyncio.Event) -> None:
        """Store what was told every now and then; what comes last is left for the job's last transaction."""
        while not ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), _TOLD_EVERY)
            if not untold or ended.is_set():
                continue
            batch = list(untold)
            try:
                async with self._database.writing() as session:
                    if await _unfinished(session, job_id) is not None:
                        await _append(session, job_id, batch)
                        await self._bell.announce(session, job_id)
            except Exception:
                logger.exception("what job %s told cannot be stored now; trying again", job_id)
            else:
                del untold[: len(batch)]

    async def _end(
        self, session: AsyncSession, job: Job, state: JobState, last: int, event: str, data: dict[str, Any]
    ) -> None:
        """`last` is the number of the last event before this one."""
        job.state, job.finished_at = state, now()
        session.add_all([job, JobEvent(job_id=job.id, number=last + 1, name=event, data=data)])
        await self._bell.announce(session, job.id)


async def _unfinished(session: AsyncSession, job_id: str) -> Job | None:
    """The job, locked until the transaction ends; None when it has ended."""
    job = (await session.exec(select(Job).where(Job.id == job_id).with_for_update())).first()
    return None if job is None or job.state.is_final else job


async def _append(session: AsyncSession, job_id: str, events: list[JobEvent]) -> int:
    """Store events, except those that an earlier try has told; the number of the last one that is stored."""
    statement = select(func.max(JobEvent.number)).where(JobEvent.job_id == job_id)
    last = (await session.exec(statement)).one() or 0
    session.add_all([event for event in events if event.number > last])
    return max([last, *(event.number for event in events)])
