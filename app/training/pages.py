"""Watch it learn: a model that a student trains with their own accepted step."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Header, Query, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.accounts.viewer import SignedInDep
from app.attempts import service as attempts
from app.context import Context, ContextDep
from app.errors import Conflict
from app.jobs.streams import until_gone
from app.rest.limits import WRITES, LimitsDep
from app.rest.text import ours
from app.training import service
from app.training.models import Training
from app.training.plot import Series, line_chart
from app.web.page import fragment, page
from grader.training import PROBLEM, Setting
from grader.verdict import Verdict

router = APIRouter(include_in_schema=False)
_LOOK_AGAIN = 1.0  # seconds: a bell may get lost between processes


@router.get("/trainings")
async def my_trainings(request: Request, context: ContextDep, user: SignedInDep) -> Response:
    """All that one has trained; with nothing trained yet, how to come to it."""
    problem = context.catalogue.problems.get(PROBLEM)
    async with context.database.reading() as session:
        mine = await service.of_user(session, user)
        accepted = await attempts.history(
            session, user=user.id, problem=PROBLEM, verdict=Verdict.ACCEPTED, limit=1
        )
    return page(
        request,
        "my_trainings.html",
        trainings=mine,
        problem=problem,
        accepted=accepted[0] if accepted else None,
    )


@router.get("/attempts/{attempt_id}/trainings")
async def trainings(request: Request, context: ContextDep, user: SignedInDep, attempt_id: str) -> Response:
    problem = context.catalogue.get(PROBLEM)
    async with context.database.reading() as session:
        attempt = await attempts.get_attempt(session, user, ours(attempt_id, "attempt"))
        earlier = await service.of_attempt(session, attempt)
    if not attempts.can_train(attempt):
        raise Conflict(f"Only an accepted attempt at “{problem.title}” can train a model.")
    return page(
        request,
        "trainings.html",
        attempt=attempt,
        problem=problem,
        setting=Setting(),
        rivals=service.rivals(problem),
        trainings=earlier,
    )


@router.post("/attempts/{attempt_id}/trainings")
async def begin(
    context: ContextDep,
    limits: LimitsDep,
    user: SignedInDep,
    attempt_id: str,
    rival: Annotated[str, Form()] = "",
) -> Response:
    limits.spend(WRITES, user.id)
    problem = context.catalogue.get(PROBLEM)
    async with context.database.writing() as session:
        attempt = await attempts.get_attempt(session, user, ours(attempt_id, "attempt"))
        training = await service.begin(session, context.jobs, user, attempt, problem, rival or None)
    return RedirectResponse(f"/trainings/{training.id}", 303)


@router.get("/trainings/{training_id}")
async def training_page(
    request: Request, context: ContextDep, user: SignedInDep, training_id: str
) -> Response:
    async with context.database.reading() as session:
        training = await service.get(session, user, ours(training_id, "training"))
    return page(request, "training.html", **_shown(context, training))


@router.post("/trainings/{training_id}/stop")
async def stop(context: ContextDep, user: SignedInDep, training_id: str) -> Response:
    async with context.database.writing() as session:
        training = await service.stop(session, context.jobs, user, ours(training_id, "training"))
    return RedirectResponse(f"/trainings/{training.id}", 303)


async def _own(context: ContextDep, user: SignedInDep, training_id: str) -> Training:
    async with context.database.reading() as session:
        return await service.get(session, user, ours(training_id, "training"))


@router.get("/trainings/{training_id}/events", response_class=EventSourceResponse)
@until_gone
async def events(
    context: ContextDep,
    user: SignedInDep,
    training: Annotated[Training, Depends(_own)],
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    last_event_id: Annotated[int, Header(ge=0, lt=2**31)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """A `piece` whenever the model has learnt, whole each time, and at last the `end`."""
    told = max(after, last_event_id)
    with context.jobs.bell.listen(training.id) as rung:
        while True:
            async with context.database.reading() as session:
                now = await service.get(session, user, training.id)
            if now.state.is_final:
                html = fragment("training_piece.html", **_shown(context, now))
                yield ServerSentEvent(event="end", raw_data=html)
                return
            if now.step > told:
                told = now.step
                html = fragment("training_piece.html", **_shown(context, now))
                yield ServerSentEvent(event="piece", id=str(told), raw_data=html)
            await rung.within(_LOOK_AGAIN)


def _shown(context: Context, training: Training) -> dict[str, Any]:
    points = [service.Point.model_validate(point) for point in training.points]
    known = service.rivals(context.catalogue.get(PROBLEM))
    return {
        "training": training,
        "title": context.catalogue.get(PROBLEM).title,
        "letters": len(service.corpus().vocabulary),
        "setting": service.setting_of(training),
        "points": points,
        "lines": [service.Line.model_validate(line) for line in reversed(training.lines)],
        "rival": known.get(training.rival or "", "") if training.rival else "",
        "chart": _chart(training, points),
    }


def _chart(training: Training, points: list[service.Point]) -> str:
    """Perplexity on text that was never learnt from, over the steps; empty before there is any."""
    if len(points) < 2:
        return ""
    # Worse than twice as bad as knowing nothing is drawn as that: what blows up would flatten all else.
    most = 2.0 * len(service.corpus().vocabulary)
    own = [(one.step, min(one.perplexity, most)) for one in points]
    beside = [
        (one.step, min(one.rival_perplexity, most)) for one in points if one.rival_perplexity is not None
    ]
    series = [Series("your step", own)]
    if beside:
        series.append(Series(str(training.rival).replace("_", " "), beside))
    return line_chart(series, x="steps", y="perplexity")
