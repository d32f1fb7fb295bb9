"""The OpenAPI document and its interactive page, served without any outside host."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from app.rest.answers import put_examples
from app.rest.refusals import ProblemDetails

BASE = "/api/v1"
_DESCRIPTION = """\
Problems, attempts and their results, for a learning management system or a script.

Send `Authorization: Bearer hg_...` with a token from the page *Tokens* or from `handgrad tokens create`.
Every error is `application/problem+json` (RFC 9457) and names the thing and the cure. Lists take `cursor` and
`per_page` and link their next page. Writes that create take an `Idempotency-Key`. Times are RFC 3339 in UTC;
ids are opaque. Each user may send 30 writes at once and 60 a minute; more is 429 with `Retry-After`.
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
</head>
<body>
<div id="swagger-ui"></div>
<noscript>Without JavaScript, read <a href="openapi.json">openapi.json</a> itself.</noscript>
<script src="/static/dist/swagger-ui-bundle.js" defer></script>
<script src="docs.js" defer></script>
</body>
</html>
"""
_SCRIPT = """\
addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null });
});
"""

router = APIRouter(prefix=BASE, include_in_schema=False)


@router.get("/docs")
async def docs_page() -> HTMLResponse:
    return HTMLResponse(_PAGE)


@router.get("/docs.js")
async def docs_script() -> Response:
    return Response(_SCRIPT, media_type="text/javascript")


def name_of(route: APIRoute) -> str:
    """An operation is called what its function is: a client made from the document then reads well."""
    return route.name


class Described(FastAPI):
    """An application whose document says what all its routes share."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = get_openapi(
                title=self.title, version=self.version, description=_DESCRIPTION, routes=self.routes
            )
            schema = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas |= schema.pop("$defs", {}) | {"Problem": schema}
            put_examples(document)
            self.openapi_schema = document
        return self.openapi_schema
