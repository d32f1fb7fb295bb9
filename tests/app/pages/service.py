"""The real service in a process of its own, to be stopped and started again at the same address."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import httpx

from tests.app.few import few_problems

ADMIN = ("admin@example.org", "an administrator's password")
_PATIENCE = 60.0
PROBLEM = "/problems/train-rnn-lm"


class Service:
    """`handgrad serve` on SQLite in `folder`."""

    def __init__(self, folder: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "service.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HANDGRAD_")},
            "HANDGRAD_DATA_DIR": str(folder / "var"),
            "HANDGRAD_PORT": str(port),
            "HANDGRAD_SANDBOX_SLOTS": "2",
            "HANDGRAD_PROBLEMS_DIR": str(few_problems()),
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[httpx.Client] = []

    def start(self) -> None:
        """Start and wait until it answers and its problems are frozen."""
        command = [str(Path(sys.executable).with_name("handgrad")), "serve"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        ends = time.monotonic() + _PATIENCE
        while not self._is_ready():
            assert self._process.poll() is None, self.said
            assert time.monotonic() < ends, self.said
            time.sleep(0.1)

    def kill(self) -> None:
        """As when the machine loses power."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """Keep every connection and answer nothing, until `go_on`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        assert self._process is not None
        for client in self._clients:
            client.close()
        self._process.terminate()
        self._process.wait(30)

    @property
    def said(self) -> str:
        return self._log.read_text()

    def first_admin_link(self) -> str:
        found = re.findall(r"http://\S+/links/\S+", self.said)
        return str(found[-1])

    def browserless(self, email: str = "", password: str = "") -> httpx.Client:
        """A client without scripts, signed in if an e-mail is given; closed when the service stops."""
        # Each from an address of its own: sign-ups are limited by address.
        address = f"127.0.{1 + len(self._clients) // 250}.{1 + len(self._clients) % 250}"
        transport = httpx.HTTPTransport(local_address=address)
        client = httpx.Client(base_url=self.url, timeout=60, transport=transport)
        self._clients.append(client)
        if email:
            answer = client.post("/sign-in", data={"email": email, "password": password})
            assert answer.status_code == 303, answer.text
        return client

    def learner(self, email: str, password: str = "correct horse battery") -> httpx.Client:
        """A client of somebody who has just signed up."""
        client = self.browserless()
        answer = client.post("/sign-up", data={"email": email, "password": password})
        assert answer.status_code == 303, answer.text
        return client

    def _is_ready(self) -> bool:
        slugs = [folder.name for folder in Path(self._environment["HANDGRAD_PROBLEMS_DIR"]).iterdir()]
        try:
            return all("3 public" in httpx.get(f"{self.url}/problems/{slug}").text for slug in slugs)
        except httpx.TransportError:
            return False


def graded(client: httpx.Client, link: str) -> str:
    """The page of an attempt or run once it has ended."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        html = client.get(link).text
        if "data-events" not in html:
            return html
        time.sleep(0.1)
    raise AssertionError(f"{link} was not graded in time")


def submit(client: httpx.Client, source: str, key: str | None = None) -> str:
    """Hand in; the address of the attempt."""
    answer = client.post(f"{PROBLEM}/attempts", data={"source": source, "form_key": key or uuid4().hex})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]
