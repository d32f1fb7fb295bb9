"""What stands before every route: the size of bodies, HEAD, who sent a form, security headers."""

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import FieldError, NotAllowed, NotFound, Unusable

MAX_BODY = 2**20
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Guards:
    """The one middleware: each request passes its checks in the order of `__call__`."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["csp_nonce"] = nonce = secrets.token_urlsafe(16)
        send = _with_headers(send, security_headers(nonce, https=self._https))
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
            send = _without_body(send)
        await self._app(scope, _bounded(scope, receive), send)


def security_headers(nonce: str, *, https: bool) -> dict[str, str]:
    """No script, style, frame or request from anywhere else; `nonce` lets the editor add its styles."""
    policy = (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "private, no-cache",
    }
    return headers | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})


def refuse_nul(request: Request) -> None:
    """Raises for a NUL in the address, which no resource has and which PostgreSQL takes in no text."""
    if "\0" in request.url.path or "\0" in request.scope["path"]:
        raise NotFound("There is nothing at this address: it holds the character NUL.")
    for name, value in request.query_params.multi_items():
        if "\0" in value:
            raise Unusable(
                f"{name}: must not hold the character NUL", errors=(FieldError(name, "holds NUL"),)
            )


def refuse_foreign_forms(request: Request) -> None:
    """Raises NotAllowed for an unsafe request that another site made a browser send (CSRF).

    Browsers say where a request comes from in Sec-Fetch-Site, or in Origin where they are old or the
    connection is plain; programs send neither, and hold no cookie they did not ask for.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign:
        raise NotAllowed("This form was sent from another site. Open the page here and send it again.")


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = MutableHeaders(scope=message)
            for name, value in headers.items():
                present.setdefault(name, value)
        await send(message)

    return wrapped


def _without_body(send: Send) -> Send:
    """The answer's head alone. A stream notices that nobody listens and ends."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    return wrapped


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Stop reading a body at `MAX_BODY`, whether or not it says how long it is."""
    announced = Headers(scope=scope).get("content-length", "0")
    received = 0

    async def wrapped() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY or (announced.isdecimal() and int(announced) > MAX_BODY):
            raise HTTPException(413)
        return message

    return wrapped
