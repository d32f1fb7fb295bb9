"""Static files under addresses that change with their content, so that a browser may keep them for good."""

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent.parent / "static"


@lru_cache
def asset_url(name: str) -> str:
    """The address of `name` below app/static.

    Raises FileNotFoundError, naming the cure, when the bundle was never made.
    """
    path = STATIC / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: `pip install -e .` makes the bundle")
    return f"/static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"


class HashedFiles(StaticFiles):
    """app/static, to be mounted at /static."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        # The bundler writes a hash into the names of what its files load; ours stands in the query.
        lasting = scope["query_string"].startswith(b"v=") or path.endswith(".woff2") or "/editor-" in path
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response
