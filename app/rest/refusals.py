"""Refusals as `application/problem+json` (RFC 9457), the framework's own too, and how they are documented."""

from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from app.errors import (
    Conflict,
    FieldError,
    NotAllowed,
    NotFound,
    NotReady,
    NotSignedIn,
    Refusal,
    Stale,
    TooLarge,
    TooMany,
    Unusable,
)
from app.rest.answers import Responses, number_of

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="Dotted path in the body, or the parameter's name.")
    message: str


class ProblemDetails(BaseModel):
    """Why a request was refused (RFC 9457): the thing and the cure."""

    type: str = Field(description="Stable, for programs: one for each title.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path asked for.")
    errors: list[FieldProblem] = Field(default_factory=list, description="One entry for each unusable field.")

    model_config = ConfigDict(
        title="Problem",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:handgrad:not-found",
                    "title": "Not found",
                    "status": 404,
                    "detail": "There is no problem 'tain-rnn-lm'. See GET /api/v1/problems.",
                    "instance": "/api/v1/problems/tain-rnn-lm",
                    "errors": [],
                }
            ]
        },
    )


class OurFault(Refusal):
    """Something broke here; what, stands in the service's log only."""

    status, title = 500, "Our fault"


class FromFramework(Refusal):
    """A refusal the framework made up before any of our code was asked."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail, headers=headers)
        self.status = status
        self.title = HTTPStatus(status).phrase


def refusal_of(error: Exception, path: str) -> Refusal:
    """The refusal that tells the sender of a request to `path` what `error` means."""
    match error:
        case Refusal():
            return error
        case RequestValidationError():
            return unusable(error)
        case HTTPException(status_code=404):
            return NotFound(f"There is nothing at {path}. Check the address.")
        case HTTPException(status_code=405):
            return FromFramework(
                405, f"{path} cannot be used this way. The Allow header says how.", _headers(error)
            )
        case HTTPException(status_code=413):
            return TooLarge("The request's body is over 1 MiB. Send less.")
        case HTTPException():
            return FromFramework(error.status_code, f"{error.detail}.", _headers(error))
        case _:
            return OurFault("Something went wrong here, not with your request. Try again in a moment.")


def unusable(error: RequestValidationError | ValidationError) -> Unusable:
    """Every field a schema refuses, each with its path and reason."""
    errors = tuple(FieldError(field=_path(found["loc"]), message=_message(found)) for found in error.errors())
    first = errors[0]
    rest = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Unusable(f"{first.field}: {first.message}{rest}", errors=errors)


def problem_response(request: Request, refusal: Refusal) -> Response:
    """`refusal` as RFC 9457 wants it."""
    problem = _details(refusal, request.url.path)
    headers = refusal.headers | (_allow(request) if refusal.status == 405 else {})
    return JSONResponse(
        problem.model_dump(), status_code=refusal.status, headers=headers, media_type=MEDIA_TYPE
    )


def _details(refusal: Refusal, path: str) -> ProblemDetails:
    return ProblemDetails(
        type="urn:handgrad:" + refusal.title.lower().replace(" ", "-"),
        title=refusal.title,
        status=refusal.status,
        detail=refusal.detail,
        instance=path,
        errors=[FieldProblem(field=e.field, message=e.message) for e in refusal.errors],
    )


def _allow(request: Request) -> dict[str, str]:
    """Every method of a documented path: the framework names those of its first route only."""
    paths = request.app.openapi()["paths"]
    matching = [path for path in paths if compile_path(path)[0].match(request.url.path)]
    if not matching:
        return {}
    closest = min(matching, key=lambda path: path.count("{"))
    methods = {method.upper() for method in paths[closest]}
    return {"Allow": ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))}


_MEANINGS = {
    400: "The body cannot be read at all.",
    401: "The token is missing, unknown or expired.",
    403: "The token lacks the scope, or its owner the right.",
    404: "There is no such thing, or it is not yours to see.",
    409: "It conflicts with what is there, or the same Idempotency-Key is still in flight.",
    412: "If-Match names a state that is no longer there.",
    413: "The body is over 1 MiB.",
    422: "The request is unusable; `errors` says which field and why.",
    429: "Too many requests; Retry-After says when to go on.",
    500: "Our fault.",
    503: "Not ready: no worker answers, or a version is still being frozen. Try again soon.",
}


_EXAMPLES: dict[int, ProblemDetails] = {
    refusal.status: _details(refusal, "/api/v1/problems/train-rnn-lm")
    for refusal in (
        FromFramework(400, "There was an error parsing the body."),
        NotSignedIn("This token is unknown, revoked or expired. The page /tokens makes a new one."),
        NotAllowed("This token does not carry the scope results:read. Make one that does."),
        NotFound("There is no such problem."),
        Conflict("A request with this Idempotency-Key is still being answered. Repeat it in a moment."),
        Stale("It has changed since you read it. Read it again, then repeat with its present ETag."),
        TooLarge("The request's body is over 1 MiB. Send less."),
        Unusable("per_page: Input should be less than or equal to 100"),
        TooMany("That is more than 30 requests at once or 60 a minute. Wait 2 s, then go on.", retry_after=2),
        OurFault("Something went wrong here, not with your request. Try again in a moment."),
        NotReady("The cases of this problem are being prepared; try again in a minute."),
    )
}


def refuses(*statuses: int) -> Responses:
    """The `responses` of a route that can answer these statuses, and those any route can."""
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": number_of(_EXAMPLES[status].model_dump()),
                }
            },
        }
        | _HEADERS.get(status, {})
        for status in sorted({*statuses, 422, 500})
    }


_HEADERS: dict[int, dict[str, Any]] = {
    401: {
        "headers": {"WWW-Authenticate": {"description": "`Bearer ...`", "schema": {"type": "string"}}},
    },
    429: {
        "headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
    },
}


def _headers(error: HTTPException) -> dict[str, str]:
    return dict(error.headers or {})


def _path(location: tuple[int | str, ...]) -> str:
    parts = location[1:] if len(location) > 1 and location[0] in _PLACES else location
    return _printable(".".join(str(part) for part in parts))


_PLACES = frozenset({"body", "query", "path", "header"})


def _message(found: Any) -> str:
    reason = found.get("ctx", {}).get("error") if found["type"] == "json_invalid" else None
    return _printable(f"{found['msg']}: {reason}" if reason else found["msg"].removeprefix("Value error, "))


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()[:500]
