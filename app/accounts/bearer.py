"""Who sends a REST request, and what they may do: read afresh from the database each time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.accounts import tokens
from app.accounts.models import Scope, User
from app.context import ContextDep
from app.database import Database
from app.errors import NotAllowed, NotSignedIn
from app.rest.limits import WRITES, LimitsDep

_scheme = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    bearerFormat="hg_...",
    description="A token from the page *Tokens* or from `handgrad tokens create`.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The owner of the token, and the scopes both of them allow."""

    user: User
    scopes: frozenset[Scope]
    secret: str

    def must_have(self, scope: Scope) -> None:
        """Raises NotAllowed naming the scope that is missing, and whether token or role lacks it."""
        if scope in self.scopes:
            return
        if scope in tokens.RIGHTS[self.user.role]:
            raise NotAllowed(f"This token does not carry the scope {scope}. Make one that does.")
        raise NotAllowed(f"This needs {scope}, which the role {self.user.role} does not carry.")

    def must_teach(self) -> None:
        """Raises NotAllowed for a learner."""
        if not self.user.role.teaches:
            raise NotAllowed("This is for instructors. Use an instructor's token.")

    async def still_has(self, database: Database, scope: Scope) -> bool:
        """Whether token and role allow `scope` at this very moment."""
        async with database.reading() as session:
            known = await tokens.user_by_token(session, self.secret)
        return known is not None and scope in known[1]


async def _caller(
    context: ContextDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)]
) -> Caller:
    if credentials is None:
        raise NotSignedIn(
            "Send a token as `Authorization: Bearer hg_...`; the page /tokens makes one.",
            headers={"WWW-Authenticate": 'Bearer realm="handgrad"'},
        )
    async with context.database.reading() as session:
        known = await tokens.user_by_token(session, credentials.credentials)
    if known is None:
        raise NotSignedIn(
            "This token is unknown, revoked or expired. The page /tokens makes a new one.",
            headers={"WWW-Authenticate": 'Bearer realm="handgrad", error="invalid_token"'},
        )
    return Caller(*known, credentials.credentials)


CallerDep = Annotated[Caller, Depends(_caller)]


def with_scope(scope: Scope, *, teaching: bool = False) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency: the caller, who has `scope` and, if `teaching`, is an instructor or administrator."""

    async def allowed(caller: CallerDep) -> Caller:
        caller.must_have(scope)
        if teaching:
            caller.must_teach()
        return caller

    return allowed


async def within_limit(caller: CallerDep, limits: LimitsDep) -> None:
    """A dependency of writes: raises TooMany when the caller sends them too fast."""
    limits.spend(WRITES, caller.user.id)
