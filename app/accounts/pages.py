"""Pages of accounts: signing up, in and out, one-time links, tokens, one's own, users."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import links, passwords, profile_pages, service, sign_ins, tokens
from app.accounts.models import LinkPurpose, OneTimeLink, Role, Scope, User
from app.accounts.viewer import AdminDep, SignedInDep, ViewerDep, drop_cookie, set_cookie, sign_in_of
from app.context import Context, ContextDep
from app.errors import FieldError, NotFound, Refusal, Unusable
from app.rest.limits import SIGN_INS, SIGN_INS_OF_ADDRESS, SIGN_UPS, LimitsDep
from app.settings import SignUp
from app.web.forms import safe_next
from app.web.page import form_page, page

router = APIRouter(include_in_schema=False)
router.include_router(profile_pages.router)

FLAGSHIP = "/problems/train-rnn-lm"
_NOT_KEPT = {"Cache-Control": "no-store"}  # pages that show a secret


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


async def _signed_in_redirect(request: Request, context: Context, user: User, target: str) -> Response:
    """End the browser's earlier sign-in, start a new one and go to `target`."""
    old = sign_in_of(request, context.settings)
    async with context.database.writing() as session:
        if old:
            await sign_ins.end_sign_in(session, old)
        secret = await sign_ins.start_sign_in(session, user, request.headers.get("user-agent", ""))
    response = RedirectResponse(target, 303)
    set_cookie(response, context.settings, secret)
    return response


def _sign_in_page(
    request: Request,
    context: Context,
    *,
    target: str,
    email: str = "",
    refusal: Refusal | None = None,
) -> Response:
    return form_page(
        request,
        "sign_in.html",
        refusal,
        next=target,
        email=email,
        can_sign_up=context.settings.signup is not SignUp.CLOSED,
    )


@router.get("/sign-in")
async def sign_in_form(
    request: Request,
    context: ContextDep,
    viewer: ViewerDep,
    next: str = "",  # noqa: A002 -- the address's word
) -> Response:
    if viewer:
        return RedirectResponse(safe_next(next), 303)
    return _sign_in_page(request, context, target=safe_next(next))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    context: ContextDep,
    limits: LimitsDep,
    _viewer: ViewerDep,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    target = safe_next(next)
    try:
        limits.spend(SIGN_INS_OF_ADDRESS, _address(request))
        limits.spend(SIGN_INS, f"{_address(request)} {email.strip().lower()[:254]}")
        async with context.database.reading() as session:
            user = await passwords.authenticate(session, email, password)
        if user is None:
            raise Unusable("This e-mail and password don't belong together. Check both and try again.")
    except Refusal as refusal:
        return _sign_in_page(request, context, target=target, email=email, refusal=refusal)
    return await _signed_in_redirect(request, context, user, target)


@router.post("/sign-out")
async def sign_out(request: Request, context: ContextDep) -> Response:
    secret = sign_in_of(request, context.settings)
    if secret:
        async with context.database.writing() as session:
            await sign_ins.end_sign_in(session, secret)
    response = RedirectResponse("/problems", 303)
    drop_cookie(response, context.settings)
    return response


@dataclass(frozen=True)
class _SignUpForm:
    email: str = ""
    name: str = ""
    next: str = "/problems"


def _sign_up_page(
    request: Request, context: Context, form: _SignUpForm, refusal: Refusal | None = None
) -> Response:
    settings = context.settings
    by_domain = settings.signup is SignUp.DOMAIN
    return form_page(
        request,
        "sign_up.html",
        refusal,
        closed=settings.signup is SignUp.CLOSED,
        domain_note=f"It has to end in @{settings.signup_domain}." if by_domain else "",
        email=form.email,
        name=form.name,
        next=form.next,
    )


@router.get("/sign-up")
async def sign_up_form(
    request: Request,
    context: ContextDep,
    viewer: ViewerDep,
    next: str = "",  # noqa: A002
) -> Response:
    if viewer:
        return RedirectResponse(safe_next(next), 303)
    return _sign_up_page(request, context, _SignUpForm(next=safe_next(next)))


@router.post("/sign-up")
async def sign_up(
    request: Request,
    context: ContextDep,
    limits: LimitsDep,
    _viewer: ViewerDep,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    form = _SignUpForm(email, name, safe_next(next))
    try:
        limits.spend(SIGN_UPS, _address(request))
        async with context.database.writing() as session:
            user = await service.sign_up(session, context.settings, email=email, password=password, name=name)
    except Refusal as refusal:
        return _sign_up_page(request, context, form, refusal)
    return await _signed_in_redirect(request, context, user, form.next)


@router.get("/forgotten")
async def forgotten(request: Request, _viewer: ViewerDep) -> Response:
    return page(request, "forgotten.html")


def _link_page(
    request: Request, link: OneTimeLink, *, email: str = "", refusal: Refusal | None = None
) -> Response:
    return form_page(
        request,
        "link.html",
        refusal,
        # The address is a secret: it must not travel on as a referrer, and the browser keeps no copy.
        headers={"Referrer-Policy": "no-referrer", **_NOT_KEPT},
        first_admin=link.purpose is LinkPurpose.FIRST_ADMIN,
        email=email,
    )


@router.get("/links/{secret}")
async def link_form(request: Request, context: ContextDep, _viewer: ViewerDep, secret: str) -> Response:
    async with context.database.reading() as session:
        link = await links.look_at_link(session, secret)
    return _link_page(request, link)


@router.post("/links/{secret}")
async def use_link(
    request: Request,
    context: ContextDep,
    _viewer: ViewerDep,
    secret: str,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    async with context.database.reading() as session:
        link = await links.look_at_link(session, secret)
    first_admin = link.purpose is LinkPurpose.FIRST_ADMIN
    try:
        async with context.database.writing() as session:
            if first_admin:
                user = await links.become_first_admin(session, secret, email=email, password=password)
            else:
                user = await links.reset_password(session, secret, password)
    except NotFound:
        raise
    except Refusal as refusal:
        return _link_page(request, link, email=email, refusal=refusal)
    return await _signed_in_redirect(request, context, user, FLAGSHIP if first_admin else "/problems")


@dataclass(frozen=True)
class _TokenForm:
    name: str = ""
    scopes: list[str] = field(default_factory=list)
    expires_days: str = "365"


async def _tokens_page(
    request: Request,
    context: Context,
    user: User,
    form: _TokenForm,
    *,
    secret: str = "",
    refusal: Refusal | None = None,
) -> Response:
    async with context.database.reading() as session:
        mine = await tokens.list_tokens(session, user)
    return form_page(
        request,
        "tokens.html",
        refusal,
        headers=_NOT_KEPT,
        tokens=mine,
        scopes=[scope for scope in Scope if scope in tokens.RIGHTS[user.role]],
        form=form,
        secret=secret,
    )


@router.get("/tokens")
async def token_list(request: Request, context: ContextDep, user: SignedInDep) -> Response:
    return await _tokens_page(request, context, user, _TokenForm())


@router.post("/tokens")
async def make_token(
    request: Request,
    context: ContextDep,
    user: SignedInDep,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    expires_days: Annotated[str, Form()] = "",
) -> Response:
    form = _TokenForm(name, scopes or [], expires_days)
    try:
        async with context.database.writing() as session:
            _, secret = await tokens.create_token(
                session,
                user,
                name=name,
                scopes=[scope for scope in Scope if scope in form.scopes],
                expires_days=_days(expires_days),
            )
    except Refusal as refusal:
        return await _tokens_page(request, context, user, form, refusal=refusal)
    return await _tokens_page(request, context, user, _TokenForm(), secret=secret)


def _days(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or len(text) > 6:
        message = "A token lasts 1 to 3650 days."
        raise Unusable(message, errors=(FieldError("expires_days", message),))
    return int(text)


@router.post("/tokens/{token_id}/revoke")
async def revoke_token(context: ContextDep, user: SignedInDep, token_id: str) -> Response:
    async with context.database.writing() as session:
        await tokens.revoke_token(session, user, token_id)
    return RedirectResponse("/tokens", 303)


async def _users_page(
    request: Request,
    context: Context,
    *,
    link: str = "",
    link_for: str = "",
    refusal: Refusal | None = None,
) -> Response:
    async with context.database.reading() as session:
        users = await service.list_users(session)
    return form_page(
        request,
        "users.html",
        refusal,
        headers=_NOT_KEPT,
        users=users,
        roles=list(Role),
        link=link,
        link_for=link_for,
    )


@router.get("/users")
async def users(request: Request, context: ContextDep, _admin: AdminDep) -> Response:
    return await _users_page(request, context)


@router.post("/users/role")
async def set_role(
    request: Request,
    context: ContextDep,
    _admin: AdminDep,
    email: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
) -> Response:
    try:
        if role not in set(Role):
            raise Unusable(f"There is no role “{role}”; choose one of {', '.join(Role)}.")
        async with context.database.writing() as session:
            await service.set_role(session, email, Role(role))
    except Refusal as refusal:
        return await _users_page(request, context, refusal=refusal)
    return RedirectResponse("/users", 303)


@router.post("/users/reset")
async def make_reset_link(
    request: Request, context: ContextDep, _admin: AdminDep, email: Annotated[str, Form()] = ""
) -> Response:
    try:
        async with context.database.writing() as session:
            user = await service.find_user(session, email)
            secret = await links.make_link(session, LinkPurpose.RESET_PASSWORD, user)
    except Refusal as refusal:
        return await _users_page(request, context, refusal=refusal)
    return await _users_page(
        request, context, link=f"{context.settings.base_url}/links/{secret}", link_for=user.label
    )
