"""Instructors' cases and the versions they make, with the real grader."""

import asyncio
import io

import numpy as np
import pytest
from sqlmodel import select

from app.accounts.models import Role, User
from app.catalogue import service
from app.catalogue.models import CurrentVersion, FrozenVersion, StoredCase
from app.context import Context
from app.errors import Conflict, NotFound, NotReady, Unusable
from grader.cases import CaseSpec
from grader.freeze import version_id
from grader.problem import Problem
from tests.app.people import make

pytestmark = pytest.mark.anyio

_FILE = io.BytesIO()
np.savez(_FILE, head=np.frombuffer(b'{"id": "written before formats had numbers"}', dtype=np.uint8))
OLD = _FILE.getvalue()
_SIZES = {"T": 6, "V": 5, "d_emb": 3, "d_h": 4}


def _spec(name: str, lr: float = 0.1) -> CaseSpec:
    return CaseSpec(name=name, visibility="public", seed=5, sizes=_SIZES, given={"lr": lr})


def _problem(context: Context) -> Problem:
    return context.catalogue.get("train-rnn-lm")


async def _add(context: Context, author: User, spec: CaseSpec) -> StoredCase:
    """As the edge does it: freeze with no transaction open, then add and publish in one."""
    problem = _problem(context)
    async with context.database.reading() as session:
        specs = [*await service.all_specs(session, problem), spec]
    version = await service.freeze_cases(context.jobs, author, problem, specs)
    async with context.database.writing() as session:
        case = await service.add_case(session, problem, spec, author)
        await service.publish(session, problem, version)
    return case


async def _current(context: Context) -> FrozenVersion:
    async with context.database.reading() as session:
        return await service.current_version(session, "train-rnn-lm")


async def test_a_problem_is_not_ready_until_its_cases_are_frozen(context: Context) -> None:
    with pytest.raises(NotReady, match="being prepared"):
        await _current(context)


async def test_what_another_release_stored_is_frozen_anew(graded: Context) -> None:
    """Pages show nothing of it meanwhile, and do not fail."""
    problem = _problem(graded)
    async with graded.database.writing() as session:
        old = FrozenVersion(id="f" * 64, problem=problem.slug, cases=[], mutation_score=1.0, frozen=OLD)
        session.add(old)
        current = await session.get_one(CurrentVersion, problem.slug)
        current.version = old.id
    async with graded.database.reading() as session:
        assert await service.current_cases(session, problem.slug) is None
        with pytest.raises(NotReady, match="being prepared"):
            await service.load_version(session, "f" * 64)
    await service.ensure_current(graded.jobs, graded.database, problem)
    async with graded.database.reading() as session:
        found = await service.current_cases(session, problem.slug)
    assert found is not None
    assert found.id == version_id(problem, problem.cases)


async def test_a_case_makes_a_version_and_its_retirement_makes_the_old_one_again(graded: Context) -> None:
    problem, ada = _problem(graded), await make(graded, "ada", Role.INSTRUCTOR)
    first = await _current(graded)
    assert first.id == version_id(problem, problem.cases)
    assert [case["name"] for case in first.cases][:1] == [problem.cases[0].name]
    added = await _add(graded, ada, _spec("mine"))
    second = await _current(graded)
    assert second.id != first.id
    assert {case["name"] for case in second.cases} - {case["name"] for case in first.cases} == {"mine"}
    async with graded.database.reading() as session:
        remaining = [s for s in await service.all_specs(session, problem) if s.name != "mine"]
        assert (await service.stored_case(session, problem.slug, added.id)).author_id == ada.id
    version = await service.freeze_cases(graded.jobs, ada, problem, remaining)
    async with graded.database.writing() as session:
        await service.retire_case(session, problem, added.id)
        await service.publish(session, problem, version)
    assert (await _current(graded)).id == first.id
    async with graded.database.reading() as session:
        assert {v.id for v in await service.versions(session, problem.slug)} == {first.id, second.id}
        assert await service.stored_cases(session, problem.slug) == []
        assert [c.id for c in await service.stored_cases(session, problem.slug, retired=True)] == [added.id]
        frozen = await service.load_version(session, second.id)
        assert {case.name for case in frozen.cases} == {case["name"] for case in second.cases}
    with pytest.raises(Conflict, match="retired before"):
        async with graded.database.writing() as session:
            await service.retire_case(session, problem, added.id)


async def test_a_preview_says_what_a_case_adds_and_stores_nothing(graded: Context) -> None:
    problem, ada = _problem(graded), await make(graded, "ada", Role.INSTRUCTOR)
    async with graded.database.reading() as session:
        specs = await service.all_specs(session, problem)
    preview = await service.preview_case(graded.jobs, ada, problem, specs, _spec("mine"))
    assert [shown.name for shown in preview.inputs] == list(problem.signature.inputs)
    assert preview.outputs[0].tolerance is not None
    assert preview.outputs[0].value is not None  # a public case's is shown
    assert preview.caught
    async with graded.database.reading() as session:
        assert len((await session.exec(select(FrozenVersion.id))).all()) == 1
        assert (await session.exec(select(StoredCase.id))).all() == []


async def test_an_unusable_case_is_refused_with_the_graders_reason(graded: Context) -> None:
    problem, ada = _problem(graded), await make(graded, "ada", Role.INSTRUCTOR)
    unusable = CaseSpec(name="too large", seed=1, sizes=_SIZES | {"T": 10**6})
    async with graded.database.reading() as session:
        specs = await service.all_specs(session, problem)
    with pytest.raises(Unusable, match="too large"):
        await service.preview_case(graded.jobs, ada, problem, specs, unusable)
    with pytest.raises(Unusable, match="too large"):
        await _add(graded, ada, unusable)
    with pytest.raises(Unusable, match=problem.cases[0].name):
        await service.preview_case(graded.jobs, ada, problem, specs, problem.cases[0])
    async with graded.database.reading() as session:
        assert (await session.exec(select(StoredCase.id))).all() == []


async def test_two_instructors_at_once_do_not_lose_a_case(graded: Context) -> None:
    problem = _problem(graded)
    ada, bob = await make(graded, "ada", Role.INSTRUCTOR), await make(graded, "bob", Role.INSTRUCTOR)
    outcomes = await asyncio.gather(
        _add(graded, ada, _spec("from ada")), _add(graded, bob, _spec("from bob")), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert all(isinstance(refusal, Conflict) for refusal in refused)
    assert len(refused) <= 1
    async with graded.database.reading() as session:
        specs = await service.all_specs(session, problem)
    assert (await _current(graded)).id == version_id(problem, specs)
    assert len(specs) == len(problem.cases) + 2 - len(refused)


async def test_a_version_of_other_cases_cannot_be_published(graded: Context) -> None:
    problem, ada = _problem(graded), await make(graded, "ada", Role.INSTRUCTOR)
    before = await _current(graded)

    async def add_and_publish_the_old_version() -> None:
        async with graded.database.writing() as session:
            await service.add_case(session, problem, _spec("mine"), ada)
            await service.publish(session, problem, before.id)

    with pytest.raises(Conflict, match="changed the cases"):
        await add_and_publish_the_old_version()
    async with graded.database.reading() as session:
        assert (await session.exec(select(StoredCase.id))).all() == []
    with pytest.raises(Conflict, match="already"):
        async with graded.database.writing() as session:
            await service.add_case(session, problem, _spec(problem.cases[0].name), ada)


async def test_starting_again_freezes_only_what_changed(graded: Context) -> None:
    problem = _problem(graded)
    before = await _current(graded)
    await service.ensure_current(graded.jobs, graded.database, problem)
    async with graded.database.writing() as session:
        current = (await session.exec(select(CurrentVersion))).one()
        await session.delete(current)
    await service.ensure_current(graded.jobs, graded.database, problem)  # known: published, not frozen again
    assert (await _current(graded)).id == before.id
    async with graded.database.reading() as session:
        (known,) = await service.versions(session, problem.slug)
    assert known.created_at == before.created_at


async def test_what_is_not_there_is_not_found(graded: Context) -> None:
    with pytest.raises(NotFound):
        graded.catalogue.get("no-such-problem")
    async with graded.database.reading() as session:
        with pytest.raises(NotFound):
            await service.load_version(session, "0" * 64)
        with pytest.raises(NotFound):
            await service.stored_case(session, "train-rnn-lm", "nothing")
