"""REST: the token's owner, and the owner's tokens."""

import hashlib
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from app.accounts import examples, service
from app.accounts.bearer import Caller, CallerDep, within_limit
from app.accounts.models import Scope, Token
from app.accounts.schemas import CreatedToken, Me, NewToken, TokenInfo
from app.context import ContextDep
from app.rest.answers import answers
from app.rest.etags import CONDITIONAL, TAGGED, UNCHANGED, IfMatch, still, tagged
from app.rest.idempotency import REPLAYED, OnceDep
from app.rest.lists import LINKED, PageDep
from app.rest.refusals import refuses
from app.rest.strict_json import StrictRoute
from app.rest.text import ours

router = APIRouter(tags=["accounts"], route_class=StrictRoute)


@router.get(
    "/me",
    response_model=Me,
    dependencies=CONDITIONAL,
    responses=UNCHANGED | refuses(401) | answers(examples.ME, headers=TAGGED),
)
async def me(request: Request, caller: CallerDep) -> Response:
    """Who owns the token, and what it may do."""
    return tagged(request, Me.of(caller.user, caller.scopes))


@router.get("/tokens", responses=refuses(401) | answers([examples.TOKEN], headers=LINKED))
async def list_tokens(
    request: Request, response: Response, context: ContextDep, caller: CallerDep, page: PageDep
) -> list[TokenInfo]:
    """One's own tokens, newest first, without their secrets."""
    async with context.database.reading() as session:
        tokens = await service.list_tokens(session, caller.user)
    rest = [token for token in tokens if page.after is None or token.id < page.after]
    shown = page.cut(request, response, rest, [token.id for token in rest])
    return [TokenInfo.of(token) for token in shown]


@router.post(
    "/tokens",
    status_code=201,
    response_model=CreatedToken,
    responses=refuses(400, 401, 403, 409, 413, 429) | answers(examples.CREATED_TOKEN, 201, headers=REPLAYED),
    dependencies=[Depends(within_limit)],
)
async def create_token(context: ContextDep, caller: CallerDep, new: NewToken, once: OnceDep) -> Response:
    """A token for oneself. It carries no scope that the asking one lacks, and does not outlive it."""
    for scope in new.scopes:
        caller.must_have(scope)
    if again := await once.begin(caller.user.id):
        return again
    async with context.database.writing() as session:
        token, secret = await service.create_token(
            session, caller.user, name=new.name, scopes=new.scopes, expires_days=new.expires_days
        )
        token.expires_at = _earlier(token, _asking(await service.list_tokens(session, caller.user), caller))
        info = TokenInfo.of(token).model_dump(mode="json")
        await once.keep(session, JSONResponse({**info, "token": None}, status_code=201))
    return JSONResponse({**info, "token": secret}, status_code=201)


@router.delete(
    "/tokens/{id}",
    status_code=204,
    responses=refuses(401, 403, 404, 412, 429),
    dependencies=[Depends(within_limit)],
)
async def revoke_token(
    context: ContextDep,
    caller: CallerDep,
    id: str,
    if_match: IfMatch = None,
) -> None:
    """End at once the asking token, or another of one's own that carries no scope the asking one lacks."""
    async with context.database.writing() as session:
        tokens = await service.list_tokens(session, caller.user)
        asking = _asking(tokens, caller)
        for token in tokens:
            if token.id == id:
                for scope in token.scopes if token != asking else ():
                    caller.must_have(Scope(scope))
                still(if_match, TokenInfo.of(token))
        await service.revoke_token(session, caller.user, ours(id, "token"))


def _asking(tokens: list[Token], caller: Caller) -> Token | None:
    digest = hashlib.sha256(caller.secret.encode()).hexdigest()
    return next((token for token in tokens if token.secret_hash == digest), None)


def _earlier(token: Token, asking: Token | None) -> datetime | None:
    ends = [t.expires_at for t in (token, asking) if t is not None and t.expires_at is not None]
    return min(ends, default=None)
