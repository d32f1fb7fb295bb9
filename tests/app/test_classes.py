"""The class: the best attempt of each learner, and the mark that each has at each problem."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.accounts.models import Role, User
from app.attempts.classes import Mark, Marked, Student, learners, marks, student, students, who
from app.attempts.models import Attempt, AttemptState, SolutionSeen
from app.context import Context
from app.errors import NotFound
from grader.verdict import Verdict
from tests.app.people import make

pytestmark = pytest.mark.anyio

SLUG = "double"
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WRONG, RIGHT = Verdict.WRONG_ANSWER, Verdict.ACCEPTED


async def graded(
    context: Context, user: User, verdict: Verdict, score: float, *, problem: str = SLUG, **facts: Any
) -> str:
    """The id of an attempt with this verdict and score."""
    attempt = Attempt(
        problem=problem,
        version="0" * 64,
        user_id=user.id,
        source=b"code",
        source_hash="0" * 64,
        verdict=verdict,
        score=score,
        **{"state": AttemptState.GRADED, "created_at": MONDAY, **facts},
    )
    async with context.database.writing() as session:
        session.add(attempt)
    return attempt.id


async def read(context: Context, user: User) -> datetime:
    async with context.database.writing() as session:
        session.add(SolutionSeen(user_id=user.id, problem=SLUG, seen_at=MONDAY))
    return MONDAY


async def everybody(context: Context, since: datetime | None = None) -> list[Student]:
    async with context.database.reading() as session:
        return await students(session, SLUG, await who(session, SLUG, since=since), since=since)


class TestStudents:
    async def test_the_best_is_the_first_of_those_with_the_highest_score(self, context: Context) -> None:
        ada, bob = await make(context, "ada"), await make(context, "bob")
        await graded(context, bob, WRONG, 0.9)
        await graded(context, ada, WRONG, 0.2)
        best_of_ada = await graded(context, ada, Verdict.RUNTIME_ERROR, 0.7)
        await graded(context, ada, WRONG, 0.7)
        await graded(context, bob, WRONG, 1.0)  # a case without weight failed
        best_of_bob = await graded(context, bob, RIGHT, 1.0)
        await graded(context, bob, RIGHT, 1.0)
        await graded(context, ada, WRONG, 0.95, problem="another")
        found = await everybody(context)
        assert [
            (one.user.id, one.mark, one.best and (one.best.id, one.best.score), one.attempts) for one in found
        ] == [
            (ada.id, Mark.TRIED, (best_of_ada, 0.7), 3),
            (bob.id, Mark.SOLVED, (best_of_bob, 1.0), 4),
        ]

    async def test_scores_are_compared_as_numbers(self, context: Context) -> None:
        ada = await make(context, "ada")
        for score in (0.0, 0.09, 0.1, 1 / 3, 0.30000001):
            await graded(context, ada, WRONG, score)
        (found,) = await everybody(context)
        assert found.best is not None
        assert found.best.score == 1 / 3

    async def test_all_learners_are_there_by_name_and_nobody_else(self, context: Context) -> None:
        for name in ("carol", "Bob", "ada"):
            await make(context, name)
        teacher = await make(context, "eve", Role.INSTRUCTOR)
        await graded(context, teacher, RIGHT, 1.0)
        found = await everybody(context)
        assert [one.user.label for one in found] == ["Ada", "Bob", "Carol"]
        assert {(one.mark, one.best, one.attempts, one.read_at) for one in found} == {
            (Mark.NOT_BEGUN, None, 0, None)
        }

    async def test_what_is_not_graded_or_failed_by_our_fault_is_no_attempt(self, context: Context) -> None:
        ada = await make(context, "ada")
        await graded(context, ada, Verdict.INTERNAL_ERROR, 0.0)
        await graded(context, ada, WRONG, 0.0, state=AttemptState.FAILED)
        (found,) = await everybody(context)
        assert (found.mark, found.attempts) == (Mark.NOT_BEGUN, 0)

    async def test_reading_the_solution_is_told_unless_they_had_solved_it(self, context: Context) -> None:
        ada, bob, carol = [await make(context, name) for name in ("ada", "bob", "carol")]
        for one in (ada, bob, carol):
            moment = await read(context, one)
        first = await graded(context, ada, RIGHT, 1.0)
        await graded(context, ada, RIGHT, 1.0, after_solution=True)
        own = await graded(context, bob, WRONG, 0.4)
        await graded(context, bob, RIGHT, 1.0, after_solution=True)
        await graded(context, carol, WRONG, 0.0, after_solution=True)
        found = await everybody(context)
        assert [(one.mark, one.best and one.best.id, one.attempts, one.read_at) for one in found] == [
            (Mark.SOLVED, first, 2, None),
            (Mark.AFTER_SOLUTION, own, 2, moment),
            (Mark.TRIED, None, 1, moment),
        ]

    async def test_since_looks_at_attempts_from_then_on_and_marks_at_all(self, context: Context) -> None:
        ada, bob = await make(context, "ada"), await make(context, "bob")
        await read(context, ada)
        await graded(context, ada, RIGHT, 1.0)
        later = await graded(context, ada, WRONG, 0.3, created_at=MONDAY + timedelta(days=2))
        await graded(context, bob, WRONG, 0.9)
        await make(context, "carol")
        found = await everybody(context, since=MONDAY + timedelta(days=1))
        assert [(one.user.id, one.mark, one.best and one.best.id, one.attempts) for one in found] == [
            (ada.id, Mark.SOLVED, later, 1)
        ]
        assert found[0].read_at is None

    async def test_one_is_found_by_id(self, context: Context) -> None:
        ada, eve = await make(context, "ada"), await make(context, "eve", Role.INSTRUCTOR)
        await graded(context, await make(context, "bob"), RIGHT, 1.0)
        async with context.database.reading() as session:
            found = await student(session, SLUG, ada.id)
            assert (found.user.id, found.mark) == (ada.id, Mark.NOT_BEGUN)
            with pytest.raises(NotFound, match="no learner with this id"):
                await student(session, SLUG, eve.id)


async def test_marks_tell_of_an_attempt_at_each_problem_begun(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    await graded(context, ada, WRONG, 0.5)
    solved = await graded(context, ada, RIGHT, 1.0)
    await graded(context, ada, RIGHT, 1.0)
    best = await graded(context, ada, WRONG, 0.5, problem="halve")
    await graded(context, ada, WRONG, 0.4, problem="halve")
    await graded(context, bob, WRONG, 0.9)
    copied = await graded(context, bob, RIGHT, 1.0, after_solution=True)
    await graded(context, bob, RIGHT, 1.0, problem="elsewhere")
    async with context.database.reading() as session:
        assert [one.id for one in await learners(session)] == [ada.id, bob.id]
        assert await marks(session, [SLUG, "halve", "square"]) == {
            (ada.id, SLUG): Marked(Mark.SOLVED, solved),
            (ada.id, "halve"): Marked(Mark.TRIED, best),
            (bob.id, SLUG): Marked(Mark.AFTER_SOLUTION, copied),
        }
