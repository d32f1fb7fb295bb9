"""Doing a job: three tries, events in order and once each, one end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.context import Context
from app.database import now
from app.errors import NotFound, NotReady
from app.jobs.models import Job, JobEvent, JobKind, JobState, Lane
from app.jobs.worker import Done, Handler, Tell, Worker

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def _working(context: Context, **handlers: Handler[Job]) -> AsyncIterator[None]:
    by_kind = {JobKind(kind): handler for kind, handler in handlers.items()}
    worker = Worker(context.database, context.jobs.bell, by_kind, slots=2)
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(context.jobs.queue, stop))
    try:
        async with asyncio.timeout(60):
            yield
    finally:
        stop.set()
        await task


async def _told(context: Context, job_id: str, after: int = 0) -> list[tuple[int, str, dict[str, Any]]]:
    """The stored events of a job, as a stream brings them."""
    found = [(e.number, e.name, e.data) async for e in context.jobs.events(job_id, after)]
    return [event for event in found if event[0]]


async def test_a_question_is_answered(context: Context) -> None:
    async def work(job: Job, _tell: Tell) -> Done:
        return Done({"double": 2 * job.payload["number"]})

    async with _working(context, preview=Handler(work)):
        answer = await context.jobs.ask(JobKind.PREVIEW, "a", {"number": 21}, timeout=None)
    assert answer == {"double": 42}


async def test_events_come_while_it_works_and_resume_after_any_of_them(context: Context) -> None:
    go_on = asyncio.Event()

    async def work(_job: Job, tell: Tell) -> Done:
        tell("case", {"index": 0})
        await go_on.wait()
        tell("case", {"index": 1})
        return Done({}, "graded", {"score": 1.0})

    async with _working(context, run=Handler(work)):
        job = await context.jobs.start(JobKind.RUN, "a", {})
        seen = []
        async for event in context.jobs.events(job.id):
            seen.append(event.name)
            if event.name == "case":
                go_on.set()  # had the first been held back until the end, this would wait for ever
        assert [name for name in seen if name != "queued"] == ["running", "case", "case", "graded"]
    everything = await _told(context, job.id)
    assert [number for number, _, _ in everything] == [1, 2, 3, 4]
    assert everything[-1] == (4, "graded", {"score": 1.0})
    for after in range(5):
        assert await _told(context, job.id, after) == everything[after:]


async def test_what_fails_twice_succeeds_at_the_third_try_and_tells_everything_once(
    context: Context,
) -> None:
    tries = 0

    async def work(_job: Job, tell: Tell) -> Done:
        nonlocal tries
        tries += 1
        for index in range(tries):
            tell("case", {"index": index})
        await asyncio.sleep(0.12)  # so that what was told is stored before it fails
        if tries < 3:
            raise OSError("no more processes")
        return Done({}, "graded")

    async with _working(context, run=Handler(work)):
        job = await context.jobs.start(JobKind.RUN, "a", {})
        assert await context.jobs.answer(job.id, timeout=None) == {}
    cases = [data["index"] for _, name, data in await _told(context, job.id) if name == "case"]
    assert cases == [0, 1, 2]


async def test_what_fails_three_times_is_our_fault(context: Context) -> None:
    given_up: list[str] = []

    async def work(_job: Job, _tell: Tell) -> Done:
        raise OSError("no more processes")

    async def failed(_session: AsyncSession, job: Job) -> None:
        given_up.append(job.id)

    async with _working(context, freeze=Handler(work, failed=failed)):
        job = await context.jobs.start(JobKind.FREEZE, "a", {})
        with pytest.raises(NotReady, match="failed through our fault"):
            await context.jobs.answer(job.id, timeout=None)
    ended = await context.jobs.get(job.id)
    assert (ended.state, ended.tries, given_up) == (JobState.FAILED, 3, [job.id])
    assert [name for _, name, _ in await _told(context, job.id)] == ["running", "failed"]


async def test_a_job_that_takes_its_worker_down_is_given_up_too(context: Context) -> None:
    async def work(_job: Job, _tell: Tell) -> Done:
        raise AssertionError("never begun")

    async with context.database.writing() as session:
        job = Job(kind=JobKind.RUN, payload={}, state=JobState.RUNNING, tries=3)
        await context.jobs.queue.enqueue(session, job)
    async with _working(context, run=Handler(work)):
        assert (await context.jobs.wait(job.id, timeout=None)).state is JobState.FAILED


async def test_who_waits_too_long_is_told_so(context: Context) -> None:
    with pytest.raises(NotReady, match="waits for a worker"):
        await context.jobs.ask(JobKind.FREEZE, "a", {}, timeout=0.1)
    with pytest.raises(NotFound):
        await context.jobs.get("nothing")


async def test_two_workers_with_the_same_job_end_it_once(context: Context) -> None:
    kept: list[str] = []
    both = asyncio.Barrier(2)

    async def work(_job: Job, tell: Tell) -> Done:
        tell("case", {"index": 0})
        await both.wait()

        async def keep(_session: AsyncSession, job: Job) -> None:
            kept.append(job.id)

        return Done({}, "graded", keep=keep)

    handlers = {JobKind.RUN: Handler(work)}
    workers = [Worker(context.database, context.jobs.bell, handlers, slots=1) for _ in range(2)]
    job = await context.jobs.start(JobKind.RUN, "a", {})
    await asyncio.gather(*(worker.handle(job.id, Lane.GRADING) for worker in workers))
    assert kept == [job.id]
    assert [name for _, name, _ in await _told(context, job.id)] == ["running", "case", "graded"]


async def test_the_place_in_the_queue_is_told_when_it_changes(context: Context) -> None:
    release = asyncio.Event()

    async def work(_job: Job, _tell: Tell) -> Done:
        await release.wait()
        return Done({})

    jobs = [await context.jobs.start(JobKind.RUN, f"student {n}", {}) for n in range(3)]
    places = []
    async with _working(context, run=Handler(work)):
        async for event in context.jobs.events(jobs[2].id):
            if event.name == "queued":
                places.append(event.data["place"])
                release.set()
    assert places[0] == 2
    assert places == sorted(places, reverse=True)


async def test_runs_are_forgotten_and_attempts_are_not(context: Context) -> None:
    old = now() - timedelta(days=2)
    async with context.database.writing() as session:
        for kind in JobKind:
            for ended in (None, old, now()):
                job = Job(kind=kind, payload={}, finished_at=ended)
                session.add(job)
                await session.flush()
                session.add(JobEvent(job_id=job.id, number=1, name="running", data={}))
    await context.jobs.forget_old()
    async with context.database.reading() as session:
        kept = (await session.exec(select(Job).order_by(col(Job.id)))).all()
        events = (await session.exec(select(JobEvent.job_id))).all()
    assert len(kept) == 3 * len(JobKind) - (len(JobKind) - 1)
    assert [job.kind for job in kept if job.finished_at == old] == [JobKind.ATTEMPT]
    assert sorted(events) == [job.id for job in kept]
