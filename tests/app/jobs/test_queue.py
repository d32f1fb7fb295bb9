"""Every committed job reaches a worker, in a fair order, and survives whoever had it in hand."""

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path

import hypothesis
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import select

from app.context import Context, open_context
from app.database import now
from app.jobs.models import Job, JobKind, JobState, Lane
from app.jobs.queue import Handle, place
from app.settings import Settings
from tests.app.postgres import Postgres

pytestmark = pytest.mark.anyio


async def _enqueue(context: Context, user: str | None, kind: JobKind = JobKind.RUN) -> str:
    return (await context.jobs.start(kind, user, {})).id


async def _end(context: Context, job_id: str) -> None:
    async with context.database.writing() as session:
        job = (await session.exec(select(Job).where(Job.id == job_id))).one()
        job.state, job.finished_at = JobState.DONE, now()
        session.add(job)


async def _work_until(
    context: Context,
    count: int,
    handle: Handle | None = None,
    width: int = 1,
) -> list[str]:
    """Hand out jobs until `count` have ended; their ids in the order they were handed out."""
    handed: list[str] = []
    ended: list[str] = []
    stop = asyncio.Event()

    async def take(job_id: str, lane: Lane) -> None:
        handed.append(job_id)
        if handle is not None:
            await handle(job_id, lane)
        await _end(context, job_id)
        ended.append(job_id)
        if len(ended) >= count:
            stop.set()

    async with asyncio.timeout(60):
        await context.jobs.queue.work(take, {Lane.GRADING: width, Lane.FREEZING: 1}, stop)
    return handed


async def test_one_students_hundred_do_not_stand_before_anothers_first(context: Context) -> None:
    hundred = [await _enqueue(context, "eager") for _ in range(100)]
    first = await _enqueue(context, "late")
    async with context.database.reading() as session:
        job = (await session.exec(select(Job).where(Job.id == first))).one()
        assert await place(session, job) == 1
        last = (await session.exec(select(Job).where(Job.id == hundred[-1]))).one()
        assert await place(session, last) == 100
    handed = await _work_until(context, 101)
    assert handed == [hundred[0], first, *hundred[1:]]


async def test_stopping_waits_for_what_is_in_hand(context: Context) -> None:
    begun, go_on, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    first, second = await _enqueue(context, "a"), await _enqueue(context, "a")
    ended: list[str] = []

    async def handle(job_id: str, _lane: Lane) -> None:
        begun.set()
        await go_on.wait()
        await _end(context, job_id)
        ended.append(job_id)

    lanes = {Lane.GRADING: 1, Lane.FREEZING: 1}
    working = asyncio.create_task(context.jobs.queue.work(handle, lanes, stop))
    async with asyncio.timeout(60):
        await begun.wait()
        stop.set()
        await asyncio.sleep(0.2)
        assert not working.done()
        go_on.set()
        await working
    assert first in ended
    assert second not in ended or context.settings.is_postgres  # which takes one job ahead


async def test_a_rolled_back_job_never_happened(context: Context) -> None:
    with suppress(ZeroDivisionError):
        async with context.database.writing() as session:
            await context.jobs.enqueue(session, JobKind.RUN, "a", {})
            _ = 1 / 0
    kept = await _enqueue(context, "a")
    assert await _work_until(context, 1) == [kept]


async def test_a_waiting_worker_is_woken(context: Context) -> None:
    async def submit_later() -> list[str]:
        await asyncio.sleep(0.3)  # the worker waits by now
        return [await _enqueue(context, "a"), await _enqueue(context, None, JobKind.FREEZE)]

    handed, enqueued = await asyncio.gather(_work_until(context, 2), submit_later())
    assert sorted(handed) == sorted(enqueued)


async def test_who_comes_while_somebody_is_served_waits_in_turn(context: Context) -> None:
    first = await _enqueue(context, "a")
    begun: list[str] = []
    later: list[str] = []

    async def handle(job_id: str, _lane: Lane) -> None:
        begun.append(job_id)
        if job_id == first:
            later.extend([await _enqueue(context, user) for user in ("b", "b", "c")])
            assert begun == [first] or context.settings.is_postgres  # which takes one job ahead

    handed = await _work_until(context, 4, handle)
    assert sorted(handed) == sorted([first, *later])
    assert handed == [first, later[0], later[2], later[1]] or context.settings.is_postgres


async def test_gradings_do_not_wait_for_a_freezing(context: Context) -> None:
    grading_done = asyncio.Event()
    freezings = {await _enqueue(context, "teacher", JobKind.FREEZE) for _ in range(2)}
    grading = await _enqueue(context, "student")

    async def handle(job_id: str, _lane: Lane) -> None:
        if job_id in freezings:
            await grading_done.wait()  # for ever, if the lanes were one
        else:
            grading_done.set()

    assert set(await _work_until(context, 3, handle)) == {*freezings, grading}


async def test_no_more_at_once_than_there_are_slots(context: Context) -> None:
    for number in range(12):
        await _enqueue(context, f"student {number}")
    at_once, most = 0, 0

    async def handle(_job_id: str, _lane: Lane) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.02)
        at_once -= 1

    await _work_until(context, 12, handle, width=3)
    assert most == 3


async def test_what_could_not_be_begun_is_brought_again(context: Context) -> None:
    job_id = await _enqueue(context, "a")
    troubles = 2

    async def handle(_job_id: str, _lane: Lane) -> None:
        nonlocal troubles
        if troubles:
            troubles -= 1
            raise OSError("the database is away")

    assert await _work_until(context, 1, handle) == [job_id] * 3


async def test_jobs_a_lost_process_had_in_hand_are_taken_again(tmp_path: Path) -> None:
    async with open_context(Settings(data_dir=tmp_path)) as context:
        job_id = await _enqueue(context, "a")
        async with context.database.writing() as session:
            job = (await session.exec(select(Job).where(Job.id == job_id))).one()
            job.state = JobState.RUNNING
            session.add(job)
    async with open_context(Settings(data_dir=tmp_path)) as context:
        assert await _work_until(context, 1) == [job_id]


@pytest.mark.postgres
async def test_a_worker_survives_the_loss_of_its_connections(postgres: Postgres, tmp_path: Path) -> None:
    async with open_context(postgres.settings(tmp_path, postgres.new_database())) as context:
        first = await _enqueue(context, "a")

        async def handle(job_id: str, _lane: Lane) -> None:
            if job_id == first:
                postgres.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%';"
                )
                await _enqueue(context, "a")

        assert len(set(await _work_until(context, 2, handle))) == 2


@pytest.mark.postgres
async def test_a_job_whose_message_got_lost_is_sent_again(postgres: Postgres, tmp_path: Path) -> None:
    async with open_context(postgres.settings(tmp_path, postgres.new_database())) as context:
        job_id = await _enqueue(context, "a")
        async with context.database.bare_connection() as connection:
            assert await connection.execute("DELETE FROM pgqueuer") == "DELETE 1"
        assert await _work_until(context, 1) == [job_id]


class _Lane:
    """Users who enqueue and a worker who takes one job after another, as their turns come."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: dict[str, str] = {}  # job -> user, oldest first
        self._served_since: dict[str, Counter[str]] = {}  # newcomers' jobs -> who was served meanwhile

    async def enqueue(self, user: str) -> None:
        newcomer = user not in self._waiting.values()
        job_id = await _enqueue(self._context, user)
        self._waiting[job_id] = user
        if newcomer:
            self._served_since[job_id] = Counter()

    async def serve(self) -> None:
        if not self._waiting:
            return
        (job_id,) = await _work_until(self._context, 1)
        user = self._waiting.pop(job_id)
        assert user not in {u for j, u in self._waiting.items() if j < job_id}, "out of one's own order"
        assert set(self._served_since.pop(job_id, Counter()).values()) <= {1}, "waited for somebody's second"
        for served in self._served_since.values():
            served[user] += 1


@given(st.lists(st.sampled_from(["a", "a", "a", "b", "c", "serve", "serve"]), max_size=25))
@example(["a"] * 4 + ["serve"] * 2 + ["b", "a", "c"] + ["serve"] * 7)
@hypothesis.settings(max_examples=15, deadline=None)
def test_a_newcomer_waits_for_nobodys_second_job(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    async def play() -> None:
        async with open_context(Settings(data_dir=tmp_path_factory.mktemp("fair"))) as context:
            lane = _Lane(context)
            for step in [*steps, *["serve"] * len(steps)]:
                await (lane.serve() if step == "serve" else lane.enqueue(step))

    asyncio.run(play())
