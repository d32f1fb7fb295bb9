"""REST: run code, hand it in, follow it, read what came of it, and open the solution."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.accounts import service as accounts
from app.accounts.bearer import Caller, with_scope
from app.accounts.models import Scope
from app.attempts import examples, service
from app.attempts.bucket import Bucket
from app.attempts.models import Attempt
from app.attempts.schemas import AttemptInfo, NewAttempt, NewRun, Solution
from app.catalogue import service as catalogue
from app.context import Context, ContextDep
from app.jobs.streams import until_gone
from app.rest.answers import LOCATED, answers
from app.rest.docs import BASE
from app.rest.etags import CONDITIONAL, TAGGED, UNCHANGED, tagged
from app.rest.idempotency import REPLAYED, OnceDep
from app.rest.limits import RUNS, WRITES, LimitsDep
from app.rest.lists import LINKED, PageDep
from app.rest.refusals import refuses
from app.rest.strict_json import StrictRoute
from app.rest.text import Moment, ours
from grader.report import Report
from grader.verdict import Verdict

router = APIRouter(tags=["attempts"], route_class=StrictRoute)

Writer = Annotated[Caller, Depends(with_scope(Scope.ATTEMPTS_WRITE))]
Reader = Annotated[Caller, Depends(with_scope(Scope.RESULTS_READ))]
_LATER = {"Retry-After": {"description": "Seconds until it is worth a look.", "schema": {"type": "integer"}}}
_ACCEPTED = answers(
    examples.QUEUED, 202, headers=LOCATED | REPLAYED | _LATER, description="Accepted: it will be graded."
)
_GRADED_IN_TIME = answers(
    examples.GRADED, headers=LOCATED | REPLAYED, description="Graded within `wait`.", model=AttemptInfo
)
_RUN_TAKES_AT_MOST = 120.0


@router.get("/problems/{slug}/solution", responses=refuses(401, 403, 404) | answers(examples.SOLUTION))
async def open_solution(
    context: ContextDep, caller: Annotated[Caller, Depends(with_scope(Scope.PROBLEMS_READ))], slug: str
) -> Solution:
    """The reference, for whoever had an attempt accepted, or ten graded.

    Attempts handed in later are marked and do not raise the score.
    """
    problem = context.catalogue.get(slug)
    async with context.database.writing() as session:
        source = await service.open_solution(session, caller.user, problem)
    return Solution(problem=slug, source=source)


async def _within_run_limit(caller: Writer, limits: LimitsDep) -> None:
    limits.spend(RUNS, caller.user.id)


@router.post(
    "/problems/{slug}/runs",
    responses=refuses(400, 401, 403, 404, 413, 429, 503) | answers(examples.REPORT),
    dependencies=[Depends(_within_run_limit)],
)
async def run(context: ContextDep, caller: Writer, slug: str, new: NewRun) -> Report:
    """Try code on the public cases. Nothing of it is kept."""
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        version = await catalogue.current_version(session, slug)
    job = await service.run(context.jobs, caller.user, problem, version.id, new.source.encode())
    return Report.model_validate(await context.jobs.answer(job, timeout=_RUN_TAKES_AT_MOST))


@router.post(
    "/problems/{slug}/attempts",
    status_code=202,
    response_model=AttemptInfo,
    responses=refuses(400, 401, 403, 404, 409, 413, 429, 503) | _GRADED_IN_TIME | _ACCEPTED,
)
async def submit(
    context: ContextDep,
    caller: Writer,
    limits: LimitsDep,
    slug: str,
    new: NewAttempt,
    once: OnceDep,
    wait: Annotated[float, Query(ge=0, le=30, description="Seconds to wait for the grading.")] = 0,
) -> Response:
    """Hand code in, for oneself or for a learner of another system.

    A learner has so many attempts at each problem, and one comes back every few minutes; 429 says when. One
    that ends by a compile error or through our fault costs none.
    """
    problem = context.catalogue.get(slug)
    if new.on_behalf_of is not None:
        caller.must_teach()
    # A class must not use up its teacher's allowance: each learner has their own.
    limits.spend(WRITES, caller.user.id if new.on_behalf_of is None else f"external:{new.on_behalf_of}")
    if again := await once.begin(caller.user.id):
        return again
    async with context.database.writing() as session:
        version = await catalogue.current_version(session, slug)
        user = caller.user
        if new.on_behalf_of is not None:
            user = await accounts.ensure_learner(session, new.on_behalf_of)
        attempt = await service.submit(
            session,
            context.jobs,
            problem,
            version.id,
            user,
            new.source.encode(),
            bucket=Bucket.of(context.settings, user),
        )
        answer = _answer(context, attempt)
        await once.keep(session, answer)
    if wait:
        await context.jobs.wait(attempt.id, timeout=wait)
        async with context.database.reading() as session:
            answer = _answer(context, await service.get_attempt(session, caller.user, attempt.id))
        await once.keep_instead(answer)
    return answer


@router.get("/attempts", responses=refuses(401, 403) | answers([examples.GRADED], headers=LINKED))
async def list_attempts(
    request: Request,
    response: Response,
    context: ContextDep,
    caller: Reader,
    page: PageDep,
    problem: Annotated[str | None, Query(max_length=200, description="A problem's slug.")] = None,
    user: Annotated[str | None, Query(max_length=200, description="A user's id.")] = None,
    verdict: Verdict | None = None,
    since: Annotated[Moment | None, Query(description="Handed in at or after this moment.")] = None,
) -> list[AttemptInfo]:
    """Attempts, newest first: one's own, or everybody's for instructors."""
    if not caller.user.role.teaches and user not in (None, caller.user.id):
        return []
    async with context.database.reading() as session:
        found = await service.history(
            session,
            user=user if caller.user.role.teaches else caller.user.id,
            problem=problem,
            verdict=verdict,
            since=since,
            before=page.after,
            reports=True,
            limit=page.limit,
        )
    shown = page.cut(request, response, found, [attempt.id for attempt in found])
    return [AttemptInfo.of(attempt) for attempt in shown]


async def _attempt(context: ContextDep, caller: Reader, id: str) -> Attempt:
    async with context.database.reading() as session:
        return await service.get_attempt(session, caller.user, ours(id, "attempt"))


AttemptDep = Annotated[Attempt, Depends(_attempt)]


@router.get(
    "/attempts/{id}",
    response_model=AttemptInfo,
    dependencies=CONDITIONAL,
    responses=UNCHANGED | refuses(401, 403, 404) | answers(examples.GRADED, headers=TAGGED),
)
async def get_attempt(request: Request, attempt: AttemptDep) -> Response:
    """One attempt; its `report` is null until it is graded."""
    return tagged(request, AttemptInfo.of(attempt))


@router.get(
    "/attempts/{id}/events",
    response_class=EventSourceResponse,
    responses=refuses(401, 403, 404) | answers(examples.EVENTS, media_type="text/event-stream"),
)
@until_gone
async def attempt_events(
    context: ContextDep,
    caller: Reader,
    attempt: AttemptDep,
    last_event_id: Annotated[
        int,
        Header(
            alias="Last-Event-ID",
            ge=0,
            lt=2**31,
            description="Go on after this event; browsers send it by themselves.",
        ),
    ] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `queued` (with its `place`), `running`, one `case` each, `graded` or `failed`.

    The stream ends after the last of them, and as soon as the token may no longer read results.
    """
    async for event in context.jobs.events(attempt.id, after=last_event_id):
        if not await caller.still_has(context.database, Scope.RESULTS_READ):
            return
        number = str(event.number) if event.number else None
        yield ServerSentEvent(event=event.name, id=number, data=event.data)


def _answer(context: Context, attempt: Attempt) -> JSONResponse:
    headers = {"Location": f"{context.settings.base_url}{BASE}/attempts/{attempt.id}"}
    if attempt.state.is_final:
        status = 200
    else:
        status, headers["Retry-After"] = 202, "1"
    content = AttemptInfo.of(attempt).model_dump(mode="json")
    return JSONResponse(content, status_code=status, headers=headers)
