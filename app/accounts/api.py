"""REST: the token's owner, all that is kept about them, and their tokens."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from app.accounts import examples, own_data, tokens
from app.accounts.bearer import Caller, CallerDep, with_scope, within_limit
from app.accounts.hashing import digest
from app.accounts.models import Scope, Token
from app.accounts.schemas import CreatedToken, Export, Me, NewToken, Proof, TokenInfo
from app.accounts.tokens import RIGHTS
from app.context import ContextDep
from app.errors import Conflict
from app.rest.answers import answers
from app.rest.etags import CONDITIONAL, TAGGED, UNCHANGED, IfMatch, still, tagged
from app.rest.idempotency import REPLAYED, OnceDep
from app.rest.limits import EXPORTS, SIGN_INS, LimitsDep
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


@router.get(
    "/me/export",
    response_model=Export,
    responses=refuses(401, 403, 429) | answers(examples.EXPORT),
    dependencies=[Depends(with_scope(Scope.PROBLEMS_READ))],
)
async def export_me(
    context: ContextDep,
    limits: LimitsDep,
    caller: Annotated[Caller, Depends(with_scope(Scope.RESULTS_READ))],
) -> Response:
    """All that is kept about one: attempts with their code and reports, drafts, cases one added, tokens ...

    Each kind is a list of its rows; passwords, secrets and their hashes are not among them.
    """
    limits.spend(EXPORTS, caller.user.id)
    async with context.database.reading() as session:
        text = await own_data.export(session, caller.user)
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.delete(
    "/me",
    status_code=204,
    responses=refuses(400, 401, 403, 409, 412, 413, 429),
    dependencies=[Depends(within_limit)],
)
async def delete_me(
    context: ContextDep, limits: LimitsDep, caller: CallerDep, proof: Proof, if_match: IfMatch = None
) -> None:
    """Delete one's account with all that is kept about one, at once and for good, this token included.

    It wants the password besides a token with every scope of its owner's role. An account without a password
    (409) is deleted on its page `/profile/delete`. Cases one added stay, without one's name.
    """
    for scope in sorted(RIGHTS[caller.user.role]):
        caller.must_have(scope)
    still(if_match, Me.of(caller.user, caller.scopes))
    if not caller.user.has_password:
        raise Conflict(
            "A token alone does not delete an account, and this one has no password."
            " Set one on the page /profile, or delete the account on the page /profile/delete."
        )
    limits.spend(SIGN_INS, caller.user.id)
    async with context.database.writing() as session:
        await own_data.delete_account(session, caller.user, password=proof.password)


@router.get("/tokens", responses=refuses(401) | answers([examples.TOKEN], headers=LINKED))
async def list_tokens(
    request: Request, response: Response, context: ContextDep, caller: CallerDep, page: PageDep
) -> list[TokenInfo]:
    """One's own tokens, newest first, without their secrets."""
    async with context.database.reading() as session:
        mine = await tokens.list_tokens(session, caller.user)
    rest = [token for token in mine if page.after is None or token.id < page.after]
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
        token, secret = await tokens.create_token(
            session, caller.user, name=new.name, scopes=new.scopes, expires_days=new.expires_days
        )
        token.expires_at = _earlier(token, _asking(await tokens.list_tokens(session, caller.user), caller))
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
        mine = await tokens.list_tokens(session, caller.user)
        asking = _asking(mine, caller)
        for token in mine:
            if token.id == id:
                for scope in token.scopes if token != asking else ():
                    caller.must_have(Scope(scope))
                still(if_match, TokenInfo.of(token))
        await tokens.revoke_token(session, caller.user, ours(id, "token"))


def _asking(mine: list[Token], caller: Caller) -> Token | None:
    return next((token for token in mine if token.secret_hash == digest(caller.secret)), None)


def _earlier(token: Token, asking: Token | None) -> datetime | None:
    ends = [t.expires_at for t in (token, asking) if t is not None and t.expires_at is not None]
    return min(ends, default=None)
