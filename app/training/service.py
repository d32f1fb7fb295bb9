"""Trainings: begun on an accepted attempt, carried on chunk by chunk, stopped, shown.

A chunk is an ordinary job, so that it waits its turn like anybody's, and a training is whatever the row says
between two of them: a worker that dies loses one chunk, which is done again.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.attempts.models import Attempt
from app.attempts.service import can_train
from app.errors import Conflict, NotFound
from app.jobs.jobs import Jobs
from app.jobs.models import JobKind
from app.training.corpora import python_docs
from app.training.models import Training, TrainingState
from grader.draws import Array
from grader.problem import Problem
from grader.sandbox.job import Limits, Sandbox
from grader.training import (
    PROBLEM,
    Corpus,
    Ended,
    Learnt,
    Parameters,
    Setting,
    learn,
    line,
    perplexity,
    windows,
)

LIMITS = Limits(cpu_seconds=20.0)  # of a chunk
_FIRST_CHUNK, _LARGEST_CHUNK = 5, 50  # steps
_CHUNK_SECONDS = 0.5  # what a chunk should take, others waiting
_LINE_EVERY = 400  # steps


class Point(BaseModel):
    """How well the models did at a step: losses in nats, over the steps of the chunk."""

    model_config = ConfigDict(frozen=True)

    step: int
    loss: float
    perplexity: float  # on text that was never learnt from
    rival_loss: float | None = None
    rival_perplexity: float | None = None


class Line(BaseModel):
    """What a model wrote."""

    model_config = ConfigDict(frozen=True)

    step: int
    text: str
    rival: bool = False


def setting_of(training: Training) -> Setting:
    return Setting(seed=training.seed)


@cache
def corpus() -> Corpus:
    """Python's own documentation, which is wherever Python is."""
    return Corpus.of(python_docs())


def rivals(problem: Problem) -> dict[str, str]:
    """The known mistakes that a training can be held against, and what is said of each."""
    return {mistake.name: mistake.message for mistake in problem.mistakes if mistake.raises is None}


async def begin(
    session: AsyncSession, jobs: Jobs, user: User, attempt: Attempt, problem: Problem, rival: str | None
) -> Training:
    """Begin a training and enqueue its first chunk. Raises Conflict and NotFound.

    Who has one under way gets that: two would only take each other's time.
    """
    if not can_train(attempt):
        raise Conflict(f"Only an accepted attempt at {PROBLEM} can train a model.")
    if rival is not None and rival not in rivals(problem):
        raise NotFound(f"There is no mistake '{rival}' to learn beside. Choose one of the list.")
    if (under_way := await _under_way(session, user)) is not None:
        return under_way
    setting = Setting()
    start = Parameters.drawn(setting, len(corpus().vocabulary)).to_bytes()
    training = Training(
        user_id=user.id,
        attempt_id=attempt.id,
        rival=rival,
        seed=setting.seed,
        chunk=_FIRST_CHUNK,
        model=start,
        rival_model=start if rival else None,
        points=[],
        lines=[],
    )
    session.add(training)
    await session.flush()
    await _enqueue(session, jobs, training)
    return training


async def get(session: AsyncSession, user: User, training_id: str) -> Training:
    """A training of this user's own, or anybody's if the user teaches. Raises NotFound."""
    training = await session.get(Training, training_id)
    if training is None or not (user.role.teaches or training.user_id == user.id):
        raise NotFound("There is no such training.")
    return training


async def stop(session: AsyncSession, jobs: Jobs, user: User, training_id: str) -> Training:
    """Learn no further; a chunk under way still ends. Raises NotFound."""
    training = await get(session, user, training_id)
    if not training.state.is_final:
        training.state = TrainingState.STOPPED
        session.add(training)
        await jobs.bell.announce(session, training.id)
    return training


async def of_attempt(session: AsyncSession, attempt: Attempt) -> list[Training]:
    """An attempt's trainings, newest first."""
    found = select(Training).where(Training.attempt_id == attempt.id).order_by(col(Training.id).desc())
    return list((await session.exec(found.limit(5))).all())


async def of_user(session: AsyncSession, user: User) -> list[Training]:
    """The last trainings of this user, newest first."""
    found = select(Training).where(Training.user_id == user.id).order_by(col(Training.id).desc())
    return list((await session.exec(found.limit(20))).all())


async def _under_way(session: AsyncSession, user: User) -> Training | None:
    mine = select(Training).where(Training.user_id == user.id, Training.state == TrainingState.LEARNING)
    return (await session.exec(mine)).first()


async def _enqueue(session: AsyncSession, jobs: Jobs, training: Training) -> None:
    payload = {"training": training.id, "step": training.step}
    await jobs.enqueue(session, JobKind.TRAINING, training.user_id, payload)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one chunk made of a training; `broken` says why the student's step cannot go on."""

    step: int
    point: Point | None
    model: bytes
    rival_model: bytes | None
    lines: tuple[Line, ...]
    next_chunk: int
    broken: str = ""


async def chunk(sandbox: Sandbox, training: Training, own: str, rival: str | None) -> Chunk:
    """The next steps by the student's code, and by the rival's on the same windows. Raises SandboxFailed."""
    setting = setting_of(training)
    count = min(training.chunk, setting.steps - training.step)
    seen = windows(corpus(), setting, training.step, count)
    try:
        learnt = await _learnt(sandbox, own, setting, training.model, seen)
    except Ended as ended:
        return Chunk(
            step=training.step,
            point=None,
            model=training.model,
            rival_model=training.rival_model,
            lines=(),
            next_chunk=training.chunk,
            broken=str(ended),
        )
    beside: Learnt | None = None
    if rival is not None and training.rival_model is not None:
        with suppress(Ended):  # a mistake may well blow up: it learns no further
            beside = await _learnt(sandbox, rival, setting, training.rival_model, seen)
    step = training.step + count
    return Chunk(
        step=step,
        point=_point(step, setting, learnt, beside),
        model=learnt.parameters.to_bytes(),
        rival_model=beside.parameters.to_bytes() if beside else None,
        lines=_lines(training, step, learnt, beside),
        next_chunk=_next(count, learnt.cpu_seconds + (beside.cpu_seconds if beside else 0.0)),
    )


async def _learnt(sandbox: Sandbox, source: str, setting: Setting, model: bytes, seen: Array) -> Learnt:
    return await learn(sandbox, source, setting, Parameters.from_bytes(model), seen, LIMITS)


def _point(step: int, setting: Setting, own: Learnt, rival: Learnt | None) -> Point:
    return Point(
        step=step,
        loss=own.loss,
        perplexity=perplexity(corpus(), setting, own.parameters),
        rival_loss=rival.loss if rival else None,
        rival_perplexity=perplexity(corpus(), setting, rival.parameters) if rival else None,
    )


def _lines(training: Training, step: int, own: Learnt, rival: Learnt | None) -> tuple[Line, ...]:
    setting = setting_of(training)
    due = not training.step or step >= setting.steps or training.step // _LINE_EVERY != step // _LINE_EVERY
    if not due:
        return ()
    return tuple(
        Line(step=step, text=line(corpus(), setting, one.parameters, step), rival=one is rival)
        for one in (own, rival)
        if one is not None
    )


def _next(count: int, seconds: float) -> int:
    """So many steps that they take about as long as a chunk should."""
    wanted = _CHUNK_SECONDS * count / max(seconds, 1e-3)
    return max(1, min(int(wanted), 4 * count, _LARGEST_CHUNK))


async def keep(session: AsyncSession, jobs: Jobs, training_id: str, done_before: int, made: Chunk) -> None:
    """Store what a chunk made and enqueue the next, once, however often the chunk was done."""
    training = await locked(session, training_id)
    if training is None or training.step != done_before:
        return
    training.step, training.chunk = made.step, made.next_chunk
    training.model, training.rival_model = made.model, made.rival_model
    training.points = [*training.points, *([made.point.model_dump()] if made.point else [])]
    training.lines = [*training.lines, *(one.model_dump() for one in made.lines)]
    if made.broken:
        training.state, training.sentence = TrainingState.BROKEN, made.broken
    elif training.step >= setting_of(training).steps:
        training.state = TrainingState.FINISHED
    session.add(training)
    await session.flush()
    if not training.state.is_final:
        await _enqueue(session, jobs, training)
    await jobs.bell.announce(session, training.id)


async def give_up(session: AsyncSession, jobs: Jobs, training_id: str) -> None:
    """After the last try of a chunk failed through our fault."""
    training = await locked(session, training_id)
    if training is not None:
        training.state = TrainingState.FAILED
        session.add(training)
        await jobs.bell.announce(session, training.id)


async def locked(session: AsyncSession, training_id: str) -> Training | None:
    """The training if it still learns, held until the transaction ends."""
    wanted = select(Training).where(Training.id == training_id, Training.state == TrainingState.LEARNING)
    return (await session.exec(wanted.with_for_update())).first()
