"""`ETag` on single resources: 304 to who has it already, 412 to who would change something else by now."""

import hashlib
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from app.errors import Stale

TAGGED: dict[str, Any] = {
    "ETag": {"description": "Names this state of the resource.", "schema": {"type": "string"}}
}
UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "If-None-Match names the present state.", "headers": TAGGED}
}
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="Only if the resource still has this ETag.", max_length=1000),
]


def _if_none_match(
    _etag: Annotated[
        str | None,
        Header(alias="If-None-Match", description="The ETag of the copy you have.", max_length=1000),
    ] = None,
) -> None:
    """Documents the header that `tagged` reads."""


CONDITIONAL = [Depends(_if_none_match)]


def etag_of(resource: BaseModel) -> str:
    return f'"{hashlib.sha256(resource.model_dump_json().encode()).hexdigest()[:32]}"'


def tagged(request: Request, resource: BaseModel) -> Response:
    """`resource` with its ETag, or 304 without it when the sender's copy is the same."""
    headers = {"ETag": etag_of(resource)}
    if _names(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(resource.model_dump_json(by_alias=True), media_type="application/json", headers=headers)


def still(if_match: str | None, resource: BaseModel) -> None:
    """Raises Stale unless `if_match` is missing or names the present state."""
    if if_match is not None and not _names(if_match, etag_of(resource)):
        raise Stale("It has changed since you read it. Read it again, then repeat with its present ETag.")


def _names(header: str, etag: str) -> bool:
    return any(given.strip().removeprefix("W/") in ("*", etag) for given in header.split(","))
