"""Event streams of the pages: the pieces of a report as HTML, by the same templates as the finished page."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.accounts.viewer import SignedInDep
from app.attempts import progress, service
from app.attempts.models import Attempt
from app.attempts.written import written_version
from app.catalogue import service as catalogue
from app.context import Context, ContextDep
from app.errors import NotFound, NotReady
from app.jobs.models import Job, JobEvent, JobKind, JobState
from app.jobs.queue import place
from app.jobs.streams import until_gone
from app.rest.text import ours
from app.web.page import fragment
from grader.report import CaseResult, Report
from grader.verdict import Verdict

router = APIRouter(include_in_schema=False)

_RUNNING = "Running"
FAILURE = "Something broke here, not in your code. It does not count as an attempt; hand it in again."


async def run_of(context: Context, user: User, job_id: str) -> Job:
    """A run of this user. Raises NotFound for anybody else's, and once it is forgotten."""
    job = await context.jobs.get(ours(job_id, "run"))
    if job.kind is not JobKind.RUN or job.user_id != user.id:
        raise NotFound("There is no such run, or it was forgotten since. Run your code again.")
    return job


async def newer_version(session: AsyncSession, attempt: Attempt) -> str:
    """What to say when the problem's cases changed since the attempt; empty when they did not."""
    try:
        current = await catalogue.current_version(session, attempt.problem)
    except NotReady:
        return ""
    if current.id == attempt.version:
        return ""
    return (
        "A newer version of this problem's cases exists. This attempt is judged by the version it names;"
        " your next one by the newer."
    )


async def _own_run(context: ContextDep, user: SignedInDep, job_id: str) -> Job:
    return await run_of(context, user, job_id)


async def _seen_attempt(context: ContextDep, user: SignedInDep, attempt_id: str) -> Attempt:
    async with context.database.reading() as session:
        return await service.get_attempt(session, user, ours(attempt_id, "attempt"))


# A browser that reconnects by itself sends the header; the page's script opens a new stream with `after`.
_After = Annotated[int, Query(ge=0, lt=2**31)]
_LastEventId = Annotated[int, Header(ge=0, lt=2**31)]


@router.get("/runs/{job_id}/events", response_class=EventSourceResponse)
@until_gone
async def run_events(
    context: ContextDep,
    run: Annotated[Job, Depends(_own_run)],
    after: _After = 0,
    last_event_id: _LastEventId = 0,
) -> AsyncIterator[ServerSentEvent]:
    async for piece in _pieces(context, run.id, max(after, last_event_id)):
        yield piece
    ended = await context.jobs.get(run.id)
    async with context.database.reading() as session:
        cases = await written_version(session, str(ended.payload["version"]))
    yield _end(
        fragment(
            "end_piece.html",
            report=Report.model_validate(ended.answer) if ended.answer else None,
            cases=cases,
            what="run",
            failure=FAILURE,
            attempt=None,
            newer="",
        )
    )


@router.get("/attempts/{attempt_id}/events", response_class=EventSourceResponse)
@until_gone
async def attempt_events(
    context: ContextDep,
    user: SignedInDep,
    attempt: Annotated[Attempt, Depends(_seen_attempt)],
    after: _After = 0,
    last_event_id: _LastEventId = 0,
) -> AsyncIterator[ServerSentEvent]:
    async for piece in _pieces(context, attempt.id, max(after, last_event_id)):
        yield piece
    async with context.database.reading() as session:
        graded = await service.get_attempt(session, user, attempt.id)
        newer = await newer_version(session, graded)
        following = await progress.next_after(session, context.catalogue, user, graded)
        before = await service.attempt_before(session, graded)
        cases = await written_version(session, graded.version)
    report = Report.model_validate(graded.report) if graded.report else None
    yield _end(
        fragment(
            "end_piece.html",
            report=report,
            cases=cases,
            what="attempt",
            failure=FAILURE,
            before=before,
            attempt=graded,
            newer=newer,
            following=following,
            accepted=graded.verdict is Verdict.ACCEPTED,
            trains=service.can_train(graded),
        )
    )


async def waiting(session: AsyncSession, job_id: str) -> str:
    """What to say of a job that has not ended."""
    job = await session.get_one(Job, job_id)
    return _place_in_words(await place(session, job)) if job.state is JobState.QUEUED else _RUNNING


def _place_in_words(place: int) -> str:
    before = {0: "Waiting for a free place", 1: "One stands before you"}
    return before.get(place, f"{place} stand before you")


async def _pieces(context: Context, job_id: str, after: int) -> AsyncIterator[ServerSentEvent]:
    """What the page shows of a job before it has ended; the end shows everything again."""
    async for news in context.jobs.news(job_id, after, to_the_end=False):
        for event in news.events:
            if (piece := _piece(event)) is not None:
                yield piece


def _piece(event: JobEvent) -> ServerSentEvent | None:
    """What the page shows of an event before the last one."""
    number = str(event.number) if event.number else None
    match event.name:
        case "queued":
            return _status(_place_in_words(int(event.data["place"])), number)
        case "running":
            return _status(_RUNNING, number)
        case "case":
            total, index = event.data["total"], event.data["index"]
            facts = {key: event.data[key] for key in CaseResult.model_fields if key in event.data}
            html = fragment(
                "case_piece.html", case=CaseResult.model_validate(facts), index=index, total=total
            )
            return ServerSentEvent(event="case", id=number, raw_data=html)
        case _:
            return None


def _status(text: str, number: str | None) -> ServerSentEvent:
    return ServerSentEvent(event="status", id=number, raw_data=text)


def _end(html: str) -> ServerSentEvent:
    return ServerSentEvent(event="end", raw_data=html)
