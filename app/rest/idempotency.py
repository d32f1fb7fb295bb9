"""`Idempotency-Key`: a write repeated after a lost answer happens once and answers the same.

A key is claimed in a transaction of its own before anything slow starts, so that a second request meanwhile
is told so; the answer is kept in the transaction of what the request creates. A refused request frees it.
"""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import Database, now
from app.errors import Conflict, FieldError, Unusable
from app.rest.models import KeyedWrite

KEPT = timedelta(hours=24)
#: A claim without an answer for so long belongs to a process that died; no write takes longer.
ABANDONED = timedelta(minutes=2)
REPLAYED: dict[str, Any] = {
    "Idempotency-Replayed": {
        "description": "`true` when this answer was given before, to the same Idempotency-Key.",
        "schema": {"type": "string"},
    }
}
_KEPT_HEADERS = ("location", "retry-after", "content-type", "etag")


class Once:
    """One request that may carry an Idempotency-Key. Without one, every method does nothing."""

    def __init__(self, database: Database, route: str, key: str | None, body: bytes) -> None:
        self._database = database
        self._route = route
        self._key = key
        self._fingerprint = hashlib.sha256(body).hexdigest()
        self._claimed_by: str | None = None

    async def begin(self, user_id: str) -> Response | None:
        """Claim the key and return None, or return the answer it got before.

        Raises Unusable when that was for another body, Conflict while it is in flight.
        """
        if self._key is None:
            return None
        try:
            async with self._database.writing() as session:
                answered = await self._claim(session, user_id, self._key)
        except IntegrityError:  # somebody claimed it between our look and our insert
            raise _in_flight() from None
        if answered is None:
            self._claimed_by = user_id
            return None
        headers = answered.headers | {"Idempotency-Replayed": "true"}
        return Response(answered.body, status_code=answered.status or 500, headers=headers)

    async def keep(self, session: AsyncSession, answer: Response) -> None:
        """Remember `answer` in the transaction that makes it true."""
        row = await self._row(session)
        if row is not None:
            row.status = answer.status_code
            row.headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
            row.body = bytes(answer.body).decode()
            session.add(row)

    async def keep_instead(self, answer: Response) -> None:
        """Remember a later answer to the same request, so that a repetition is told as much."""
        if self._claimed_by is not None:
            async with self._database.writing() as session:
                await self.keep(session, answer)

    async def free(self) -> None:
        """Give a claimed key back unless it was answered: the request failed, so it may be repeated."""
        if self._claimed_by is not None:
            async with self._database.writing() as session:
                row = await self._row(session)
                if row is not None and row.status is None:
                    await session.delete(row)

    async def _claim(self, session: AsyncSession, user_id: str, key: str) -> KeyedWrite | None:
        await session.exec(delete(KeyedWrite).where(col(KeyedWrite.created_at) < now() - KEPT))
        row = await session.get(KeyedWrite, (user_id, self._route, key))
        if row is not None and row.status is None and row.created_at < now() - ABANDONED:
            await session.delete(row)
            await session.flush()
            row = None
        if row is None:
            session.add(
                KeyedWrite(user_id=user_id, route=self._route, key=key, fingerprint=self._fingerprint)
            )
            return None
        if row.fingerprint != self._fingerprint:
            message = "was used with another body within a day; use a new key for a new request"
            raise Unusable(f"Idempotency-Key: {message}", errors=(FieldError("Idempotency-Key", message),))
        if row.status is None:
            raise _in_flight()
        return row

    async def _row(self, session: AsyncSession) -> KeyedWrite | None:
        if self._claimed_by is None:
            return None
        return await session.get(KeyedWrite, (self._claimed_by, self._route, self._key))


async def _once(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            pattern=r"^[\x21-\x7e]+$",
            description="Any text of yours: repeating the request with it within a day answers the same.",
        ),
    ] = None,
) -> AsyncIterator[Once]:
    database: Database = request.app.state.context.database
    route = f"{request.method} {request.url.path}"
    once = Once(database, route, idempotency_key, await request.body())
    try:
        yield once
    except BaseException:
        await once.free()
        raise


OnceDep = Annotated[Once, Depends(_once)]


def _in_flight() -> Conflict:
    return Conflict(
        "A request with this Idempotency-Key is still being answered. Repeat it in a moment.",
        headers={"Retry-After": "1"},
    )
