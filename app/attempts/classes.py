"""The class: how each learner stands with a problem, and with all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    String,
    Subquery,
    bindparam,
    case,
    cast,
    literal,
    true,
)
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from app.accounts.models import Role, User
from app.attempts.models import Attempt, AttemptState, SolutionSeen
from app.database import word
from app.errors import NotFound
from grader.verdict import Verdict

Rows = Select[*tuple[Any, ...]]
Chosen = TypeVar("Chosen", bound=sqlalchemy.Select[Any])

_LEARNS = col(User.role) == Role.LEARNER
# As User.label names them.
_NAME = func.coalesce(func.nullif(col(User.name), ""), User.email, User.external_id, User.id)
_BY_NAME = (func.lower(_NAME), col(User.id))


class Mark(StrEnum):
    """How a learner stands with a problem, as those who teach see it."""

    SOLVED = "solved"  # accepted before they saw the solution
    AFTER_SOLUTION = "after_solution"  # accepted, but only after they saw it
    TRIED = "tried"  # graded, and nothing accepted
    NOT_BEGUN = "not_begun"  # nothing graded; what failed by our fault is no try


@dataclass(frozen=True, slots=True)
class Best:
    """What is told of a learner's best attempt."""

    id: str
    verdict: Verdict
    score: float
    created_at: datetime
    version: str


@dataclass(frozen=True, slots=True)
class Student:
    """A learner at a problem."""

    user: User
    mark: Mark
    best: Best | None
    attempts: int
    read_at: datetime | None  # when they opened the solution, if they had not solved the problem before


async def who(
    session: AsyncSession,
    problem: str,
    *,
    mark: Mark | None = None,
    read: bool = False,
    verdict: Verdict | None = None,
    since: datetime | None = None,
) -> list[str]:
    """The ids of learners, by name; of each thing asked for, those of whom it is true.

    They have this mark; they `read` the solution and had not solved the problem before; their best attempt
    has this verdict; they handed something in from `since` on.
    """
    statement = select(User.id).where(_LEARNS).order_by(*_BY_NAME)
    if mark is None and not read and verdict is None and since is None:
        return list(await session.exec(statement))
    places = _places(lately=since is not None)
    statement = _joined(statement, places)
    if mark is not None:
        statement = statement.where(_marked(places) == mark)
    if read:
        statement = statement.where(col(SolutionSeen.seen_at).is_not(None), _marked(places) != Mark.SOLVED)
    if verdict is not None:
        best = col(Attempt.id) == places.c.best
        statement = statement.join(Attempt, best).where(col(Attempt.verdict) == verdict)
    if since is not None:
        statement = statement.where(places.c.made > 0)
    asked = {"problem": problem, "problems": [problem], "since": since}
    return list(await session.exec(statement, params=asked))


async def students(
    session: AsyncSession, problem: str, users: Collection[str], *, since: datetime | None = None
) -> list[Student]:
    """Those of these ids who are learners, by name.

    The best attempt is the first of those with the highest score; attempts made after seeing the solution
    count as attempts and never as the best. `since` counts and compares attempts from then on; marks look at
    all of them.
    """
    asked = {"problem": problem, "problems": [problem], "users": list(users), "since": since}
    found = await session.exec(_students(lately=since is not None), params=asked)
    return [
        Student(
            user,
            mark,
            Best(*told) if told[0] else None,
            made or 0,
            None if mark is Mark.SOLVED else seen_at,
        )
        for user, mark, seen_at, made, *told in found
    ]


async def student(session: AsyncSession, problem: str, user: str) -> Student:
    """The learner with this id, at this slug. Raises NotFound."""
    found = await students(session, problem, [user])
    if not found:
        raise NotFound("There is no learner with this id. Take the link from a problem's list of students.")
    return found[0]


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark, and the attempt that it tells of."""

    mark: Mark
    attempt: str | None


NOT_BEGUN = Marked(Mark.NOT_BEGUN, None)


async def learners(session: AsyncSession) -> Sequence[User]:
    """The class, by name."""
    return (await session.exec(select(User).where(_LEARNS).order_by(*_BY_NAME))).all()


async def marks(session: AsyncSession, problems: Collection[str]) -> Mapping[tuple[str, str], Marked]:
    """By user id and slug, whatever somebody has begun of these problems."""
    found = await session.exec(_marks(), params={"problems": list(problems)})
    return {(user, problem): Marked(mark, attempt) for user, problem, mark, attempt in found}


# What is asked is built once, with its values left open: building it takes longer than most answers.


@cache
def _students(*, lately: bool) -> Rows:
    places = _places(of_users=True, lately=lately)
    best = (Attempt.id, Attempt.verdict, Attempt.score, Attempt.created_at, Attempt.version)
    columns: tuple[Any, ...] = (User, _marked(places), SolutionSeen.seen_at, places.c.made, *best)
    statement: Rows = (
        _joined(select(*columns).select_from(User), places)
        .outerjoin(Attempt, col(Attempt.id) == places.c.best)
        .where(_LEARNS, col(User.id).in_(_any_of("users")))
        .order_by(*_BY_NAME)
    )
    return statement


@cache
def _marks() -> Rows:
    places = _places()
    statement: Rows = select(*(places.c[name] for name in ("user_id", "problem", "mark", "tells")))
    return statement


def _any_of(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


def _joined(users: Chosen, places: Subquery) -> Chosen:
    """With each user's place at the open `problem`, and when they saw its solution, if ever."""
    seen = (col(SolutionSeen.user_id) == User.id) & (col(SolutionSeen.problem) == bindparam("problem"))
    return users.outerjoin(SolutionSeen, seen).outerjoin(places, places.c.user_id == col(User.id))


def _marked(places: Subquery) -> ColumnElement[Mark]:
    """The mark of a learner who may have no place there."""
    return func.coalesce(places.c.mark, _said(Mark.NOT_BEGUN), type_=word(Mark))


def _said(mark: Mark) -> BindParameter[Mark]:
    return literal(mark, word(Mark))


@cache
def _places(*, of_users: bool = False, lately: bool = False) -> Subquery:
    """A row for each of the open `problems` and everybody who has begun it, or those of the open `users`.

    `made` attempts, and the `best` of them, with `lately` only those from the open `since` on; of all time,
    the `mark` and the attempt that it `tells` of. The slugs are named so that an index is read in its own
    order.
    """
    counts = col(Attempt.created_at) >= bindparam("since") if lately else true()
    after = col(Attempt.after_solution).is_(True)
    # Folded first, in an index's own order, so that only few rows have to be compared.
    alike = (
        select(Attempt.user_id, Attempt.problem, Attempt.verdict, Attempt.score)
        .add_columns(
            after.label("after"),
            func.count().filter(counts).label("made"),
            func.min(Attempt.id).label("first"),
            func.min(Attempt.id).filter(counts).label("first_counted"),
        )
        .where(
            col(Attempt.problem).in_(_any_of("problems")),
            col(Attempt.state) == AttemptState.GRADED,
            col(Attempt.verdict) != Verdict.INTERNAL_ERROR,
            col(Attempt.user_id).in_(_any_of("users")) if of_users else true(),
        )
        .group_by(*(col(each) for each in (Attempt.problem, Attempt.user_id, Attempt.verdict, Attempt.score)))
        .group_by(col(Attempt.after_solution))
        .subquery()
        .c
    )
    accepted = alike.verdict == Verdict.ACCEPTED
    # Ten digits that are less for a better attempt, and then its id: the least is the first of the best.
    worse = 3 - alike.score - case((accepted, 1), else_=0)
    ranked = cast(cast(worse * 10**9, BigInteger), String) + alike.first_counted
    solved = func.min(alike.first).filter(accepted, ~alike.after)
    solved_after = func.min(alike.first).filter(accepted, alike.after)
    mark = case(
        (solved.is_not(None), _said(Mark.SOLVED)),
        (solved_after.is_not(None), _said(Mark.AFTER_SOLUTION)),
        else_=_said(Mark.TRIED),
    )
    best = func.substr(func.min(ranked).filter(~alike.after), 11)
    return (
        select(alike.user_id, alike.problem)
        .add_columns(
            func.sum(alike.made).label("made"),
            best.label("best"),
            mark.label("mark"),
            func.coalesce(solved, solved_after, best).label("tells"),
        )
        .group_by(alike.problem, alike.user_id)
        .subquery()
    )
