"""Pages of problems as students meet them: workspace, runs, attempts, history, solution."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import service as accounts
from app.accounts.models import User
from app.accounts.viewer import SignedInDep, ViewerDep
from app.attempts import catalogue_page, live, progress, service, student_pages
from app.attempts.models import Attempt
from app.catalogue import service as catalogue
from app.context import Context, ContextDep
from app.errors import NotReady
from app.rest.limits import WRITES, LimitsDep
from app.rest.text import ours
from app.web.page import fragment, page, wants_fragment
from app.web.values import assignment
from app.web.words import MEANINGS, VERDICTS
from grader.problem import Problem
from grader.report import Report
from grader.sandbox.imports import NUMPY, STANDARD_LIBRARY
from grader.verdict import Verdict
from grader.version import FrozenCase, Version

router = APIRouter(include_in_schema=False)
router.include_router(catalogue_page.router)
router.include_router(live.router)
router.include_router(student_pages.router)

_PER_PAGE = 50


@router.get("/")
async def home() -> Response:
    return RedirectResponse("/problems", 303)


@dataclass(frozen=True, slots=True)
class _Example:
    """A public case, written out."""

    name: str
    text: str


def _examples(version: Version) -> list[_Example]:
    return [_Example(case.name, _written_out(version, case)) for case in version.cases if case.public]


def _written_out(version: Version, case: FrozenCase) -> str:
    arguments = version.signature.arguments_of(case.inputs)
    lines = [assignment(name, value) for name, value in arguments.items()]
    outputs = list(version.signature.outputs)
    if case.spec.raises:
        lines.append(f"# raises {' or '.join(case.spec.raises)}")
    elif len(outputs) > 1 and isinstance(case.expected, tuple):
        lines += [
            assignment(f"expected_{name}", value) for name, value in zip(outputs, case.expected, strict=True)
        ]
    else:
        lines.append(assignment("expected", case.expected))
    return "\n".join(lines)


@router.get("/problems/{slug}")
async def problem_page(request: Request, context: ContextDep, viewer: ViewerDep, slug: str) -> Response:
    problem = context.catalogue.get(slug)
    track, place = context.catalogue.place(problem)
    async with context.database.reading() as session:
        version = await catalogue.current_cases(session, slug)
        attempts = await service.history(session, user=viewer.id, problem=slug, limit=5) if viewer else []
        access = await service.solution_access(session, viewer, problem) if viewer else None
        source = await _starting_code(session, viewer, problem, request.query_params.get("from"), attempts)
        following = (
            await progress.next_after(session, context.catalogue, viewer, attempts[0])
            if viewer and attempts
            else None
        )
    return page(
        request,
        "problem.html",
        problem=problem,
        frozen=version is not None,
        examples=_examples(version) if version else [],
        hidden_count=sum(not case.public for case in version.cases) if version else 0,
        attempts=attempts,
        track=track,
        place=place,
        following=following,
        access=access,
        source=source,
        form_key=secrets.token_urlsafe(16),
    )


async def _starting_code(
    session: AsyncSession, viewer: User | None, problem: Problem, chosen: str | None, attempts: list[Attempt]
) -> str:
    """The attempt asked for, else the last one's code, else the starter."""
    if viewer and chosen:
        attempt = await service.get_attempt(session, viewer, ours(chosen, "attempt"))
        return _text(attempt.source)
    return _text(attempts[0].source) if attempts else problem.starter


def _text(source: bytes) -> str:
    return source.decode(errors="replace").replace("\0", "\ufffd")


def _bytes(source: str) -> bytes:
    """What was typed; browsers send line ends as CR LF, which nobody typed."""
    return source.replace("\r\n", "\n").encode(errors="replace")


@router.post("/problems/{slug}/runs")
async def run(
    request: Request,
    context: ContextDep,
    limits: LimitsDep,
    user: SignedInDep,
    slug: str,
    source: Annotated[str, Form()] = "",
) -> Response:
    problem = context.catalogue.get(slug)
    limits.spend(WRITES, user.id)
    async with context.database.reading() as session:
        version = await catalogue.current_version(session, slug)
    job = await service.run(context.jobs, user, problem, version.id, _bytes(source))
    return _going(request, f"/runs/{job}", "run")


@router.post("/problems/{slug}/attempts")
async def submit(
    request: Request,
    context: ContextDep,
    limits: LimitsDep,
    user: SignedInDep,
    slug: str,
    source: Annotated[str, Form()] = "",
    form_key: Annotated[str, Form()] = "",
) -> Response:
    problem = context.catalogue.get(slug)
    limits.spend(WRITES, user.id)
    code = _bytes(source)
    async with context.database.writing() as session:
        version = await catalogue.current_version(session, slug)
        attempt = await service.submit(
            session, context.jobs, problem, version.id, user, code, form_key=_key(form_key, slug, code)
        )
    return _going(request, f"/attempts/{attempt.id}", "attempt")


def _key(form_key: str, slug: str, code: bytes) -> str | None:
    """What makes two posts one attempt: the same form with the same code.

    The code belongs to it because a browser's Back shows the same form again, to be changed and handed in.
    """
    if not form_key:
        return None
    return hashlib.sha256(f"{form_key}\n{slug}\n".encode(errors="replace") + code).hexdigest()


def _going(request: Request, link: str, what: str) -> Response:
    """Go to the page that follows the grading, or put its results beside the code."""
    if not wants_fragment(request):
        return RedirectResponse(link, 303)
    return HTMLResponse(fragment("live_piece.html", events=f"{link}/events", link=link, what=what), 202)


@router.get("/runs/{job_id}")
async def run_page(request: Request, context: ContextDep, user: SignedInDep, job_id: str) -> Response:
    job = await live.run_of(context, user, job_id)
    answered = job.state.is_final and job.answer is not None
    return page(
        request,
        "run.html",
        problem=context.catalogue.get(str(job.payload["problem"])),
        id=job.id,
        ended=job.state.is_final,
        report=Report.model_validate(job.answer) if answered else None,
        failure=live.FAILURE,
    )


@router.get("/attempts/{attempt_id}")
async def attempt_page(request: Request, context: ContextDep, user: SignedInDep, attempt_id: str) -> Response:
    async with context.database.reading() as session:
        attempt = await service.get_attempt(session, user, ours(attempt_id, "attempt"))
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
        newer=newer,
        following=following,
        author=author,
        mine=author is None and attempt.problem in context.catalogue.problems,
        source=_text(attempt.source),
        failure=live.FAILURE,
        trains=service.can_train(attempt),
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
        access = await service.solution_access(session, user, problem)
    return page(request, "solution.html", problem=problem, access=access, solution="")


@router.post("/problems/{slug}/solution")
async def open_solution(request: Request, context: ContextDep, user: SignedInDep, slug: str) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.writing() as session:
        source = await service.open_solution(session, user, problem)
    return page(request, "solution.html", problem=problem, access=None, solution=source)


@router.get("/help")
async def help_page(request: Request, _viewer: ViewerDep) -> Response:
    return page(
        request, "help.html", meanings=MEANINGS.items(), numpy=NUMPY, standard_library=STANDARD_LIBRARY
    )
