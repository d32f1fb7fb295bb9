"""Drafts: what stands in somebody's editor, kept as it is written, and the copies of what gave way."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.attempts.models import Attempt
from app.database import UtcDateTime, kept_as, new_id, now
from app.errors import NotFound, TooLarge
from grader.grade import MAX_SOURCE_BYTES
from grader.problem import Problem

#: So many copies of one's code at a problem are kept; the oldest goes first.
MAX_COPIES = 20
_REMEMBERED = 50  # revisions


class Draft(SQLModel, table=True):
    """The code that somebody is writing at a problem. Each save that changes it makes the next revision."""

    __tablename__ = "draft"
    __table_args__ = kept_as("drafts")

    user_id: str = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE")
    problem: str = Field(primary_key=True)
    revision: int
    source: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    #: SHA-256 of the last revisions, this one last: what the draft was before is in no conflict with it.
    past: list[str] = Field(sa_column=Column(JSON, nullable=False))
    saved_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class DraftCopy(SQLModel, table=True):
    """Code that gave way to other code: by a conflict, by the starter, or by an earlier attempt."""

    __tablename__ = "draft_copy"
    __table_args__ = (
        Index("draft_copy_by_user", "user_id", "problem", "id"),
        kept_as("copies of drafts that gave way to other code"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", ondelete="CASCADE")
    problem: str
    source: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    kept_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a save: the draft as it is now. `gave_way` where that is not what was to be saved."""

    draft: Draft
    gave_way: bool = False
    copied: bool = False  # and what gave way is kept as a copy


async def save(
    session: AsyncSession,
    user: User,
    problem: Problem,
    source: bytes,
    *,
    based_on: int,
    keep: list[bytes] | None = None,
) -> Saved:
    """Save what an editor holds, which began as the revision `based_on` (0 where there was no draft).

    If the draft has moved on since, it stays as it is and `source` is kept as a copy: the newest revision
    wins, and nothing is lost. What is in `keep` gives way to `source` and is kept as copies too.
    Raises TooLarge.
    """
    if len(source) > MAX_SOURCE_BYTES:
        raise TooLarge("The code is over 64 KiB, so it cannot be saved. Make it shorter.")
    current = await _locked(session, user, problem)
    if current is None:
        current = await _begin(session, user, problem, based_on)
    saved = await _save_over(session, user, problem, current, source, based_on)
    for text in keep or []:
        if text not in (source, current.source):
            await _copy(session, user, problem, text)
    return saved


async def start_over(session: AsyncSession, user: User, problem: Problem, source: bytes) -> Draft:
    """Let the starter take the place of `source`, which an editor shows, and of the draft. Both are kept."""
    current = await _locked(session, user, problem)
    keep = [source] if current is None else [current.source, source]
    starter = problem.starter.encode()
    saved = await save(
        session, user, problem, starter, based_on=current.revision if current else 0, keep=keep
    )
    return saved.draft


async def draft_of(session: AsyncSession, user: User, problem: Problem) -> Draft | None:
    return await session.get(Draft, (user.id, problem.slug))


async def copies(session: AsyncSession, user: User, problem: Problem) -> list[DraftCopy]:
    """One's kept copies at a problem, newest first."""
    mine = _copies_of(user, problem)
    return list((await session.exec(select(DraftCopy).where(*mine).order_by(col(DraftCopy.id).desc()))).all())


async def count_copies(session: AsyncSession, user: User, problem: Problem) -> int:
    counted = select(func.count()).select_from(DraftCopy).where(*_copies_of(user, problem))
    return (await session.exec(counted)).one()


async def get_copy(session: AsyncSession, user: User, problem: Problem, copy_id: str) -> DraftCopy:
    """Raises NotFound for anybody else's, and once it has gone."""
    copy = await session.get(DraftCopy, copy_id)
    if copy is None or (copy.user_id, copy.problem) != (user.id, problem.slug):
        raise NotFound("There is no such copy of your code. It may have gone to make room for newer ones.")
    return copy


@dataclass(frozen=True, slots=True)
class Desk:
    """What the workspace begins with."""

    source: bytes
    revision: int  # the draft's, on which a save will be based
    keep: bytes | None  # the draft, where `source` is something else
    copies: int


async def desk(
    session: AsyncSession, user: User, problem: Problem, last: Attempt | None, chosen: bytes | None
) -> Desk:
    """The code asked for; else the draft or the last attempt, whichever is newer; else the starter."""
    draft = await draft_of(session, user, problem)
    source = draft.source if draft else problem.starter.encode()
    # Code also comes in by the REST API and from browsers without scripts, where nothing saves a draft.
    if last and (draft is None or last.created_at > draft.saved_at):
        source = last.source
    if chosen is not None:
        source = chosen
    return Desk(
        source,
        draft.revision if draft else 0,
        draft.source if draft and draft.source != source else None,
        await count_copies(session, user, problem),
    )


async def _locked(session: AsyncSession, user: User, problem: Problem) -> Draft | None:
    """The draft, which nobody else changes until this transaction ends."""
    mine = select(Draft).where(Draft.user_id == user.id, Draft.problem == problem.slug)
    return (await session.exec(mine.with_for_update().execution_options(populate_existing=True))).first()


async def _begin(session: AsyncSession, user: User, problem: Problem, based_on: int) -> Draft:
    """An empty draft to save over, or the one of an editor that began at the same moment."""
    new = Draft(user_id=user.id, problem=problem.slug, revision=based_on, source=b"", past=[])
    try:
        async with session.begin_nested():
            session.add(new)
    except IntegrityError:
        if (current := await _locked(session, user, problem)) is None:
            raise
        return current
    return new


async def _save_over(
    session: AsyncSession, user: User, problem: Problem, current: Draft, source: bytes, based_on: int
) -> Saved:
    if source == current.source:
        return Saved(current)
    if based_on == current.revision:
        current.revision += 1
        current.source = source
        current.past = [*current.past, _hash(source)][-_REMEMBERED:]
        current.saved_at = now()
        session.add(current)
        return Saved(current)
    # A browser that was closed while it saved never heard that it had: what was saved since is no conflict.
    since = current.past[based_on - current.revision :] if based_on < current.revision else []
    copied = _hash(source) not in since and await _copy(session, user, problem, source)
    return Saved(current, gave_way=True, copied=copied)


async def _copy(session: AsyncSession, user: User, problem: Problem, source: bytes) -> bool:
    """Whether there is a copy of this code now. Of the starter there is none: it is always at hand."""
    if source == problem.starter.encode():
        return False
    kept = await copies(session, user, problem)
    if source in [copy.source for copy in kept]:
        return True
    session.add(DraftCopy(user_id=user.id, problem=problem.slug, source=source))
    oldest = [copy.id for copy in kept[MAX_COPIES - 1 :]]
    await session.exec(delete(DraftCopy).where(col(DraftCopy.id).in_(oldest)))
    return True


def _copies_of(user: User, problem: Problem) -> tuple[bool, bool]:
    return DraftCopy.user_id == user.id, DraftCopy.problem == problem.slug


def _hash(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()
