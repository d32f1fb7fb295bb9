"""How far one learner is with the problems, and which one comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.attempts import service
from app.attempts.models import Attempt, AttemptState
from app.attempts.service import SolutionAccess
from app.problems import Catalogue
from grader.problem import Problem
from grader.tracks import Track
from grader.verdict import Verdict

_LAST = 5  # attempts shown on a problem's page


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
    same_track: bool  # as the problem that was solved
    onward: bool  # it comes after that problem; else it was left on the way


def next_problem(catalogue: Catalogue, known: Mapping[str, Standing], solved: Problem) -> Next | None:
    """The first after `solved` with nothing accepted: of its track, else left earlier there, else of others.

    What was accepted after seeing the solution counts as done here: it can no longer be solved.
    """
    track, place = catalogue.place(solved)
    at = catalogue.tracks.index(track)
    places = (
        (track, track.problems[place:], True),
        (track, track.problems[:place], False),
        *((other, other.problems, True) for other in catalogue.tracks[at + 1 :]),
        *((other, other.problems, False) for other in catalogue.tracks[:at]),
    )
    for one, slugs, onward in places:
        for slug in slugs:
            if slug not in known or known[slug].last_accepted is None:
                return Next(catalogue.get(slug), one, one is track, onward)
    return None


def next_of_all(catalogue: Catalogue, known: Mapping[str, Standing]) -> Problem | None:
    """What follows the problem last accepted; if none was, one that was tried, else a gentle beginning."""
    accepted = {
        standing.last_accepted: slug
        for slug, standing in known.items()
        if standing.last_accepted is not None and slug in catalogue.problems
    }
    if accepted:
        following = next_problem(catalogue, known, catalogue.get(accepted[max(accepted)]))
        return following.problem if following else None
    in_order = catalogue.find()
    tried = [problem for problem in in_order if problem.slug in known]
    return next(iter(tried), None) or min(in_order, key=_hardness, default=None)


def _hardness(problem: Problem) -> int:
    return ["easy", "medium", "hard"].index(problem.difficulty)


async def next_after(
    session: AsyncSession, catalogue: Catalogue, viewer: User, attempt: Attempt
) -> Next | None:
    """What follows an attempt of the viewer's own, once it is accepted."""
    problem = catalogue.problems.get(attempt.problem)
    if problem is None or attempt.user_id != viewer.id or attempt.verdict is not Verdict.ACCEPTED:
        return None
    return next_problem(catalogue, await standings(session, viewer), problem)


@dataclass(frozen=True, slots=True)
class SoFar:
    """What one learner has done at one problem, and what is open to them by that."""

    attempts: Sequence[Attempt] = ()  # the last few, newest first
    access: SolutionAccess | None = None
    standing: Standing | None = None
    following: Next | None = None  # while the last attempt is an accepted one

    @property
    def last(self) -> Attempt | None:
        return self.attempts[0] if self.attempts else None


NOTHING_YET = SoFar()


async def so_far(session: AsyncSession, catalogue: Catalogue, viewer: User, problem: Problem) -> SoFar:
    attempts = await service.history(session, user=viewer.id, problem=problem.slug, limit=_LAST)
    known = await standings(session, viewer) if attempts else {}
    is_accepted = bool(attempts) and attempts[0].verdict is Verdict.ACCEPTED
    return SoFar(
        attempts=attempts,
        access=await service.solution_access(session, viewer, problem),
        standing=known.get(problem.slug),
        following=next_problem(catalogue, known, problem) if is_accepted else None,
    )
