"""What the API tests share: the running service and how its answers are looked at."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import service as accounts
from app.accounts import tokens
from app.accounts.models import Role, Scope
from app.database import Database
from app.settings import Settings

EXAMPLES = Path(__file__).parents[3] / "examples"
SLUG = "train-rnn-lm"
RIGHT = (EXAMPLES / "right.py").read_text()
WRONG = (EXAMPLES / "no_mean.py").read_text()
CASE: dict[str, Any] = {
    "name": "a case of mine",
    "visibility": "public",
    "seed": 7,
    "sizes": {"T": 6, "V": 5, "d_emb": 3, "d_h": 4},
    "given": {"lr": 0.25},
}


@dataclass(frozen=True)
class Service:
    """A running service, and a token of each role with every scope that role carries."""

    settings: Settings
    tokens: dict[str, str]

    @property
    def url(self) -> str:
        return self.settings.base_url

    def client(self, token: str | None = None) -> httpx.Client:
        """Speaks to the REST API as the owner of `token`: a name in `tokens`, or a secret."""
        headers = {} if token is None else {"Authorization": f"Bearer {self.tokens.get(token, token)}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=60, trust_env=False)

    def make_token(self, name: str, *scopes: Scope) -> str:
        """Another token of the user `name`."""

        async def make(session: AsyncSession) -> str:
            user = await accounts.find_user(session, f"{name}@example.edu")
            return (await tokens.create_token(session, user, name="some", scopes=scopes))[1]

        return str(in_transaction(self.settings, make))

    def make_learner(self, name: str) -> str:
        """A new learner's token."""

        async def make(session: AsyncSession) -> str:
            user = await accounts.create_user(session, email=f"{name}@example.edu", role=Role.LEARNER)
            scopes = tokens.RIGHTS[Role.LEARNER]
            return (await tokens.create_token(session, user, name="all", scopes=scopes))[1]

        return str(in_transaction(self.settings, make))


def in_transaction(settings: Settings, work: Callable[[AsyncSession], Any]) -> Any:
    """Do `work` in a transaction of its own, from outside the service."""

    async def run() -> Any:
        database = Database(settings)
        try:
            async with database.writing() as session:
                return await work(session)
        finally:
            await database.close()

    return asyncio.run(run())


def problem_of(response: httpx.Response) -> dict[str, Any]:
    """The problem document of a refusal, checked for what every one must hold."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem: dict[str, Any] = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"].startswith("urn:handgrad:")
    assert problem["title"]
    assert problem["detail"].endswith((".", ")")) or problem["errors"]
    assert problem["instance"] == httpx.URL(str(response.url)).path
    return problem


def next_page(response: httpx.Response) -> str | None:
    """The address of the next page, if there is one."""
    link = response.links.get("next")
    return None if link is None else link["url"]
