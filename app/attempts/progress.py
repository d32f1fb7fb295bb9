"""How far one learner is with the problems, and which one comes next."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.attempts.models import Attempt, AttemptState
from app.problems import Catalogue
from grader.problem import Problem
from grader.tracks import Track
from grader.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """How one learner stands with a problem that they handed something in to."""

    solved: bool  # accepted before they saw the solution
    last_accepted: str | None  # the attempt's id


async def standings(session: AsyncSession, user: User) -> dict[str, Standing]:
    """By slug: every problem this user tried, in one query. What failed by our fault is no try."""
    accepted = col(Attempt.verdict) == Verdict.ACCEPTED
    statement = (
        select(
            Attempt.problem,
            func.count().filter(accepted, col(Attempt.after_solution).is_(False)),
            func.max(Attempt.id).filter(accepted),
        )
        .where(
            Attempt.user_id == user.id,
            col(Attempt.state).not_in([AttemptState.FAILED, AttemptState.CANCELLED]),
            or_(col(Attempt.verdict).is_(None), Attempt.verdict != Verdict.INTERNAL_ERROR),
        )
        .group_by(Attempt.problem)
    )
    found = await session.exec(statement)
    return {problem: Standing(solved > 0, last_accepted) for problem, solved, last_accepted in found}


@dataclass(frozen=True, slots=True)
class Next:
    """Where to go on."""

    problem: Problem
    track: Track
    same_track: bool  # as the problem that it follows


def next_problem(catalogue: Catalogue, known: Mapping[str, Standing], solved: Problem) -> Next | None:
    """The first one of the track of `solved` with nothing accepted, else of the tracks that come after it.

    What was accepted after seeing the solution counts as done here: it can no longer be solved.
    """
    track, _ = catalogue.place(solved)
    begin = catalogue.tracks.index(track)
    for one in (*catalogue.tracks[begin:], *catalogue.tracks[:begin]):
        for slug in one.problems:
            if slug not in known or known[slug].last_accepted is None:
                return Next(catalogue.get(slug), one, one is track)
    return None


def next_of_all(catalogue: Catalogue, known: Mapping[str, Standing]) -> Next | None:
    """What follows the problem on which the learner last had something accepted."""
    accepted = {
        standing.last_accepted: slug
        for slug, standing in known.items()
        if standing.last_accepted is not None and slug in catalogue.problems
    }
    return next_problem(catalogue, known, catalogue.get(accepted[max(accepted)])) if accepted else None


async def next_after(
    session: AsyncSession, catalogue: Catalogue, viewer: User, attempt: Attempt
) -> Next | None:
    """What follows an attempt of the viewer's own, once it is accepted."""
    problem = catalogue.problems.get(attempt.problem)
    if problem is None or attempt.user_id != viewer.id or attempt.verdict is not Verdict.ACCEPTED:
        return None
    return next_problem(catalogue, await standings(session, viewer), problem)
