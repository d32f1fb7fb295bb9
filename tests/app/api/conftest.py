"""A real service on a free port, with its own worker and sandbox, on SQLite and on PostgreSQL."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import service as accounts
from app.accounts.models import Role
from app.accounts.tokens import RIGHTS, create_token
from app.settings import Settings
from tests.app.api.support import SLUG, Service, in_transaction
from tests.app.few import few_problems
from tests.app.postgres import Postgres

_PEOPLE = {
    "learner": Role.LEARNER,
    "other": Role.LEARNER,
    "instructor": Role.INSTRUCTOR,
    "admin": Role.ADMIN,
}


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """In a process of its own: its threads and its use of `random` would disturb Hypothesis here."""
    settings = _settings(request, tmp_path_factory.mktemp("api"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.api.unlimited", str(listener.fileno())],
            pass_fds=[listener.fileno()],
            env=os.environ | _environment(settings),
        )
    try:
        _wait_until(process, f"{settings.base_url}/readyz", lambda answer: answer["ready"])
        service = Service(settings, in_transaction(settings, _populate))
        with service.client("learner") as client:
            problem = f"{client.base_url}problems/{SLUG}"
            _wait_until(process, problem, lambda answer: answer["version"], headers=dict(client.headers))
        yield service
    finally:
        process.terminate()
        process.wait()


def _settings(request: pytest.FixtureRequest, folder: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(data_dir=folder, sandbox_slots=2)
    server: Postgres = request.getfixturevalue("postgres")
    return server.settings(folder, server.new_database())


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "HANDGRAD_DATA_DIR": str(settings.data_dir),
        "HANDGRAD_DATABASE_URL": settings.database_url,
        "HANDGRAD_SECRET_KEY": settings.secret_key.get_secret_value(),
        "HANDGRAD_BASE_URL": settings.base_url,
        "HANDGRAD_SANDBOX_SLOTS": str(settings.sandbox_slots),
        "HANDGRAD_INLINE_WORKER": "1",
        "HANDGRAD_PROBLEMS_DIR": str(few_problems()),
    }


def _wait_until(
    process: subprocess.Popen[bytes],
    address: str,
    good: Callable[[dict[str, Any]], object],
    headers: dict[str, str] | None = None,
) -> None:
    while True:
        assert process.poll() is None, "the service ended while it started"
        try:
            answer = httpx.get(address, headers=headers, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if answer.is_success and good(answer.json()):
            return
        time.sleep(0.05)


@pytest.fixture
def learner(service: Service) -> Iterator[httpx.Client]:
    with service.client("learner") as client:
        yield client


@pytest.fixture
def other(service: Service) -> Iterator[httpx.Client]:
    with service.client("other") as client:
        yield client


@pytest.fixture
def instructor(service: Service) -> Iterator[httpx.Client]:
    with service.client("instructor") as client:
        yield client


@pytest.fixture
def admin(service: Service) -> Iterator[httpx.Client]:
    with service.client("admin") as client:
        yield client


async def _populate(session: AsyncSession) -> dict[str, str]:
    tokens = {}
    for name, role in _PEOPLE.items():
        user = await accounts.create_user(session, email=f"{name}@example.edu", role=role)
        _, tokens[name] = await create_token(session, user, name="all", scopes=RIGHTS[role])
    return tokens
