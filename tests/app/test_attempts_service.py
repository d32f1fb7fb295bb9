"""Attempts: handed in once, graded once, counted fairly, seen by whom they concern."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.models import Role, User
from app.attempts import service
from app.attempts.bucket import Bucket, allowance
from app.attempts.classes import Mark, student
from app.attempts.models import Attempt, AttemptState, SolutionSeen
from app.attempts.progress import Standing, standings
from app.catalogue.service import current_version
from app.context import Context
from app.database import now
from app.errors import NotAllowed, NotFound, TooMany
from app.jobs.models import Job
from grader.problem import Problem
from grader.report import Report
from grader.verdict import Verdict
from tests.app.people import make

pytestmark = pytest.mark.anyio

_EXAMPLES = Path(__file__).parents[2] / "examples"
_RIGHT = (_EXAMPLES / "right.py").read_bytes()
_WRONG = (_EXAMPLES / "no_mean.py").read_bytes()


def _problem(context: Context) -> Problem:
    return context.catalogue.get("train-rnn-lm")


def _report(verdict: Verdict, score: float) -> Report:
    return Report(
        problem="train-rnn-lm",
        version="0" * 64,
        verdict=verdict,
        score=score,
        sandbox_tier="strict",
        wall_seconds=0.1,
        diagnosis=None,
        cases=[],
    )


async def _submit(context: Context, user: User, source: bytes, form_key: str | None = None) -> Attempt:
    problem = _problem(context)
    async with context.database.writing() as session:
        return await service.submit(session, context.jobs, problem, "0" * 64, user, source, form_key=form_key)


async def _graded(
    context: Context, user: User, source: str, verdict: Verdict = Verdict.WRONG_ANSWER, score: float = 0.0
) -> Attempt:
    """An attempt whose report is stored without a worker."""
    attempt = await _submit(context, user, source.encode())
    async with context.database.writing() as session:
        assert await service.store_report(session, attempt.id, _report(verdict, score))
    return attempt


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        (_RIGHT, Verdict.ACCEPTED),
        (_WRONG, Verdict.WRONG_ANSWER),
        (b"def train_step(:", Verdict.COMPILE_ERROR),
        (b"\xff\xfe\x00", Verdict.COMPILE_ERROR),
        (b"#" * 70_000, Verdict.COMPILE_ERROR),
        (b"import os\ndef train_step(*a):\n    os._exit(0)\n", Verdict.RUNTIME_ERROR),
    ],
)
async def test_what_is_handed_in_is_graded(graded: Context, source: bytes, verdict: Verdict) -> None:
    user = await make(graded, "ada")
    async with graded.database.writing() as session:
        version = await current_version(session, "train-rnn-lm")
        attempt = await service.submit(session, graded.jobs, _problem(graded), version.id, user, source)
        assert attempt.state is AttemptState.QUEUED
    events = [event async for event in graded.jobs.events(attempt.id)]
    async with graded.database.reading() as session:
        kept = await service.get_attempt(session, user, attempt.id)
    assert (kept.state, kept.verdict, kept.source) == (AttemptState.GRADED, verdict, source)
    assert kept.report is not None
    assert Report.model_validate(kept.report).version == version.id
    assert events[-1].name == "graded"
    assert events[-1].data == kept.report
    told = [event.data for event in events if event.name == "case"]
    assert [case["name"] for case in told] == [case["name"] for case in kept.report["cases"]]
    assert {case["total"] for case in told} == {len(told)}


async def test_a_run_is_graded_on_the_public_cases_and_leaves_no_attempt(graded: Context) -> None:
    user = await make(graded, "ada")
    async with graded.database.reading() as session:
        version = await current_version(session, "train-rnn-lm")
    job = await service.run(graded.jobs, user, _problem(graded), version.id, b"\x00" + _RIGHT)
    assert (await graded.jobs.get(job)).user_id == user.id
    report = Report.model_validate(await graded.jobs.answer(job, timeout=None))
    assert report.verdict is Verdict.COMPILE_ERROR
    job = await service.run(graded.jobs, user, _problem(graded), version.id, _RIGHT)
    report = Report.model_validate(await graded.jobs.answer(job, timeout=None))
    assert (report.verdict, {case.visibility for case in report.cases}) == (Verdict.ACCEPTED, {"public"})
    async with graded.database.reading() as session:
        assert (await session.exec(select(Attempt.id))).all() == []


async def test_what_our_fault_ended_never_counts(graded: Context) -> None:
    user = await make(graded, "ada")
    attempt = await _submit(graded, user, _RIGHT)  # by a version that nobody has
    assert [event.name async for event in graded.jobs.events(attempt.id)][-1] == "failed"
    async with graded.database.reading() as session:
        kept = await service.get_attempt(session, user, attempt.id)
        access = await service.solution_access(session, user, _problem(graded))
    assert (kept.state, kept.verdict, kept.report) == (AttemptState.FAILED, None, None)
    assert access.attempts_left == service.UNLOCKED_AFTER


async def test_a_form_posted_twice_makes_one_attempt(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    twice = await asyncio.gather(*(_submit(context, ada, _RIGHT, "one form") for _ in range(3)))
    again = await _submit(context, ada, _WRONG, "one form")
    others = [await _submit(context, bob, _RIGHT, "one form"), await _submit(context, ada, _RIGHT)]
    assert {attempt.id for attempt in [*twice, again]} == {twice[0].id}
    async with context.database.reading() as session:
        attempts = set((await session.exec(select(Attempt.id))).all())
        jobs = set((await session.exec(select(Job.id))).all())
    assert attempts == jobs == {twice[0].id, *(attempt.id for attempt in others)}


async def test_a_report_is_stored_once(context: Context) -> None:
    user = await make(context, "ada")
    attempt = await _graded(context, user, "a", Verdict.ACCEPTED, 1.0)
    async with context.database.writing() as session:
        worse = _report(Verdict.WRONG_ANSWER, 0.0)
        assert not await service.store_report(session, attempt.id, worse)
        await service.mark_failed(session, attempt.id)
        await service.mark_running(session, attempt.id)
    async with context.database.reading() as session:
        kept = await service.get_attempt(session, user, attempt.id)
    assert (kept.state, kept.verdict, kept.score) == (AttemptState.GRADED, Verdict.ACCEPTED, 1.0)


async def test_only_who_made_it_and_who_teaches_see_an_attempt(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    attempt = await _submit(context, ada, _RIGHT)
    async with context.database.reading() as session:
        for viewer in (
            ada,
            await make(context, "eve", Role.INSTRUCTOR),
            await make(context, "a", Role.ADMIN),
        ):
            assert (await service.get_attempt(session, viewer, attempt.id)).source == _RIGHT
        with pytest.raises(NotFound):
            await service.get_attempt(session, bob, attempt.id)
        with pytest.raises(NotFound):
            await service.get_attempt(session, ada, "nothing")


async def test_the_history_is_newest_first_filtered_and_walked_by_id(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    verdicts = [Verdict.WRONG_ANSWER, Verdict.ACCEPTED, Verdict.RUNTIME_ERROR] * 2
    mine = [await _graded(context, ada, f"{i}", verdict) for i, verdict in enumerate(verdicts)]
    other = await _graded(context, bob, "b")
    async with context.database.reading() as session:
        walked: list[str] = []
        while page := await service.history(
            session, user=ada.id, before=walked[-1] if walked else None, limit=4
        ):
            walked += [attempt.id for attempt in page]
        assert walked == [attempt.id for attempt in reversed(mine)]
        everybody = await service.history(session, limit=100)
        assert [attempt.id for attempt in everybody] == [other.id, *walked]
        accepted = await service.history(session, user=ada.id, verdict=Verdict.ACCEPTED, limit=100)
        assert [attempt.id for attempt in accepted] == [mine[4].id, mine[1].id]
        late = await service.history(session, since=mine[3].created_at, limit=100)
        assert [attempt.id for attempt in late] == [other.id, *walked[:3]]
        assert await service.history(session, problem="another", limit=100) == []
        assert await standings(session, ada) == {"train-rnn-lm": Standing(True, mine[4].id)}
        assert await standings(session, bob) == {"train-rnn-lm": Standing(False, None)}


async def test_the_solution_opens_after_ten_attempts_with_different_code(context: Context) -> None:
    ada, problem = await make(context, "ada"), _problem(context)
    for number in range(9):
        await _graded(context, ada, f"try {number}")
        await _graded(context, ada, f"try {number}")
    await _submit(context, ada, b"not graded yet")
    async with context.database.writing() as session:
        access = await service.solution_access(session, ada, problem)
        assert (access.unlocked, access.attempts_left) == (False, 1)
        with pytest.raises(NotAllowed, match="1 more"):
            await service.open_solution(session, ada, problem)
    await _graded(context, ada, "try 10")
    async with context.database.writing() as session:
        assert (await service.solution_access(session, ada, problem)).unlocked
        assert (await session.exec(select(SolutionSeen))).all() == []  # looking whether is not looking at it
        assert await service.open_solution(session, ada, problem) == problem.solution
        assert await service.open_solution(session, ada, problem) == problem.solution
    later = await _graded(context, ada, "copied", Verdict.ACCEPTED, 1.0)
    async with context.database.reading() as session:
        assert (await service.get_attempt(session, ada, later.id)).after_solution
        ada_there = await student(session, problem.slug, ada.id)
        assert (ada_there.mark, ada_there.best and ada_there.best.score) == (Mark.AFTER_SOLUTION, 0.0)
        assert await standings(session, ada) == {problem.slug: Standing(False, later.id)}


async def test_the_solution_opens_for_who_solved_it_and_for_who_teaches(context: Context) -> None:
    ada, eve = await make(context, "ada"), await make(context, "eve", Role.INSTRUCTOR)
    await _graded(context, ada, "right", Verdict.ACCEPTED, 1.0)
    async with context.database.reading() as session:
        for user in (ada, eve):
            assert (await service.solution_access(session, user, _problem(context))).unlocked
        bob = await make(context, "bob")
        assert not (await service.solution_access(session, bob, _problem(context))).unlocked


class TestTheBucket:
    """Three attempts at a problem, and one more every hour."""

    bucket = Bucket(3, timedelta(hours=1))

    async def submit(self, context: Context, user: User, form_key: str | None = None) -> Attempt:
        async with context.database.writing() as session:
            return await service.submit(
                session,
                context.jobs,
                _problem(context),
                "0" * 64,
                user,
                b"code",
                form_key=form_key,
                bucket=self.bucket,
            )

    async def left(self, context: Context, user: User) -> int:
        async with context.database.reading() as session:
            return (await allowance(session, self.bucket, user, _problem(context))).left

    async def end(self, context: Context, attempt: Attempt, verdict: Verdict) -> None:
        async with context.database.writing() as session:
            assert await service.store_report(session, attempt.id, _report(verdict, 0.0))

    async def test_an_empty_one_refuses_and_says_when_the_next_attempt_comes(self, context: Context) -> None:
        ada, bob = await make(context, "ada"), await make(context, "bob")
        for left in (2, 1, 0):
            await self.submit(context, ada, f"form {left}")
            assert await self.left(context, ada) == left
        with pytest.raises(TooMany, match="The next one comes in 1 hour,") as refused:
            await self.submit(context, ada)
        assert 0 < int(refused.value.headers["Retry-After"]) <= 3600
        await self.submit(context, bob)
        again = await self.submit(context, ada, "form 0")  # posted before: nothing new is asked for
        async with context.database.reading() as session:
            assert len(await service.history(session, user=ada.id, limit=9)) == 3
            assert await service.get_attempt(session, ada, again.id)

    async def test_it_is_kept_for_each_problem(self, context: Context) -> None:
        ada = await make(context, "ada")
        for _ in range(3):
            await self.submit(context, ada)
        other = context.catalogue.get("train-rnn-lm-full")
        async with context.database.reading() as session:
            assert (await allowance(session, self.bucket, ada, other)).is_full

    async def test_compile_errors_and_our_faults_cost_nothing(self, context: Context) -> None:
        ada = await make(context, "ada")
        first, second, third = [await self.submit(context, ada) for _ in range(3)]
        await self.end(context, first, Verdict.WRONG_ANSWER)
        assert await self.left(context, ada) == 0
        await self.end(context, second, Verdict.COMPILE_ERROR)
        assert await self.left(context, ada) == 1
        async with context.database.writing() as session:
            await service.mark_failed(session, third.id)
        assert await self.left(context, ada) == 2
        await self.end(context, await self.submit(context, ada), Verdict.INTERNAL_ERROR)
        assert await self.left(context, ada) == 2

    async def test_many_at_once_get_no_more_than_there_are(self, context: Context) -> None:
        ada = await make(context, "ada")
        made = await asyncio.gather(*(self.submit(context, ada) for _ in range(8)), return_exceptions=True)
        assert sum(isinstance(one, Attempt) for one in made) == 3
        assert sum(isinstance(one, TooMany) for one in made) == 5

    async def test_it_refills_with_time(self, context: Context) -> None:
        ada = await make(context, "ada")
        for hours in (1.5, 0.75):
            attempt = await self.submit(context, ada)
            async with context.database.writing() as session:
                attempt.created_at = now() - timedelta(hours=hours)
                session.add(attempt)
        # The first came back half an hour ago, the second comes back in half an hour.
        async with context.database.reading() as session:
            found = await allowance(session, self.bucket, ada, _problem(context))
        assert (found.left, round(found.next_in / timedelta(minutes=1))) == (2, 30)
        assert found.sentence == "2 of 3 attempts left, one more in 30 minutes."

    async def test_who_teaches_has_none(self, context: Context) -> None:
        settings = context.settings
        eve, ada = await make(context, "eve", Role.INSTRUCTOR), await make(context, "ada")
        assert Bucket.of(settings, eve) is None
        assert Bucket.of(settings, ada) == Bucket(20, timedelta(minutes=3))
        assert Bucket.of(settings.model_copy(update={"attempt_refill": 0}), ada) is None


async def test_the_attempt_before_is_the_last_graded_one_of_the_same_author(context: Context) -> None:
    ada, bob = await make(context, "ada"), await make(context, "bob")
    first = await _graded(context, ada, "first")
    await _graded(context, bob, "somebody else's")
    await _submit(context, ada, b"not graded")
    second = await _graded(context, ada, "second")
    async with context.database.reading() as session:
        before = await service.attempt_before(session, second)
        assert before is not None
        assert before.id == first.id
        assert await service.attempt_before(session, first) is None


async def test_beside_the_solution_stands_the_last_accepted_code_or_else_the_last(context: Context) -> None:
    ada, problem = await make(context, "ada"), _problem(context)

    async def shown() -> bytes | None:
        async with context.database.reading() as session:
            found = await service.best_code(session, ada, problem)
        return found.source if found else None

    assert await shown() is None
    await _graded(context, ada, "wrong")
    await _graded(context, ada, "wrong again")
    assert await shown() == b"wrong again"
    await _graded(context, ada, "right", Verdict.ACCEPTED, 1.0)
    await _graded(context, ada, "wrong later")
    assert await shown() == b"right"
