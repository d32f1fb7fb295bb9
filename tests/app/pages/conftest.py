"""One service and one browser for the tests of pages."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from app.context import Context
from app.main import create_app
from tests.app.pages.service import ADMIN, Service

_EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with an administrator, `ADMIN`."""
    service = Service(tmp_path_factory.mktemp("service"))
    service.start()
    try:
        link = service.first_admin_link()
        email, password = ADMIN
        answer = service.browserless().post(link, data={"email": email, "password": password})
        assert answer.status_code == 303, answer.text
        yield service
    finally:
        service.stop()


@pytest.fixture(scope="session")
def admin(service: Service) -> httpx.Client:
    return service.browserless(*ADMIN)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each module: while it runs, its event loop keeps asynchronous tests from running."""
    arguments = (
        "--no-sandbox --disable-gpu --disable-quic --disable-background-networking"
        " --disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def right() -> str:
    return (_EXAMPLES / "right.py").read_text()


@pytest.fixture(scope="session")
def no_mean() -> str:
    return (_EXAMPLES / "no_mean.py").read_text()


@pytest.fixture(scope="session")
def endless_loop() -> str:
    return (_EXAMPLES / "endless_loop.py").read_text()


@pytest.fixture
async def signed_out(context: Context) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the service within this process, which has no worker."""
    app = create_app(context.settings)
    app.state.context, app.state.worker = context, None
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        yield client
