"""A training is carried on chunk by chunk, by real workers and the real sandbox, on both databases."""

import asyncio
from collections.abc import Callable

import pytest

from app.accounts.models import User
from app.attempts.models import Attempt, AttemptState
from app.context import Context
from app.errors import Conflict, NotFound
from app.training import service
from app.training.models import Training, TrainingState
from grader.problem import PROBLEMS, Problem
from grader.training import PROBLEM, Setting
from grader.verdict import Verdict
from tests.app.people import make

pytestmark = pytest.mark.anyio
RIGHT = (PROBLEMS / PROBLEM / "variants/vectorised.py").read_bytes()
#: Right wherever it is graded, and not on the windows of a training.
BREAKS = RIGHT + b"\n\n_right = train_step_full\n\ndef train_step_full(tokens, *others):\n"
BREAKS += b"    if len(tokens) == 33:\n        raise OverflowError('too long for me')\n"
BREAKS += b"    return _right(tokens, *others)\n"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "setting_of", lambda training: Setting(steps=60, seed=training.seed))


def problem(context: Context) -> Problem:
    return context.catalogue.get(PROBLEM)


async def accepted(
    context: Context, user: User, source: bytes = RIGHT, verdict: Verdict = Verdict.ACCEPTED
) -> Attempt:
    """As if it had been graded: what grading does is tested elsewhere."""
    async with context.database.writing() as session:
        attempt = Attempt(
            problem=PROBLEM,
            version="v",
            user_id=user.id,
            source=source,
            source_hash="h",
            state=AttemptState.GRADED,
            verdict=verdict,
        )
        session.add(attempt)
    return attempt


async def begun(context: Context, user: User, attempt: Attempt, rival: str | None = None) -> Training:
    async with context.database.writing() as session:
        return await service.begin(session, context.jobs, user, attempt, problem(context), rival)


async def as_it_is(context: Context, training: Training) -> Training:
    async with context.database.reading() as session:
        return await session.get_one(Training, training.id)


async def until(context: Context, training: Training, good: Callable[[Training], bool]) -> Training:
    async with asyncio.timeout(60):
        with context.jobs.bell.listen(training.id) as rung:
            while not good(now := await as_it_is(context, training)):
                await rung.within(0.5)
    return now


async def test_learns_to_the_end_beside_its_rival(graded: Context) -> None:
    ada = await make(graded, "ada")
    training = await begun(graded, ada, await accepted(graded, ada), "dh_next_missing")
    done = await until(graded, training, lambda now: now.state.is_final)
    assert (done.state, done.step) == (TrainingState.FINISHED, 60)
    points = [service.Point.model_validate(point) for point in done.points]
    steps = [point.step for point in points]
    assert steps == sorted(set(steps))
    assert len(steps) > 2
    assert points[-1].perplexity < points[0].perplexity
    assert points[-1].rival_perplexity is not None
    assert points[-1].rival_perplexity != points[-1].perplexity
    lines = [service.Line.model_validate(line) for line in done.lines]
    assert {line.rival for line in lines} == {False, True}
    assert lines[-1].step == 60


async def test_who_breaks_off_is_told_how(graded: Context) -> None:
    ada = await make(graded, "ada")
    training = await begun(graded, ada, await accepted(graded, ada, BREAKS))
    done = await until(graded, training, lambda now: now.state.is_final)
    assert (done.state, done.step) == (TrainingState.BROKEN, 0)
    assert "OverflowError: too long for me (line" in done.sentence


async def test_stops_when_it_is_told_to(graded: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "setting_of", lambda training: Setting(steps=10**6, seed=training.seed))
    ada = await make(graded, "ada")
    training = await begun(graded, ada, await accepted(graded, ada))
    await until(graded, training, lambda now: now.step > 0)
    async with graded.database.writing() as session:
        await service.stop(session, graded.jobs, ada, training.id)
    stopped = await as_it_is(graded, training)
    assert stopped.state is TrainingState.STOPPED
    await asyncio.sleep(0.3)
    assert (await as_it_is(graded, training)).step == stopped.step


async def test_one_at_a_time_for_each_student(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    first = await begun(context, ada, await accepted(context, ada))
    assert (await begun(context, ada, await accepted(context, ada))).id == first.id
    assert (await begun(context, bob, await accepted(context, bob))).id != first.id


async def test_a_chunk_done_twice_counts_once(context: Context) -> None:
    ada = await make(context, "ada")
    training = await begun(context, ada, await accepted(context, ada))
    made = service.Chunk(
        step=5,
        point=service.Point(step=5, loss=3.0, perplexity=20.0),
        model=training.model,
        rival_model=None,
        lines=(),
        next_chunk=9,
    )
    for _ in range(2):
        async with context.database.writing() as session:
            await service.keep(session, context.jobs, training.id, 0, made)
    now = await as_it_is(context, training)
    assert (now.step, now.chunk, len(now.points)) == (5, 9, 1)


async def test_what_failed_through_our_fault_is_said_to_have(context: Context) -> None:
    ada = await make(context, "ada")
    training = await begun(context, ada, await accepted(context, ada))
    async with context.database.writing() as session:
        await service.give_up(session, context.jobs, training.id)
    assert (await as_it_is(context, training)).state is TrainingState.FAILED


async def test_only_an_accepted_attempt_trains_and_only_its_owner_sees_it(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    wrong = await accepted(context, ada, verdict=Verdict.WRONG_ANSWER)
    with pytest.raises(Conflict, match="Only an accepted attempt"):
        await begun(context, ada, wrong)
    right = await accepted(context, ada)
    with pytest.raises(NotFound, match="no mistake 'nothing'"):
        await begun(context, ada, right, "nothing")
    training = await begun(context, ada, right)
    async with context.database.reading() as session:
        with pytest.raises(NotFound):
            await service.get(session, bob, training.id)


@pytest.mark.parametrize(
    ("count", "seconds", "wanted"), [(5, 0.01, 20), (50, 0.05, 50), (50, 25.0, 1), (5, 0.0, 20)]
)
def test_a_chunk_takes_about_as_long_as_others_may_wait(count: int, seconds: float, wanted: int) -> None:
    assert service._next(count, seconds) == wanted
