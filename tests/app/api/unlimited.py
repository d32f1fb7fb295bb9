"""A service for tests, in a process of its own: settings from the environment, on a socket it is handed.

    python -m tests.app.api.unlimited FILENO

Everything is real but the limits: tests send more in a second than anybody may.
"""

import socket
import sys

import uvicorn

from app.main import create_app
from app.rest.limits import Limits, Rate
from app.settings import Settings


class _Unlimited(Limits):
    def spend(self, rate: Rate, who: str) -> None:
        pass


if __name__ == "__main__":
    app = create_app(Settings(attempt_refill=0))
    app.state.limits = _Unlimited()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
