"""Pages of what came of code: runs, attempts, an attempt beside the one before, the history, the solution."""

import asyncio
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import service as accounts
from app.accounts.viewer import SignedInDep
from app.attempts import live, progress, service
from app.attempts.comparison import changed_cases, changed_lines
from app.attempts.models import Attempt
from app.attempts.source import as_text
from app.attempts.written import NOTHING, written_version
from app.catalogue import service as catalogue
from app.context import Context, ContextDep
from app.errors import NotFound, NotReady
from app.rest.text import ours
from app.web.page import page
from app.web.words import VERDICTS
from grader.problem import Problem
from grader.report import Report
from grader.verdict import Verdict

router = APIRouter(include_in_schema=False)

_PER_PAGE = 50


@router.get("/runs/{job_id}")
async def run_page(request: Request, context: ContextDep, user: SignedInDep, job_id: str) -> Response:
    job = await live.run_of(context, user, job_id)
    answered = job.state.is_final and job.answer is not None
    async with context.database.reading() as session:
        cases = await written_version(session, str(job.payload["version"])) if answered else NOTHING
        waiting = "" if job.state.is_final else await live.waiting(session, job.id)
    return page(
        request,
        "run.html",
        problem=context.catalogue.get(str(job.payload["problem"])),
        id=job.id,
        ended=job.state.is_final,
        waiting=waiting,
        report=Report.model_validate(job.answer) if answered else None,
        cases=cases,
        failure=live.FAILURE,
    )


@router.get("/attempts/{attempt_id}")
async def attempt_page(request: Request, context: ContextDep, user: SignedInDep, attempt_id: str) -> Response:
    async with context.database.reading() as session:
        attempt = await service.get_attempt(session, user, ours(attempt_id, "attempt"))
        waiting = "" if attempt.state.is_final else await live.waiting(session, attempt.id)
        before = await service.attempt_before(session, attempt)
        cases = await written_version(session, attempt.version) if attempt.report else NOTHING
        newer = await live.newer_version(session, attempt)
        following = await progress.next_after(session, context.catalogue, user, attempt)
        author = None
        if attempt.user_id != user.id:
            author = (await accounts.users_by_id(session, [attempt.user_id]))[attempt.user_id].label
    return page(
        request,
        "attempt.html",
        attempt=attempt,
        title=_title(context, attempt.problem),
        report=Report.model_validate(attempt.report) if attempt.report else None,
        cases=cases,
        waiting=waiting,
        before=before,
        newer=newer,
        following=following,
        author=author,
        mine=author is None and attempt.problem in context.catalogue.problems,
        source=as_text(attempt.source),
        failure=live.FAILURE,
        trains=service.can_train(attempt),
    )


@router.get("/attempts/{attempt_id}/comparison")
async def comparison_page(
    request: Request, context: ContextDep, user: SignedInDep, attempt_id: str
) -> Response:
    async with context.database.reading() as session:
        attempt = await service.get_attempt(session, user, ours(attempt_id, "attempt"))
        before = await service.attempt_before(session, attempt, report=True)
    if before is None or before.report is None or attempt.report is None:
        raise NotFound("There is no graded attempt before this one to compare it with.")
    cases = changed_cases(Report.model_validate(before.report), Report.model_validate(attempt.report))
    # In a thread: code can be made for it to take tenths of a second.
    groups = await asyncio.to_thread(changed_lines, as_text(before.source), as_text(attempt.source))
    return page(
        request,
        "comparison.html",
        before=before,
        attempt=attempt,
        title=_title(context, attempt.problem),
        groups=groups,
        cases=cases,
    )


def _title(context: Context, slug: str) -> str:
    problem = context.catalogue.problems.get(slug)
    return problem.title if problem else slug


@router.get("/attempts")
async def my_attempts(
    request: Request,
    context: ContextDep,
    user: SignedInDep,
    problem: str = "",
    verdict: str = "",
    before: str = "",
) -> Response:
    wanted = Verdict(verdict) if verdict in set(Verdict) else None
    async with context.database.reading() as session:
        found = await service.history(
            session,
            user=user.id,
            problem=problem or None,
            verdict=wanted,
            before=ours(before, "attempt") if before else None,
            limit=_PER_PAGE + 1,
        )
        current = {slug: await _current_id(session, slug) for slug in {attempt.problem for attempt in found}}
    shown = found[:_PER_PAGE]
    older = {"problem": problem, "verdict": verdict, "before": shown[-1].id} if len(found) > _PER_PAGE else {}
    return page(
        request,
        "attempts.html",
        attempts=shown,
        titles={slug: problem.title for slug, problem in context.catalogue.problems.items()},
        current=current,
        chosen_problem=problem,
        chosen_verdict=verdict,
        verdict_options=[("", "All verdicts"), *((word, shown.word) for word, shown in VERDICTS.items())],
        older=f"/attempts?{urlencode(older)}" if older else "",
    )


async def _current_id(session: AsyncSession, slug: str) -> str:
    try:
        return (await catalogue.current_version(session, slug)).id
    except NotReady:
        return ""


@router.get("/problems/{slug}/solution")
async def solution(request: Request, context: ContextDep, user: SignedInDep, slug: str) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        if not await service.has_seen_solution(session, user, problem):
            access = await service.solution_access(session, user, problem)
            return page(request, "solution.html", problem=problem, access=access, solution="")
        mine = await service.best_code(session, user, problem)
    return _opened(request, problem, problem.solution, mine)


@router.post("/problems/{slug}/solution")
async def open_solution(request: Request, context: ContextDep, user: SignedInDep, slug: str) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.writing() as session:
        source = await service.open_solution(session, user, problem)
        mine = await service.best_code(session, user, problem)
    return _opened(request, problem, source, mine)


def _opened(request: Request, problem: Problem, source: str, mine: Attempt | None) -> Response:
    """The solution, and beside it the student's own code, if there is any."""
    return page(
        request,
        "solution.html",
        problem=problem,
        access=None,
        solution=source,
        mine=mine,
        code=as_text(mine.source) if mine else "",
    )
