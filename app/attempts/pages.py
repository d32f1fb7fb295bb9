"""Pages of problems as students meet them: the workspace, and what it sends."""

import hashlib
import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.accounts.viewer import SignedInDep, ViewerDep
from app.attempts import (
    catalogue_page,
    drafts,
    drafts_pages,
    live,
    progress,
    results_pages,
    service,
    student_pages,
)
from app.attempts.bucket import Bucket, allowance
from app.attempts.progress import NOTHING_YET
from app.attempts.source import as_bytes, as_text
from app.attempts.written import NOTHING, written
from app.catalogue import service as catalogue
from app.context import Context, ContextDep
from app.errors import Refusal
from app.rest.limits import RUNS, WRITES, LimitsDep
from app.rest.text import ours
from app.web.page import fragment, page, wants_fragment
from app.web.words import MEANINGS
from grader.problem import Problem
from grader.sandbox.imports import NUMPY, STANDARD_LIBRARY

router = APIRouter(include_in_schema=False)
router.include_router(catalogue_page.router)
router.include_router(drafts_pages.router)
router.include_router(live.router)
router.include_router(results_pages.router)
router.include_router(student_pages.router)


@router.get("/")
async def home() -> Response:
    return RedirectResponse("/problems", 303)


@router.get("/problems/{slug}")
async def problem_page(request: Request, context: ContextDep, viewer: ViewerDep, slug: str) -> Response:
    return await _workspace(request, context, viewer, context.catalogue.get(slug))


async def _workspace(
    request: Request,
    context: Context,
    viewer: User | None,
    problem: Problem,
    *,
    typed: bytes | None = None,
    refusal: Refusal | None = None,
) -> Response:
    """The problem's page; with what was `typed` in its editor and why that was refused, if it was."""
    slug = problem.slug
    track, place = context.catalogue.place(problem)
    bucket = Bucket.of(context.settings, viewer) if viewer else None
    async with context.database.reading() as session:
        version = await catalogue.current_cases(session, slug)
        so_far = await progress.so_far(session, context.catalogue, viewer, problem) if viewer else NOTHING_YET
        chosen = typed
        if chosen is None:
            chosen = await _chosen_code(
                session, viewer, problem, request.query_params.get("from"), request.query_params.get("copy")
            )
        left = await allowance(session, bucket, viewer, problem) if viewer and bucket else None
        desk = await drafts.desk(session, viewer, problem, so_far.last, chosen) if viewer else None
    return page(
        request,
        "problem.html",
        status=refusal.status if refusal else 200,
        headers=refusal.headers if refusal else None,
        refusal=refusal,
        problem=problem,
        frozen=version is not None,
        cases=written(version) if version else NOTHING,
        allowance=left,
        so_far=so_far,
        track=track,
        place=place,
        source=as_text(desk.source) if desk else "",
        desk=desk,
        kept=as_text(desk.keep) if desk and desk.keep is not None else "",
        chosen=chosen is not None,
        saved=request.query_params.get("saved", ""),
        form_key=secrets.token_urlsafe(16),
    )


async def _chosen_code(
    session: AsyncSession, viewer: User | None, problem: Problem, attempt: str | None, copy: str | None
) -> bytes | None:
    """The code of the attempt or the kept copy that the address asks for."""
    if viewer and attempt:
        return (await service.get_attempt(session, viewer, ours(attempt, "attempt"))).source
    if viewer and copy:
        return (await drafts.get_copy(session, viewer, problem, ours(copy, "copy"))).source
    return None


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
    code = as_bytes(source)
    try:
        limits.spend(RUNS, user.id)
        async with context.database.reading() as session:
            version = await catalogue.current_version(session, slug)
        job = await service.run(context.jobs, user, problem, version.id, code)
    except Refusal as refusal:
        return await _refused(request, context, user, problem, code, refusal)
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
    code = as_bytes(source)
    try:
        limits.spend(WRITES, user.id)
        async with context.database.writing() as session:
            version = await catalogue.current_version(session, slug)
            attempt = await service.submit(
                session,
                context.jobs,
                problem,
                version.id,
                user,
                code,
                form_key=_key(form_key, slug, code),
                bucket=Bucket.of(context.settings, user),
            )
    except Refusal as refusal:
        return await _refused(request, context, user, problem, code, refusal)
    return _going(request, f"/attempts/{attempt.id}", "attempt")


async def _refused(
    request: Request, context: Context, user: User, problem: Problem, code: bytes, refusal: Refusal
) -> Response:
    """Say why beside the code, so that it is not lost; our own script keeps it and wants the reason alone."""
    if wants_fragment(request):
        raise refusal
    return await _workspace(request, context, user, problem, typed=code, refusal=refusal)


@router.get("/problems/{slug}/allowance")
async def allowance_piece(context: ContextDep, user: SignedInDep, slug: str) -> Response:
    """What is left of one's attempts, for the page's script to show when it changes."""
    problem = context.catalogue.get(slug)
    bucket = Bucket.of(context.settings, user)
    async with context.database.reading() as session:
        left = await allowance(session, bucket, user, problem) if bucket else None
    return HTMLResponse(fragment("allowance_piece.html", problem=problem, allowance=left))


@router.get("/problems/{slug}/so-far")
async def so_far_piece(context: ContextDep, user: SignedInDep, slug: str) -> Response:
    """What of the problem's page an attempt changes, for the page's script to show after a verdict."""
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        so_far = await progress.so_far(session, context.catalogue, user, problem)
    return HTMLResponse(fragment("so_far_piece.html", problem=problem, viewer=user, so_far=so_far))


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


@router.get("/help")
async def help_page(request: Request, _viewer: ViewerDep) -> Response:
    return page(
        request, "help.html", meanings=MEANINGS.items(), numpy=NUMPY, standard_library=STANDARD_LIBRARY
    )
