"""The OpenAPI document and its interactive page, served without any outside host."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from app.rest.answers import put_examples
from app.rest.limits import EXPORTS, RUNS, WRITES, Rate
from app.rest.refusals import ProblemDetails
from app.settings import Settings
from app.web.words import duration

BASE = "/api/v1"
_DESCRIPTION = """\
Problems, attempts and their results, for a learning management system or a script.

Send `Authorization: Bearer hg_...` with a token from the page *Tokens* or from `handgrad tokens create`.
Every error is `application/problem+json` (RFC 9457) and names the thing and the cure. Lists take `cursor` and
`per_page` and link their next page. Writes that create take an `Idempotency-Key`. Times are RFC 3339 in UTC;
ids are opaque.

Asking too often is 429 with `Retry-After`. Each user may send writes ({writes}),
runs besides ({runs}), and ask for exports ({exports}).
{attempts}
"""
_ATTEMPTS = """\
A learner has {size} attempts at each problem, and one comes back every {refill}. What does not compile costs
none, nor what fails through our fault; what is handed in on behalf of a learner costs that learner.\
"""
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Handgrad: the REST API</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/dist/swagger-ui.css">
<link rel="stylesheet" href="/static/dist/rest.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>Without JavaScript, read <a href="openapi.json">openapi.json</a> itself.</noscript>
<script src="/static/dist/swagger-ui-bundle.js" defer></script>
<script type="module" src="/static/dist/rest.js"></script>
</body>
</html>
"""
router = APIRouter(prefix=BASE, include_in_schema=False)


@router.get("/docs")
async def docs_page() -> HTMLResponse:
    return HTMLResponse(_PAGE)


def name_of(route: APIRoute) -> str:
    """An operation is called what its function is: a client made from the document then reads well."""
    return route.name


def _description(settings: Settings) -> str:
    """What all routes share, with the rates that hold in this service."""
    refill = duration(timedelta(seconds=settings.attempt_refill))
    return _DESCRIPTION.format(
        writes=_words(WRITES),
        runs=_words(RUNS),
        exports=_words(EXPORTS),
        attempts=_ATTEMPTS.format(size=settings.attempt_bucket, refill=refill)
        if settings.attempt_refill
        else "Attempts at one problem are not counted here.",
    )


def _words(rate: Rate) -> str:
    return f"{rate.burst} at once and {rate.per_minute:g} a minute"


class Described(FastAPI):
    """An application whose document says what all its routes share."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = get_openapi(
                title=self.title,
                version=self.version,
                description=_description(self.state.settings),
                routes=self.routes,
            )
            schema = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas |= schema.pop("$defs", {}) | {"Problem": schema}
            put_examples(document)
            self.openapi_schema = document
        return self.openapi_schema
