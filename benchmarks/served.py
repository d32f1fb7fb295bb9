"""The service in a process of its own, on SQLite in a folder that goes with it, and who asks it."""

import http.client
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from uuid_utils import uuid7

_PATIENCE = 600.0  # seconds until every problem is frozen, or an attempt graded
_LAST_WORDS = 15.0  # seconds that it has to stop
_BEING_PREPARED = b"The cases are being prepared"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said."""

    status: int
    location: str
    body: bytes


class Visitor:
    """Somebody with a connection that is kept, and with their cookies."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self.cookies: dict[str, str] = {}

    def get(self, path: str, *, compressed: bool = False) -> Answer:
        return self._ask("GET", path, None, {"Accept-Encoding": "gzip" if compressed else "identity"})

    def post(self, path: str, **form: str) -> Answer:
        """Raises RuntimeError when the form is refused."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._ask("POST", path, urlencode(form), headers)
        if answer.status != 303:
            raise RuntimeError(f"the service refused what a benchmark posted to {path}: {answer.status}")
        return answer

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**headers, "Cookie": cookie}
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # idle for too long; this opens it anew
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers.get("Location", ""), response.read())


@dataclass(frozen=True, slots=True)
class Served:
    """A running service whose problems are frozen."""

    url: str
    database: Path
    learner: Visitor
    admin: Visitor

    def graded(self, problem: str, source: str) -> str:
        """Hand in as the learner and wait for the verdict; the attempt's id."""
        address = self.learner.post(f"/problems/{problem}/attempts", source=source).location
        _until(lambda: b"data-events" not in self.learner.get(address).body)
        return address.rpartition("/")[2]


@contextmanager
def served(problems: Path) -> Iterator[Served]:
    """Serve these problems until the end, with a learner and an administrator signed in."""
    with tempfile.TemporaryDirectory(prefix="handgrad-bench-") as name:
        folder = Path(name)
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("HANDGRAD_")},
            "HANDGRAD_DATA_DIR": name,
            "HANDGRAD_PORT": "0",
            "HANDGRAD_PROBLEMS_DIR": str(problems),
            "HANDGRAD_ATTEMPT_REFILL": "0",
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "app.cli", "serve"]
        said = folder / "said"
        with (
            said.open("wb") as log,
            subprocess.Popen(command, env=environment, stdout=log) as process,
            ExitStack() as opened,
        ):
            try:
                _until(lambda: "/links/" in said.read_text() or process.poll() is not None)
                link = re.search(r"(http://[^/\s]+)(/links/\S+)", said.read_text())
                if link is None:
                    raise RuntimeError("the service did not start; what it said stands above")
                url = link[1]
                learner, admin = (opened.enter_context(closing(Visitor(url))) for _ in range(2))
                admin.post(link[2], email="admin@example.org", password="a password for a benchmark")  # noqa: S106
                learner.post("/sign-up", email="learner@example.org", password="a password for a benchmark")  # noqa: S106
                for path in sorted(problems.glob("*/problem.toml")):
                    page = f"/problems/{path.parent.name}"
                    _until(lambda page=page: _BEING_PREPARED not in learner.get(page).body)  # type: ignore[misc]
                yield Served(url, folder / "handgrad.sqlite3", learner, admin)
            finally:
                process.terminate()
                try:
                    process.wait(_LAST_WORDS)
                except subprocess.TimeoutExpired:
                    process.kill()


def store(database: Path, attempts: list[str], count: int, learners: int) -> None:
    """Store these attempts of one learner again and again, up to `count`, in `learners` names."""
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [
            dict(connection.execute("SELECT * FROM attempt WHERE id = ?", [each]).fetchone())
            for each in attempts
        ]
        author = dict(
            connection.execute("SELECT * FROM user_account WHERE id = ?", [rows[0]["user_id"]]).fetchone()
        )
        authors = [author["id"], *(str(uuid7()) for _ in range(learners - 1))]
        with connection:
            for number, each in enumerate(authors[1:]):
                other = {**author, "id": each, "email": f"learner-{number}@example.org"}
                _insert(connection, "user_account", other)
            for number in range(count - len(rows)):
                one = {**rows[number % len(rows)], "id": str(uuid7()), "form_key": None}
                one |= {"user_id": authors[number % learners], "source_hash": f"{number:064x}"}
                _insert(connection, "attempt", one)


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> None:
    names, places = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))  # noqa: S608 -- our own names


def _until(true: Callable[[], bool]) -> None:
    """Raises TimeoutError when it does not become true."""
    ends = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > ends:
            raise TimeoutError("the service did not do in time what a benchmark waits for")
        time.sleep(0.05)
