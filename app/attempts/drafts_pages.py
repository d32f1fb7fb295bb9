"""Drafts: saved by the workspace's script as one types, or by plain forms; starting over; kept copies."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.accounts.viewer import SignedInDep
from app.attempts import drafts
from app.attempts.drafts import Draft
from app.attempts.source import as_bytes, as_text
from app.context import ContextDep
from app.rest.limits import DRAFTS, LimitsDep
from app.web.page import page, wants_fragment

router = APIRouter(include_in_schema=False)

_Revision = Annotated[int, Form(ge=0, lt=2**30)]


@router.get("/problems/{slug}/draft")
async def draft(context: ContextDep, user: SignedInDep, slug: str) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        return JSONResponse(_told(await drafts.draft_of(session, user, problem)))


@router.post("/problems/{slug}/draft")
async def save(
    request: Request,
    context: ContextDep,
    limits: LimitsDep,
    user: SignedInDep,
    slug: str,
    keep: Annotated[list[str], Form(default_factory=list)],
    source: Annotated[str, Form()] = "",
    revision: _Revision = 0,
) -> Response:
    problem = context.catalogue.get(slug)
    limits.spend(DRAFTS, user.id)
    kept = [as_bytes(text) for text in keep if text]
    async with context.database.writing() as session:
        saved = await drafts.save(session, user, problem, as_bytes(source), based_on=revision, keep=kept)
    if wants_fragment(request):
        status = 409 if saved.gave_way else 200
        return JSONResponse(_told(saved.draft) | {"copied": saved.copied}, status)
    return RedirectResponse(f"/problems/{slug}?saved={'aside' if saved.copied else 'draft'}", 303)


def _told(found: Draft | None) -> dict[str, object]:
    return {"revision": found.revision if found else 0, "source": as_text(found.source) if found else None}


@router.post("/problems/{slug}/draft/start-over")
async def start_over(
    request: Request,
    context: ContextDep,
    limits: LimitsDep,
    user: SignedInDep,
    slug: str,
    source: Annotated[str, Form()] = "",
    revision: _Revision = 0,
    sure: Annotated[bool, Form()] = False,
) -> Response:
    """Ask first; either answer comes with the same code, so that nothing is lost."""
    problem = context.catalogue.get(slug)
    if not sure:
        return page(request, "start_over.html", problem=problem, source=source, revision=revision)
    limits.spend(DRAFTS, user.id)
    async with context.database.writing() as session:
        await drafts.start_over(session, user, problem, as_bytes(source))
    return RedirectResponse(f"/problems/{slug}?saved=starter", 303)


@router.get("/problems/{slug}/copies")
async def copies(request: Request, context: ContextDep, user: SignedInDep, slug: str) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        kept = await drafts.copies(session, user, problem)
    shown = [(copy, as_text(copy.source)) for copy in kept]
    return page(request, "copies.html", problem=problem, copies=shown, most=drafts.MAX_COPIES)
