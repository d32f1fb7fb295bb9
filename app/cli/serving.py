"""`handgrad serve`, `handgrad worker`, `handgrad db upgrade`."""

import asyncio
import gc
import signal
import socket
from contextlib import suppress

import typer
import uvicorn
from fastapi import FastAPI

from app.accounts import links
from app.context import Context, open_context
from app.database import restrict_new_files
from app.main import create_app
from app.migrations import upgrade
from app.settings import Settings
from app.work import serve_worker
from grader.sandbox.tiers import probe, usable

db = typer.Typer(help="The database's schema.", no_args_is_help=True)


def serve() -> None:
    """Serve the pages and the REST API (settings: HANDGRAD_*, see the README)."""
    restrict_new_files()
    settings = Settings()
    with _listening(settings) as listener:
        if settings.port == 0:
            settings = Settings(port=listener.getsockname()[1])
        # What forbids starting is said here in a sentence; within uvicorn it would be a traceback.
        asyncio.run(_open_once(settings))
        app = create_app(settings)
        config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=3)
        server = _Announced(config, app)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    if not server.started:
        raise typer.Exit(3)


def worker() -> None:
    """Grade what the service queues; run as many as wanted beside a service on PostgreSQL."""
    restrict_new_files()
    settings = Settings()
    if not settings.is_postgres:
        typer.echo(
            "handgrad: with SQLite the service grades by itself; a separate worker needs"
            " HANDGRAD_DATABASE_URL=postgresql+asyncpg://...",
            err=True,
        )
        raise typer.Exit(2)
    asyncio.run(_work(settings))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's schema (with SQLite `serve` does it by itself)."""
    restrict_new_files()
    settings = Settings()
    settings.prepare_data_dir()
    upgrade(settings)
    typer.echo("The database is up to date.")


class _Announced(uvicorn.Server):
    """Says where it listens once it does, and how the first administrator gets in."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        _settle()
        context: Context = self._app.state.context
        typer.echo(f"Handgrad serves on {context.settings.base_url} (Ctrl-C stops it).")
        for slug, reason in context.catalogue.broken.items():
            typer.echo(f"handgrad: the problem {slug} is broken and left out: {reason}", err=True)
        async with context.database.writing() as session:
            link = await links.first_admin_link(session, context.settings)
        if link:
            typer.echo(f"Nobody administers it yet. Open this once, within 30 minutes:\n\n    {link}\n")


async def _open_once(settings: Settings) -> None:
    if settings.inline_worker:
        usable(probe())
    async with open_context(settings):
        pass


def _listening(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port), backlog=1024)
    except OSError as error:
        typer.echo(
            f"handgrad: cannot listen on {settings.host}:{settings.port} ({error.strerror});"
            " set HANDGRAD_HOST or HANDGRAD_PORT",
            err=True,
        )
        raise typer.Exit(2) from None


def _settle() -> None:
    """Keep what a process holds until its end out of garbage collection, which stops everything for 0.1 s."""
    gc.collect()
    gc.freeze()


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_context(settings) as context:
        _settle()
        typer.echo(f"Handgrad's worker grades up to {settings.sandbox_slots} at once (Ctrl-C stops it).")
        await serve_worker(context, stop)
