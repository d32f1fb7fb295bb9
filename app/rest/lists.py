"""Lists by cursor: `?cursor=&per_page=` and `Link: <...>; rel="next"`."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response

from app.errors import FieldError, Unusable

_Item = TypeVar("_Item")
LINKED: dict[str, Any] = {
    "Link": {
        "description": 'The next page: `<absolute address>; rel="next"`. Absent on the last page.',
        "schema": {"type": "string"},
    }
}


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: `per_page` items that come after the one `after` names."""

    after: str | None
    per_page: int

    @property
    def limit(self) -> int:
        """How many to fetch: one more than is shown tells whether there is a next page."""
        return self.per_page + 1

    def cut(
        self, request: Request, response: Response, found: Sequence[_Item], keys: Sequence[str]
    ) -> list[_Item]:
        """The page out of `found` (up to `limit` items, named by `keys`), with a link to the next one."""
        shown = list(found[: self.per_page])
        if len(found) > self.per_page:
            cursor = base64.urlsafe_b64encode(keys[self.per_page - 1].encode()).decode().rstrip("=")
            base = request.app.state.context.settings.base_url
            query = request.url.include_query_params(cursor=cursor).query
            response.headers["Link"] = f'<{base}{request.url.path}?{query}>; rel="next"'
        return shown


def _page(
    cursor: Annotated[str | None, Query(max_length=300, description="From the Link header; opaque.")] = None,
    per_page: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Page:
    return Page(None if cursor is None else _decode(cursor), per_page)


PageDep = Annotated[Page, Depends(_page)]


def _decode(cursor: str) -> str:
    try:
        key = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        key = "\0"
    if not key.isprintable():
        message = "is not one of ours; take it from a Link header, or leave it out to begin at the start"
        raise Unusable(f"cursor: {message}", errors=(FieldError("cursor", message),))
    return key
