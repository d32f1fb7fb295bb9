"""One real service on a free port for all API tests: its own SQLite, worker and sandbox."""

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import service as accounts
from app.accounts.models import Role
from app.main import create_app
from app.rest.limits import Limits
from app.settings import Settings
from tests.app.api.support import SLUG, Service, in_transaction

_PEOPLE = {
    "learner": Role.LEARNER,
    "other": Role.LEARNER,
    "instructor": Role.INSTRUCTOR,
    "admin": Role.ADMIN,
}


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings(data_dir=tmp_path_factory.mktemp("api"), base_url=url, sandbox_slots=2)
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, loop="asyncio", log_level="warning", timeout_graceful_shutdown=3)
    )
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.02)
    running = Service(app, settings, url, in_transaction(settings, _populate))
    with running.client("learner") as client:
        while client.get(f"/problems/{SLUG}").json()["version"] is None:
            time.sleep(0.05)
    yield running
    server.should_exit = True
    thread.join()


@pytest.fixture(autouse=True)
def _fresh_limits(request: pytest.FixtureRequest) -> None:
    if "service" in request.fixturenames:
        request.getfixturevalue("service").app.state.limits = Limits()


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
        _, tokens[name] = await accounts.create_token(session, user, name="all", scopes=accounts.RIGHTS[role])
    return tokens
