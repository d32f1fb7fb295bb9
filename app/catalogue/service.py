"""Problems, the cases instructors add to them, and the versions attempts are graded by.

A version is a list of cases: the folder's, then the stored ones. Changing it takes two steps, because no
transaction may wait for a job: `freeze_cases` first, then `add_case` or `retire_case` and `publish`.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from pydantic import JsonValue
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.catalogue.models import CurrentVersion, FrozenVersion, StoredCase
from app.database import Database, now
from app.errors import Conflict, NotFound, NotReady, Unusable
from app.jobs.jobs import Jobs
from app.jobs.models import JobKind
from grader.cases import CaseSpec
from grader.freeze import version_id
from grader.preview import CasePreview
from grader.problem import Problem
from grader.version import UnreadableVersion, Version

logger = logging.getLogger(__name__)
BEING_PREPARED = "The cases of this problem are being prepared; try again in a minute."
FREEZING_TAKES_AT_MOST = 60.0  # seconds: the budget is 10, and others may stand before


async def stored_cases(session: AsyncSession, slug: str, *, retired: bool = False) -> list[StoredCase]:
    """The cases instructors added, in the order they were added; `retired` ones too if asked for."""
    statement = select(StoredCase).where(StoredCase.problem == slug).order_by(col(StoredCase.id))
    if not retired:
        statement = statement.where(col(StoredCase.retired_at).is_(None))
    return list((await session.exec(statement)).all())


async def stored_case(session: AsyncSession, slug: str, case_id: str) -> StoredCase:
    """One added case, retired or not. Raises NotFound."""
    for case in await stored_cases(session, slug, retired=True):
        if case.id == case_id:
            return case
    raise NotFound(f"The problem {slug} has no such case.")


async def all_specs(session: AsyncSession, problem: Problem) -> list[CaseSpec]:
    """The cases of a new version: the folder's, then the stored ones."""
    stored = await stored_cases(session, problem.slug)
    return [*problem.cases, *(CaseSpec.model_validate(case.spec) for case in stored)]


async def current_version(session: AsyncSession, slug: str) -> FrozenVersion:
    """What new attempts are graded by, without its `frozen` bytes.

    Raises NotReady while the problem's first freezing is under way.
    """
    statement = (
        select(FrozenVersion)
        .join(CurrentVersion, col(CurrentVersion.version) == FrozenVersion.id)
        .where(CurrentVersion.problem == slug)
        .options(defer(FrozenVersion.frozen, raiseload=True))  # type: ignore[arg-type]
    )
    version = (await session.exec(statement)).first()
    if version is None:
        raise NotReady(BEING_PREPARED)
    return version


async def versions(session: AsyncSession, slug: str) -> list[FrozenVersion]:
    """Every version a problem has had, newest first, without their `frozen` bytes."""
    statement = (
        select(FrozenVersion)
        .where(FrozenVersion.problem == slug)
        .order_by(col(FrozenVersion.created_at).desc(), col(FrozenVersion.id))
        .options(defer(FrozenVersion.frozen, raiseload=True))  # type: ignore[arg-type]
    )
    return list((await session.exec(statement)).all())


_CACHE: OrderedDict[str, Version] = OrderedDict()  # an id is a hash of the content, so nothing goes stale
_CACHED_AT_MOST = 16


async def load_version(session: AsyncSession, version: str) -> Version:
    """A version's frozen cases. Raises NotFound, and NotReady where another release stored them."""
    if version not in _CACHE:
        statement = select(FrozenVersion.frozen).where(FrozenVersion.id == version)
        frozen = (await session.exec(statement)).first()
        if frozen is None:
            raise NotFound("There is no such version.")
        try:
            _CACHE[version] = await asyncio.to_thread(Version.from_bytes, frozen)
        except UnreadableVersion as unreadable:
            raise NotReady(BEING_PREPARED) from unreadable
    _CACHE.move_to_end(version)
    while len(_CACHE) > _CACHED_AT_MOST:
        _CACHE.popitem(last=False)
    return _CACHE[version]


async def current_cases(session: AsyncSession, slug: str) -> Version | None:
    """What attempts are graded by now; None while that is being frozen: reading must not wait for it."""
    try:
        current = await current_version(session, slug)
        return await load_version(session, current.id)
    except NotReady:
        return None


async def preview_case(
    jobs: Jobs, user: User, problem: Problem, specs: Sequence[CaseSpec], spec: CaseSpec
) -> CasePreview:
    """What `spec` would add to the version of `specs`; nothing is stored.

    Raises Unusable with the grader's reason, NotReady when no worker answers.
    """
    payload = _freezing(problem, specs) | {"new": spec.model_dump(mode="json")}
    answer = await jobs.ask(JobKind.PREVIEW, user.id, payload, timeout=FREEZING_TAKES_AT_MOST)
    return CasePreview.model_validate(_usable(answer)["preview"])


async def freeze_cases(jobs: Jobs, user: User, problem: Problem, specs: Sequence[CaseSpec]) -> str:
    """Freeze `specs` into a version and store it by its id, which is returned; `publish` makes it current.

    Raises Unusable with the grader's reason, NotReady when no worker answers.
    """
    payload = _freezing(problem, specs)
    answer = await jobs.ask(JobKind.FREEZE, user.id, payload, timeout=FREEZING_TAKES_AT_MOST)
    return str(_usable(answer)["version"])


async def publish(session: AsyncSession, problem: Problem, version: str) -> None:
    """Grade attempts by `version` from now on.

    Raises Conflict when the cases are no longer those it was frozen from.
    """
    await _lock(session, problem.slug)
    if version != version_id(problem, await all_specs(session, problem)):
        raise Conflict("Somebody else changed the cases of this problem meanwhile; look again and repeat.")
    current = await session.get(CurrentVersion, problem.slug) or CurrentVersion(
        problem=problem.slug, version=version
    )
    current.version, current.published_at = version, now()
    session.add(current)


async def add_case(session: AsyncSession, problem: Problem, spec: CaseSpec, author: User) -> StoredCase:
    """Store a case; `publish` in the same transaction. Raises Conflict when its name is taken."""
    await _lock(session, problem.slug)
    if spec.name in {known.name for known in await all_specs(session, problem)}:
        raise Conflict(f"The problem has a case named {spec.name!r} already; choose another name.")
    case = StoredCase(problem=problem.slug, spec=spec.model_dump(mode="json"), author_id=author.id)
    session.add(case)
    await session.flush()
    return case


async def retire_case(session: AsyncSession, problem: Problem, case_id: str) -> StoredCase:
    """Take a stored case out of later versions; `publish` in the same transaction.

    Raises NotFound, and Conflict when it was retired before.
    """
    await _lock(session, problem.slug)
    case = await stored_case(session, problem.slug, case_id)
    if case.retired_at is not None:
        raise Conflict("This case was retired before.")
    case.retired_at = now()
    session.add(case)
    await session.flush()
    return case


async def ensure_current(jobs: Jobs, database: Database, problem: Problem) -> None:
    """Freeze and publish a problem's cases when its current version is not the wanted one.

    Run when the service starts: the folder may have changed. Waits for a worker as long as it takes.
    """
    async with database.reading() as session:
        specs = await all_specs(session, problem)
        wanted = version_id(problem, specs)
        current = await session.get(CurrentVersion, problem.slug)
        known = (await session.exec(select(FrozenVersion.id).where(FrozenVersion.id == wanted))).first()
    if current is not None and current.version == wanted:
        return
    if known is None:
        try:
            _usable(await jobs.ask(JobKind.FREEZE, None, _freezing(problem, specs), timeout=None))
        except (Unusable, NotReady) as refusal:
            logger.warning("The cases of %s cannot be frozen: %s", problem.slug, refusal.detail)
            return
    async with database.writing() as session:
        await publish(session, problem, wanted)


def _freezing(problem: Problem, specs: Sequence[CaseSpec]) -> dict[str, Any]:
    return {"problem": problem.slug, "specs": [spec.model_dump(mode="json") for spec in specs]}


def _usable(answer: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """What a freezing answered. Raises Unusable if it found a case unusable."""
    if reason := answer.get("unusable"):
        raise Unusable(str(reason))
    return answer


async def _lock(session: AsyncSession, slug: str) -> None:
    """Let one transaction at a time change a problem's cases (SQLite lets only one write anyway)."""
    await session.exec(select(CurrentVersion).where(CurrentVersion.problem == slug).with_for_update())
