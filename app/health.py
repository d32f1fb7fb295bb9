"""Whether the service lives, and whether it is ready for students; for balancers and container hosts."""

import asyncio
from functools import cache
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import func, select

from app.context import ContextDep
from app.jobs.models import Job, JobState
from grader.sandbox.tiers import probe

router = APIRouter(include_in_schema=False)


class Readiness(BaseModel):
    """What the service needs to be of use."""

    ready: bool
    database: Literal["ok", "unreachable"]
    waiting: int | None  # jobs that no worker has taken yet
    worker: Literal["running", "stopped", "elsewhere"]
    sandbox_tier: str | None  # of the worker inside this process; others know their own
    broken_problems: list[str]


@router.get("/healthz")
async def alive() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz")
async def ready(request: Request, response: Response, context: ContextDep) -> Readiness:
    task: asyncio.Task[None] | None = request.app.state.worker
    worker: Literal["running", "stopped", "elsewhere"] = "elsewhere"
    if task is not None:
        worker = "stopped" if task.done() else "running"
    try:
        async with context.database.reading() as session:
            queued = select(func.count()).select_from(Job).where(Job.state == JobState.QUEUED)
            waiting = (await session.exec(queued)).one()
    except (SQLAlchemyError, OSError):
        waiting = None
    found = Readiness(
        ready=waiting is not None and worker != "stopped",
        database="unreachable" if waiting is None else "ok",
        waiting=waiting,
        worker=worker,
        sandbox_tier=None if task is None else await asyncio.to_thread(_tier),
        broken_problems=sorted(context.catalogue.broken),
    )
    response.status_code = 200 if found.ready else 503
    return found


@cache
def _tier() -> str:
    return probe().tier
