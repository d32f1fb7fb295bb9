"""REST: the catalogue, and how far the caller is with it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.accounts.bearer import Caller, with_scope
from app.accounts.models import Scope
from app.attempts import examples, progress
from app.attempts.schemas import ListedProblem
from app.catalogue.schemas import Difficulty, ProblemInfo
from app.context import ContextDep
from app.rest.answers import answers
from app.rest.lists import LINKED, PageDep
from app.rest.refusals import refuses
from app.rest.strict_json import StrictRoute

router = APIRouter(tags=["problems"], route_class=StrictRoute)


@router.get("/problems", responses=refuses(401, 403) | answers([examples.LISTED_PROBLEM], headers=LINKED))
async def list_problems(
    request: Request,
    response: Response,
    context: ContextDep,
    caller: Annotated[Caller, Depends(with_scope(Scope.PROBLEMS_READ))],
    page: PageDep,
    q: Annotated[
        str,
        Query(
            max_length=200, description="Words that each stand in the title, summary, a topic or the slug."
        ),
    ] = "",
    topic: Annotated[str, Query(max_length=200, description="One of its topics.")] = "",
    track: Annotated[str, Query(max_length=200, description="The name of its track.")] = "",
    difficulty: Difficulty | None = None,
) -> list[ListedProblem]:
    """The catalogue, by slug, and how far the caller is; `track` and `place` give the order of learning."""
    found = context.catalogue.find(words=q, topic=topic, track=track, difficulty=difficulty or "")
    slugs = sorted(problem.slug for problem in found if page.after is None or problem.slug > page.after)
    shown = page.cut(request, response, slugs, slugs)
    async with context.database.reading() as session:
        known = await progress.standings(session, caller.user)
    return [
        ListedProblem.of_caller(
            ProblemInfo.of(context.catalogue, context.catalogue.get(slug)), known.get(slug)
        )
        for slug in shown
    ]
