"""One's own pages: name, password, browsers signed in, tokens, the data kept, and deleting it all."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import own_data, passwords, service, sign_ins, tokens
from app.accounts.models import User
from app.accounts.viewer import SignedInDep, drop_cookie, sign_in_of
from app.context import Context, ContextDep
from app.errors import Refusal
from app.rest.limits import EXPORTS, SIGN_INS, LimitsDep
from app.web.page import form_page, page

router = APIRouter(include_in_schema=False)

_NOT_KEPT = {"Cache-Control": "no-store"}
#: What was done, as the page says it afterwards.
_DONE = {
    "name": "Your name is changed.",
    "password": "Your new password is set, and every other browser is signed out.",
    "browser": "That browser is signed out.",
    "others": "Every other browser is signed out.",
}


async def _profile_page(
    request: Request,
    context: Context,
    user: User,
    *,
    done: str = "",
    name: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    async with context.database.reading() as session:
        browsers = await sign_ins.list_sign_ins(session, user)
        mine = await tokens.list_tokens(session, user)
    secret = sign_in_of(request, context.settings)
    return form_page(
        request,
        "profile.html",
        refusal,
        headers=_NOT_KEPT,
        user=user,
        name=user.name if name is None else name,
        done=_DONE.get(done, ""),
        sign_ins=[(one, sign_ins.is_here(one, secret)) for one in browsers],
        lasts=sign_ins.SIGN_IN_LASTS,
        tokens=mine,
    )


def _back(done: str) -> Response:
    return RedirectResponse(f"/profile?done={done}", 303)


@router.get("/profile")
async def profile(request: Request, context: ContextDep, user: SignedInDep, done: str = "") -> Response:
    return await _profile_page(request, context, user, done=done)


@router.post("/profile/name")
async def rename(
    request: Request, context: ContextDep, user: SignedInDep, name: Annotated[str, Form()] = ""
) -> Response:
    try:
        async with context.database.writing() as session:
            await service.rename(session, user, name)
    except Refusal as refusal:
        return await _profile_page(request, context, user, name=name, refusal=refusal)
    return _back("name")


@router.post("/profile/password")
async def change_password(
    request: Request,
    context: ContextDep,
    limits: LimitsDep,
    user: SignedInDep,
    old_password: Annotated[str, Form()] = "",
    new_password: Annotated[str, Form()] = "",
) -> Response:
    try:
        limits.spend(SIGN_INS, user.id)
        async with context.database.writing() as session:
            here = sign_in_of(request, context.settings)
            await passwords.change_password(session, user, old=old_password, new=new_password, here=here)
    except Refusal as refusal:
        return await _profile_page(request, context, user, refusal=refusal)
    return _back("password")


@router.post("/profile/sign-ins/{sign_in_id}/end")
async def sign_out(context: ContextDep, user: SignedInDep, sign_in_id: str) -> Response:
    async with context.database.writing() as session:
        await sign_ins.sign_out(session, user, sign_in_id)
    return _back("browser")


@router.post("/profile/sign-ins/end-others")
async def sign_out_others(request: Request, context: ContextDep, user: SignedInDep) -> Response:
    async with context.database.writing() as session:
        await sign_ins.sign_out_everywhere(session, user, but=sign_in_of(request, context.settings))
    return _back("others")


@router.post("/profile/sign-ins/end-all")
async def sign_out_everywhere(context: ContextDep, user: SignedInDep) -> Response:
    async with context.database.writing() as session:
        await sign_ins.sign_out_everywhere(session, user)
    response = RedirectResponse("/sign-in", 303)
    drop_cookie(response, context.settings)
    return response


@router.get("/profile/data.json")
async def export(context: ContextDep, limits: LimitsDep, user: SignedInDep) -> Response:
    limits.spend(EXPORTS, user.id)
    async with context.database.reading() as session:
        text = await own_data.export(session, user)
    named = {"Content-Disposition": 'attachment; filename="handgrad-my-data.json"'}
    return Response(text, media_type="application/json", headers=named | _NOT_KEPT)


async def _delete_page(
    request: Request, context: Context, user: User, *, words: str = "", refusal: Refusal | None = None
) -> Response:
    async with context.database.reading() as session:
        kept = await own_data.kept_about(session, user)
        last_admin = await service.is_last_admin(session, user)
    return form_page(
        request,
        "delete_account.html",
        refusal,
        headers=_NOT_KEPT,
        user=user,
        kept=kept,
        last_admin=last_admin,
        confirmation=own_data.DELETE_WORDS,
        words=words,
    )


@router.get("/profile/delete")
async def delete_form(request: Request, context: ContextDep, user: SignedInDep) -> Response:
    return await _delete_page(request, context, user)


@router.post("/profile/delete")
async def delete_account(
    request: Request,
    context: ContextDep,
    limits: LimitsDep,
    user: SignedInDep,
    password: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    try:
        limits.spend(SIGN_INS, user.id)
        async with context.database.writing() as session:
            await own_data.delete_account(session, user, password=password, words=words)
    except Refusal as refusal:
        return await _delete_page(request, context, user, words=words, refusal=refusal)
    request.state.viewer = None
    # What this browser keeps of the person, such as drafts, goes as well.
    response = page(request, "account_deleted.html", headers={"Clear-Site-Data": '"storage"'} | _NOT_KEPT)
    drop_cookie(response, context.settings)
    return response
