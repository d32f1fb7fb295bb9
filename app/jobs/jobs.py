"""What the web process uses of the queue: enqueue, ask, and follow a job's events."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import JsonValue
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import Database, now
from app.errors import NotFound, NotReady
from app.jobs.bell import Bell
from app.jobs.models import Job, JobEvent, JobKind, JobState
from app.jobs.queue import JobQueue, place

_LOOK_AGAIN = 1.0  # seconds: a bell may get lost between processes
_FORGET_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell of a job since the last time, in order."""

    events: Sequence[JobEvent]
    ended: bool  # so nothing comes after


class Jobs:
    """The queue as seen by those who need work done."""

    def __init__(self, database: Database, queue: JobQueue, bell: Bell) -> None:
        self._database = database
        self.queue = queue
        self.bell = bell

    async def enqueue(
        self,
        session: AsyncSession,
        kind: JobKind,
        user_id: str | None,
        payload: dict[str, Any],
        *,
        job_id: str | None = None,
    ) -> Job:
        """Have work done once the session's transaction is committed."""
        job = Job(kind=kind, user_id=user_id, payload=payload)
        if job_id is not None:
            job.id = job_id
        await self.queue.enqueue(session, job)
        return job

    async def ask(
        self,
        kind: JobKind,
        user_id: str | None,
        payload: dict[str, Any],
        *,
        timeout: float | None,  # noqa: ASYNC109 - who waits gets a refusal, not a TimeoutError
    ) -> dict[str, JsonValue]:
        """Have work done and wait for its answer. Never call it inside a transaction.

        Raises NotReady when the work failed through our fault or took longer than `timeout` seconds.
        """
        job = await self.start(kind, user_id, payload)
        return await self.answer(job.id, timeout=timeout)

    async def start(self, kind: JobKind, user_id: str | None, payload: dict[str, Any]) -> Job:
        """Have work done, in a transaction of its own."""
        async with self._database.writing() as session:
            return await self.enqueue(session, kind, user_id, payload)

    async def answer(
        self,
        job_id: str,
        *,
        timeout: float | None,  # noqa: ASYNC109 - as above
    ) -> dict[str, JsonValue]:
        """Wait for a job's answer. Raises NotFound, and NotReady as `ask` does."""
        job = await self.wait(job_id, timeout=timeout)
        if job.state is not JobState.DONE:
            trouble = "failed through our fault" if job.state is JobState.FAILED else "waits for a worker"
            raise NotReady(f"This could not be computed, it {trouble}; try again in a minute.")
        return job.answer or {}

    async def wait(
        self,
        job_id: str,
        *,
        timeout: float | None,  # noqa: ASYNC109 - who waits gets the job as it is then
    ) -> Job:
        """The job as it is when it has ended, or after `timeout` seconds. Raises NotFound."""
        ends = None if timeout is None else time.monotonic() + timeout
        with self.bell.listen(job_id) as rung:
            while True:
                job = await self.get(job_id)
                left = _LOOK_AGAIN if ends is None else ends - time.monotonic()
                if job.state.is_final or left <= 0:
                    return job
                await rung.within(min(left, _LOOK_AGAIN))

    async def get(self, job_id: str) -> Job:
        """A job as it is now. Raises NotFound."""
        async with self._database.reading() as session:
            return await _known(session, job_id)

    async def forget_old(self) -> None:
        """Delete what ended over a day ago, except attempts' jobs: runs and previews are not kept."""
        old = (
            col(Job.finished_at) < now() - _FORGET_AFTER,
            col(Job.kind) != JobKind.ATTEMPT,
        )
        async with self._database.writing() as session:
            await session.exec(delete(Job).where(*old))

    async def events(self, job_id: str, after: int = 0) -> AsyncIterator[JobEvent]:
        """The job's events numbered above `after`, as they come, up to the final one.

        While it waits in the queue, `queued` events with its `place` come first and whenever the place
        changes; they are not stored and all have the number 0. Raises NotFound.
        """
        async for news in self.news(job_id, after):
            for event in news.events:
                yield event

    async def news(self, job_id: str, after: int = 0, *, to_the_end: bool = True) -> AsyncIterator[News]:
        """The same, all that there is at once; or, if not `to_the_end`, nothing of what is found with it."""
        told_place = -1
        with self.bell.listen(job_id) as rung:
            while True:
                job, at, events = await self._look(job_id, after, to_the_end)
                after = events[-1].number if events else after
                if at is not None and at != told_place:
                    told_place = at
                    events.append(JobEvent(job_id=job_id, number=0, name="queued", data={"place": at}))
                yield News(events, job.state.is_final)
                if job.state.is_final:
                    return
                await rung.within(_LOOK_AGAIN)

    async def _look(
        self, job_id: str, after: int, to_the_end: bool
    ) -> tuple[Job, int | None, list[JobEvent]]:
        """The job, its place while it waits, and then its later events: once it has ended, all of them."""
        statement = (
            select(JobEvent)
            .where(JobEvent.job_id == job_id, JobEvent.number > after)
            .order_by(col(JobEvent.number))
        )
        async with self._database.reading() as session:
            job = await _known(session, job_id)
            if job.state.is_final and not to_the_end:
                return job, None, []
            at = await place(session, job) if job.state is JobState.QUEUED else None
            return job, at, list((await session.exec(statement)).all())


async def _known(session: AsyncSession, job_id: str) -> Job:
    job = (await session.exec(select(Job).where(Job.id == job_id))).first()
    if job is None:
        raise NotFound("There is no such job, or it was forgotten since.")
    return job
