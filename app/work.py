"""What a worker does: grade attempts and runs, freeze cases. Only workers own sandboxes."""

import asyncio
import base64
import logging
from collections.abc import Callable, Coroutine
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.attempts import service as attempts
from app.attempts.models import Attempt
from app.catalogue.models import FrozenVersion
from app.catalogue.service import load_version
from app.context import Context
from app.jobs.models import Job, JobKind
from app.jobs.worker import Done, Handler, Tell, Worker
from app.training import service as trainings
from app.training.models import Training
from grader.cases import CaseSpec, UnusableCase
from grader.freeze import freeze
from grader.grade import grade
from grader.preview import preview
from grader.problem import Problem
from grader.report import Report
from grader.runner import SandboxFailed
from grader.sandbox.job import Sandbox
from grader.sandbox.pool import SandboxPool
from grader.verdict import Verdict
from grader.version import mutation_score

logger = logging.getLogger(__name__)
_HOUR = 3600.0  # seconds
_T = TypeVar("_T")


async def serve_worker(context: Context, stop: asyncio.Event) -> None:
    """Do jobs until `stop` is set, then end those in hand. Inside the service or as a process of its own."""
    slots = context.settings.sandbox_slots
    async with SandboxPool(slots) as sandbox:
        work = Work(context, sandbox)
        worker = Worker(context.database, context.jobs.bell, work.handlers, slots)
        forgetting = asyncio.create_task(_forget_every_hour(context))
        try:
            await worker.run(context.jobs.queue, stop)
        finally:
            forgetting.cancel()
            with suppress(asyncio.CancelledError):
                await forgetting


class Work:
    """The handlers of every kind of job."""

    def __init__(self, context: Context, sandbox: Sandbox) -> None:
        self._context = context
        self._sandbox = sandbox
        self.handlers: dict[JobKind, Handler[Any]] = {
            JobKind.ATTEMPT: Handler(self._attempt, begun=_begin_attempt, failed=_attempt_failed),
            JobKind.RUN: Handler(self._run),
            JobKind.PREVIEW: Handler(self._preview),
            JobKind.FREEZE: Handler(self._freeze),
            JobKind.TRAINING: Handler(self._train, failed=self._training_failed),
        }

    async def _attempt(self, attempt: Attempt, tell: Tell) -> Done:
        report = await self._graded(attempt.version, attempt.source, tell, public_only=False)

        async def keep(session: AsyncSession, _job: Job) -> None:
            await attempts.store_report(session, attempt.id, report)

        return Done({}, "graded", _json(report), keep)

    async def _run(self, job: Job, tell: Tell) -> Done:
        source = base64.b64decode(job.payload["source"])
        report = await self._graded(job.payload["version"], source, tell, public_only=True)
        return Done(_json(report), "graded")

    async def _graded(self, version_id: str, source: bytes, tell: Tell, *, public_only: bool) -> Report:
        async with self._context.database.reading() as session:
            version = await load_version(session, version_id)
        total = sum(case.public or not public_only for case in version.cases)
        index = 0
        async with aclosing(grade(version, source, self._sandbox, public_only=public_only)) as grading:
            async for progress in grading:
                if isinstance(progress, Report):
                    return progress
                if progress.verdict is Verdict.INTERNAL_ERROR:
                    raise SandboxFailed(f"the sandbox failed at the case {progress.name!r}")
                tell("case", _json(progress) | {"index": index, "total": total})
                index += 1
        raise AssertionError("grade always ends with a report")

    async def _preview(self, job: Job, _tell: Tell) -> Done:
        problem, specs = self._asked(job)
        new = CaseSpec.model_validate(job.payload["new"])
        try:
            told = await _aside(lambda sandbox: preview(problem, specs, new, sandbox))
        except UnusableCase as unusable:
            return Done({"unusable": unusable.reason})
        return Done({"preview": _json(told)})

    async def _freeze(self, job: Job, _tell: Tell) -> Done:
        problem, specs = self._asked(job)
        try:
            version = await _aside(lambda sandbox: freeze(problem, specs, sandbox))
        except UnusableCase as unusable:
            return Done({"unusable": unusable.reason})
        frozen = FrozenVersion(
            id=version.id,
            problem=problem.slug,
            cases=[
                {"name": case.name, "visibility": case.spec.visibility, "weight": case.weight}
                for case in version.cases
            ],
            mutation_score=mutation_score(version).score,
            frozen=await asyncio.to_thread(version.to_bytes),
        )

        async def keep(session: AsyncSession, _job: Job) -> None:
            known = select(FrozenVersion.id).where(FrozenVersion.id == frozen.id)
            if (await session.exec(known)).first() is None:
                session.add(frozen)

        return Done({"version": version.id}, keep=keep)

    async def _train(self, job: Job, _tell: Tell) -> Done:
        training_id, step = str(job.payload["training"]), int(job.payload["step"])
        async with self._context.database.reading() as session:
            training = await session.get(Training, training_id)
            if training is None or training.state.is_final or training.step != step:
                return Done({})
            attempt = await session.get_one(Attempt, training.attempt_id)
        mistakes = self._context.catalogue.get(attempt.problem).mistakes
        rival = next((one.source for one in mistakes if one.name == training.rival), None)
        made = await trainings.chunk(self._sandbox, training, attempt.source.decode(), rival)

        async def keep(session: AsyncSession, _job: Job) -> None:
            await trainings.keep(session, self._context.jobs, training_id, step, made)

        return Done({}, keep=keep)

    async def _training_failed(self, session: AsyncSession, job: Job) -> None:
        await trainings.give_up(session, self._context.jobs, str(job.payload["training"]))

    def _asked(self, job: Job) -> tuple[Problem, list[CaseSpec]]:
        problem = self._context.catalogue.get(job.payload["problem"])
        return problem, [CaseSpec.model_validate(spec) for spec in job.payload["specs"]]


async def _begin_attempt(session: AsyncSession, job: Job) -> Attempt:
    return await attempts.mark_running(session, job.id)


async def _attempt_failed(session: AsyncSession, job: Job) -> None:
    await attempts.mark_failed(session, job.id)


async def _aside(work: Callable[[SandboxPool], Coroutine[Any, Any, _T]]) -> _T:
    """Freeze in a thread and with a sandbox of its own: its arithmetic must not hold up anybody's grading."""

    async def run() -> _T:
        async with SandboxPool(1) as sandbox:
            return await work(sandbox)

    return await asyncio.to_thread(asyncio.run, run())


async def _forget_every_hour(context: Context) -> None:
    while True:
        try:
            await context.jobs.forget_old()
        except Exception:
            logger.exception("old runs cannot be forgotten; trying again in an hour")
        await asyncio.sleep(_HOUR)


def _json(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json")
