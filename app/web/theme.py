"""Light or dark: the system's choice, unless the browser keeps another one in a cookie."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.settings import Settings
from app.web.forms import safe_next

router = APIRouter(include_in_schema=False)

_COOKIE = "handgrad_theme"  # js/theme.js writes it too
_LASTS = 365 * 24 * 3600  # seconds


class Theme(StrEnum):
    """What a reader can choose; `media` tells the browser when the dark colours apply."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"

    @property
    def media(self) -> str:
        return {Theme.SYSTEM: "(prefers-color-scheme: dark)", Theme.LIGHT: "not all", Theme.DARK: "all"}[self]


def theme_of(request: Request) -> Theme:
    """What this browser chose. The page is sent in it, so that it never shows the other one first."""
    chosen = request.cookies.get(_COOKIE)
    return Theme(chosen) if chosen in set(Theme) else Theme.SYSTEM


@router.post("/theme")
async def choose_theme(
    request: Request,
    theme: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002 -- the form's word
) -> Response:
    response = RedirectResponse(safe_next(next), 303)
    settings: Settings = request.app.state.settings
    if theme in set(Theme) - {Theme.SYSTEM}:
        response.set_cookie(_COOKIE, theme, max_age=_LASTS, samesite="lax", secure=settings.is_https)
    else:
        response.delete_cookie(_COOKIE, samesite="lax", secure=settings.is_https)
    return response
