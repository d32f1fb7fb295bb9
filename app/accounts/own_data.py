"""All that is kept about a person: to say what it is, to hand it over, and to delete it with their account.

Read off the schema. A table belongs to a person if one of its columns refers to an account; each domain says
in its models how it is called (`app.database.kept_as`) and whether it goes with the account (`ondelete`).
"""

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, func, select
from sqlmodel import SQLModel, col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.accounts.passwords import prove
from app.accounts.service import is_last_admin
from app.database import now
from app.errors import Conflict, FieldError, Unusable
from app.jobs.models import Job

DELETE_WORDS = "delete my account"  # typed by those who have no password to confirm it with

_ACCOUNTS: Table = SQLModel.metadata.tables[str(User.__tablename__)]


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of one kind is kept about somebody, and whether it stays without their account, nameless."""

    words: str
    count: int
    stays: bool


async def kept_about(session: AsyncSession, user: User) -> list[Kept]:
    """What there is beside the account itself; kinds of which there is nothing are left out."""
    connection, found = await session.connection(), []
    for table, owner in _tables():
        counted = select(func.count()).select_from(table).where(owner == user.id)
        count = (await connection.execute(counted)).scalar_one()
        if count:
            stays = any(key.ondelete == "SET NULL" for key in owner.foreign_keys)
            found.append(Kept(table.info.get("kept_as", table.name), count, stays))
    return found


async def export(session: AsyncSession, user: User) -> str:
    """Everything, as JSON, by the names of its tables.

    Passwords and secrets are stored as hashes only, and no hash is handed out.
    """
    connection = await session.connection()
    account = (await connection.execute(select(_ACCOUNTS).where(_ACCOUNTS.c.id == user.id))).mappings().one()
    told: dict[str, Any] = {"exported_at": now().isoformat(), "account": _told(account)}
    for table, owner in _tables():
        rows = select(table).where(owner == user.id).order_by(*table.primary_key)
        told[table.name] = [_told(row) for row in (await connection.execute(rows)).mappings()]
    # Off the event loop: it may be many megabytes of code and reports.
    return await asyncio.to_thread(json.dumps, told, ensure_ascii=False, indent=1)


async def delete_account(session: AsyncSession, user: User, *, password: str = "", words: str = "") -> None:
    """Delete a user with all that is kept about them, except what stays without their name.

    Proven by their password or, where there is none, by `DELETE_WORDS`.
    Raises Unusable naming the field, Conflict for the last administrator.
    """
    if not user.has_password and words.strip().lower() != DELETE_WORDS:
        message = f"Type “{DELETE_WORDS}” here, if that is what you want."
        raise Unusable(message, errors=(FieldError("words", message),))
    await prove(user, password, "password")
    await remove(session, user)


async def remove(session: AsyncSession, user: User) -> None:
    """The same for somebody who is known to want it. Raises Conflict for the last administrator."""
    if await is_last_admin(session, user):
        raise Conflict("This is the only administrator; make another one first, on the page Users.")
    # From here on nothing new is handed in; and a worker, too, locks a job before what it changes.
    await session.exec(select_model(User.id).where(User.id == user.id).with_for_update())
    await session.exec(delete(Job).where(col(Job.user_id) == user.id))
    await session.exec(delete(User).where(col(User.id) == user.id))


def _tables() -> Iterator[tuple[Table, Column[Any]]]:
    """Each table that belongs to people, and the column that says to whom."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            # A job names its user without a reference.
            if column.references(_ACCOUNTS.c.id) or column.name == "user_id":
                yield table, column


def _told(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _json(value) for name, value in row.items() if not str(name).endswith("_hash")}


def _json(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case bytes():
            return _text(value)
        case _:
            return value


def _text(value: bytes) -> Any:
    """Code as text; what is no text, such as the numbers of a model, in base64."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}
