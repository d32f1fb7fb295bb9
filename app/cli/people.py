"""`handgrad users ...` and `handgrad tokens ...`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts import links, own_data, tokens
from app.accounts import service as accounts
from app.accounts.models import LinkPurpose, Role, Scope, User
from app.database import Database, restrict_new_files
from app.migrations import upgrade
from app.settings import Settings

user_commands = typer.Typer(help="Accounts.", no_args_is_help=True)
token_commands = typer.Typer(help="Tokens for the REST API.", no_args_is_help=True)

Email = Annotated[str, typer.Option("--email", help="The account's e-mail address.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What the account may do.")]

T = TypeVar("T")


@user_commands.command("create")
def create(
    email: Email,
    role: RoleOption = Role.LEARNER,
    password: Annotated[
        str | None, typer.Option(help="At least 10 characters; without one, a link to choose it is printed.")
    ] = None,
) -> None:
    """Make an account."""
    settings = _settings()

    async def act(session: AsyncSession) -> str | None:
        user = await accounts.create_user(session, email=email, role=role, password=password)
        if password is not None:
            return None
        return await links.make_link(session, LinkPurpose.RESET_PASSWORD, user)

    secret = _in_one_transaction(settings, act)
    typer.echo(f"{email} is now a user ({role}).")
    if secret:
        typer.echo(_link(settings, secret))


@user_commands.command("reset")
def reset(email: Email) -> None:
    """Print a link with which somebody chooses a new password: works once, for 30 minutes."""
    settings = _settings()

    async def act(session: AsyncSession) -> str:
        user = await accounts.find_user(session, email)
        return await links.make_link(session, LinkPurpose.RESET_PASSWORD, user)

    typer.echo(_link(settings, _in_one_transaction(settings, act)))


@user_commands.command("set-role")
def set_role(email: Email, role: RoleOption) -> None:
    """Change what an account may do."""
    _in_one_transaction(_settings(), lambda session: accounts.set_role(session, email, role))
    typer.echo(f"{email} is now {role}.")


@user_commands.command("delete")
def delete(
    email: Annotated[str | None, typer.Option("--email", help="Of whoever signs in.")] = None,
    external_id: Annotated[
        str | None, typer.Option("--external-id", help="What a learning platform calls the learner.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete an account with all that is kept about its owner. Others do it themselves, on their profile."""
    if (email is None) == (external_id is None):
        raise typer.BadParameter("Say whom: either --email or --external-id.")
    settings = _settings()

    async def find(session: AsyncSession) -> User:
        if email is not None:
            return await accounts.find_user(session, email)
        return await accounts.find_learner(session, external_id or "")

    whom = _in_one_transaction(settings, find).label
    if not yes:
        typer.confirm(f"Delete {whom} with every attempt? Nobody can bring it back.", abort=True)

    async def act(session: AsyncSession) -> None:
        await own_data.remove(session, await find(session))

    _in_one_transaction(settings, act)
    typer.echo(f"{whom} is deleted.")


@token_commands.command("create")
def create_token(
    email: Email,
    scope: Annotated[list[Scope], typer.Option("--scope", help="May be given several times.")],
    expires: Annotated[
        int | None, typer.Option("--expires", min=1, max=3650, help="In how many days.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "made on the command line",
) -> None:
    """Print a new token, and nothing else. It is shown this once."""

    async def act(session: AsyncSession) -> str:
        user = await accounts.find_user(session, email)
        _, secret = await tokens.create_token(session, user, name=name, scopes=scope, expires_days=expires)
        return secret

    typer.echo(_in_one_transaction(_settings(), act))


def _settings() -> Settings:
    restrict_new_files()
    settings = Settings()
    settings.prepare_data_dir()
    if not settings.is_postgres:
        upgrade(settings)
    return settings


def _link(settings: Settings, secret: str) -> str:
    return f"{settings.base_url}/links/{secret}"


def _in_one_transaction(settings: Settings, act: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(settings)
        try:
            async with database.writing() as session:
                return await act(session)
        finally:
            await database.close()

    return asyncio.run(run())
