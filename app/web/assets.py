"""Static files under addresses that change with their content, so that a browser may keep them for good."""

import hashlib
import re
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent.parent / "static"
_HASHED = re.compile(r"^dist/.*-[A-Z0-9]{8}\.(js|woff2)$")

_COMPRESSED = {"br": ".br", "gzip": ".gz"}  # how the bundler names what it compressed, the smallest first


@lru_cache
def asset_url(name: str) -> str:
    """The address of `name` below app/static.

    Raises FileNotFoundError, naming the cure, when the bundle was never made.
    """
    path = STATIC / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: `pip install -e .` makes the bundle")
    return f"/static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"


def data_url(name: str, media_type: str) -> str:
    """A small file below app/static as an address that holds it: one request less on a first visit."""
    return f"data:{media_type},{quote((STATIC / name).read_text().strip())}"


class HashedFiles(StaticFiles):
    """app/static, to be mounted at /static. What the bundler compressed is sent so to whoever takes it."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)
        self._there = frozenset(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*"))

    async def get_response(self, path: str, scope: Scope) -> Response:
        taken = Headers(scope=scope).get("accept-encoding", "")
        for encoding, ending in _COMPRESSED.items():
            if encoding in taken and path + ending in self._there:
                response = await super().get_response(path + ending, scope)
                response.headers["Content-Encoding"] = encoding
                response.headers["Vary"] = "Accept-Encoding"  # as all else has it that may be
                response.headers["Content-Type"] = f"{guess_type(path)[0]}; charset=utf-8"
                break
        else:
            response = await super().get_response(path, scope)
        # The bundler writes a hash into the names of what its files load; ours stands in the query.
        lasting = scope["query_string"].startswith(b"v=") or _HASHED.search(path) is not None
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response
