"""The service, put together: what it holds while it runs, and what each request passes through."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from app import health
from app.accounts import api as accounts_api
from app.accounts import pages as accounts_pages
from app.attempts import api as attempts_api
from app.attempts import catalogue_api as list_api
from app.attempts import pages as attempts_pages
from app.catalogue import api as catalogue_api
from app.catalogue import pages as catalogue_pages
from app.catalogue.service import ensure_current
from app.context import Context, open_context
from app.errors import Refusal
from app.rest import docs
from app.rest.guards import Guards, refuse_foreign_forms, refuse_nul, security_headers
from app.rest.limits import Limits
from app.rest.refusals import problem_response, refusal_of
from app.settings import Settings
from app.training import pages as training_pages
from app.web import theme
from app.web.assets import HashedFiles
from app.web.page import render_refusal
from app.work import serve_worker

_log = logging.getLogger(__name__)
#: Seconds that jobs in hand have to end when the service stops; those cut off are done after the next start.
_LAST_JOBS = 5.0
_SENT_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/json", "application/problem+json")


def create_app(settings: Settings) -> FastAPI:
    """The service with these settings; nothing is opened before it starts."""
    app = docs.Described(
        title="Handgrad",
        version=version("handgrad"),
        lifespan=_running,
        openapi_url=f"{docs.BASE}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # "/attempts/" is an attempt without an id, not the list "/attempts"
        generate_unique_id_function=docs.name_of,
        dependencies=[Depends(refuse_nul)],
    )
    app.state.settings = settings
    app.state.limits = Limits()
    # JSON goes as it is: its ETags are of the bytes that are sent.
    app.add_middleware(GZipMiddleware, compresslevel=6, exclude_content_types=_SENT_AS_THEY_ARE)
    app.add_middleware(Guards, https=settings.is_https)
    for kind in (Refusal, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _refuse)
    for api in (accounts_api, list_api, catalogue_api, attempts_api):
        app.include_router(api.router, prefix=docs.BASE)
    for pages in (accounts_pages, catalogue_pages, attempts_pages, training_pages, theme):
        app.include_router(
            pages.router, include_in_schema=False, dependencies=[Depends(refuse_foreign_forms)]
        )
    app.include_router(docs.router)
    app.include_router(health.router)
    app.mount("/static", HashedFiles())
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    async with AsyncExitStack() as stack:
        context = await stack.enter_async_context(open_context(settings))
        app.state.context, app.state.worker = context, None
        if settings.inline_worker:
            app.state.worker = await stack.enter_async_context(_worker(context))
        preparing = asyncio.create_task(_prepare(context))
        try:
            yield
        finally:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)


@asynccontextmanager
async def _worker(context: Context) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    worker = asyncio.create_task(serve_worker(context, stop))
    worker.add_done_callback(_say_why_it_ended)
    try:
        yield worker
    finally:
        stop.set()
        await asyncio.wait([worker], timeout=_LAST_JOBS)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


def _say_why_it_ended(worker: asyncio.Task[None]) -> None:
    if not worker.cancelled() and (error := worker.exception()) is not None:
        _log.critical("The worker stopped, so nothing is graded until a restart: %s", error, exc_info=error)


async def _prepare(context: Context) -> None:
    """Freeze what the folders say now, in the order that people walk them.

    One that fails must not keep the others from being served.
    """
    for problem in context.catalogue.find():
        try:
            await ensure_current(context.jobs, context.database, problem)
        except Exception:  # noqa: BLE001 - whatever it is, the log has it and the rest goes on
            _log.exception("The cases of %s could not be prepared", problem.slug)


async def _refuse(request: Request, error: Exception) -> Response:
    """Problem details for programs, a page for people; the framework's own refusals included."""
    refusal = refusal_of(error, request.url.path)
    if request.url.path.startswith("/api/"):
        response = problem_response(request, refusal)
    else:
        response = render_refusal(request, refusal)
    if refusal.status == 500:  # answered outside the guards, which would have added these
        settings: Settings = request.app.state.settings
        nonce = getattr(request.state, "csp_nonce", "")
        for name, value in security_headers(nonce, https=settings.is_https).items():
            response.headers.setdefault(name, value)
    return response
