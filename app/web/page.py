"""Templates to responses: what every page is given, and how a refusal looks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.errors import NotSignedIn, Refusal
from app.web.assets import asset_url, data_url
from app.web.code import python_html
from app.web.forms import wrong_fields
from app.web.markdown import markdown_html
from app.web.telling import told
from app.web.theme import theme_of
from app.web.values import returned_text
from app.web.words import VERDICTS, milliseconds, points, when
from grader.shapes import symbolic

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(
    asset_url=asset_url, icon_url=data_url("icon.svg", "image/svg+xml"), VERDICTS=VERDICTS, symbolic=symbolic
)
_templates.filters.update(
    markdown=markdown_html,
    milliseconds=milliseconds,
    points=points,
    python=python_html,
    returned=returned_text,
    told=told,
    when=when,
)

#: Asked for by the pages' own scripts: the piece they put into the page, instead of a whole page.
FRAGMENT_HEADER = "Handgrad-Fragment"


def wants_fragment(request: Request) -> bool:
    return FRAGMENT_HEADER in request.headers


def fragment(template: str, **values: Any) -> str:
    """A piece of a page as HTML text."""
    return _templates.get_template(template).render(**values)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A whole page.

    `request.state.viewer` (set by the dependencies of `app.accounts.viewer`) tells whose it is; where nobody
    looked, as on an address that does not exist, the page shows neither "sign in" nor "sign out".
    """
    html = _templates.get_template(template).render(
        path=request.url.path,
        here=_here(request),
        theme=theme_of(request),
        insecure=request.app.state.settings.insecure_sandbox,
        style_nonce=getattr(request.state, "csp_nonce", ""),
        viewer=getattr(request.state, "viewer", None),
        viewer_known=hasattr(request.state, "viewer"),
        **values,
    )
    return HTMLResponse(html, status, headers)


def form_page(
    request: Request,
    template: str,
    refusal: Refusal | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """The page of a form; after a refusal with its status, its reason, and what is wrong by field.

    The template finds them as `refusal` and `errors`; what was typed is among the `values`.
    """
    return page(
        request,
        template,
        status=refusal.status if refusal else 200,
        headers={**(refusal.headers if refusal else {}), **(headers or {})},
        refusal=refusal,
        errors=wrong_fields(refusal),
        **values,
    )


def _here(request: Request) -> str:
    """Where a form of the frame leads back to; what was posted cannot be asked for again."""
    if request.method != "GET":
        return "/problems"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def render_refusal(request: Request, refusal: Refusal) -> Response:
    """The page, or for our own scripts the piece of one, that says why not and what to do.

    Somebody who has to sign in first is sent there, and comes back.
    """
    if wants_fragment(request):
        html = fragment("refusal_piece.html", refusal=refusal, path=request.url.path)
        return HTMLResponse(html, refusal.status, refusal.headers)
    if isinstance(refusal, NotSignedIn) and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(_here(request), safe='/')}", 303)
    return page(request, "refusal.html", status=refusal.status, headers=refusal.headers, refusal=refusal)
