"""REST: problems, their versions, and the cases instructors add."""

import hashlib
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import JsonValue
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.bearer import Caller, with_scope, within_limit
from app.accounts.models import Scope
from app.catalogue import examples, service
from app.catalogue.models import FrozenVersion, StoredCase
from app.catalogue.schemas import (
    CaseDetail,
    CaseInfo,
    ProblemDetail,
    ProblemInfo,
    ProblemLimits,
    PublicCase,
    VersionInfo,
)
from app.context import ContextDep
from app.errors import Conflict, NotFound, NotReady
from app.rest.answers import LOCATED, answers
from app.rest.docs import BASE
from app.rest.etags import CONDITIONAL, TAGGED, UNCHANGED, IfMatch, etag_of, still, tagged
from app.rest.idempotency import REPLAYED, OnceDep
from app.rest.lists import LINKED, PageDep
from app.rest.refusals import refuses
from app.rest.strict_json import StrictRoute
from app.rest.text import ours
from app.web.markdown import markdown_html
from grader.cases import CaseSpec
from grader.preview import CasePreview, preview_of
from grader.problem import Problem
from grader.quality import Quality, quality
from grader.sandbox.job import Value
from grader.version import Version

router = APIRouter(prefix="/problems", tags=["problems"], route_class=StrictRoute)

Reader = Annotated[Caller, Depends(with_scope(Scope.PROBLEMS_READ))]
CaseReader = Annotated[Caller, Depends(with_scope(Scope.PROBLEMS_READ, teaching=True))]
CaseWriter = Annotated[Caller, Depends(with_scope(Scope.PROBLEMS_WRITE, teaching=True))]
NewCase = Annotated[CaseSpec, Body(examples=[examples.NEW_CASE])]
_SHOWN_ELEMENTS = 10_000


def _problem(context: ContextDep, slug: str) -> Problem:
    return context.catalogue.get(slug)


ProblemDep = Annotated[Problem, Depends(_problem)]


@router.get(
    "/{slug}",
    response_model=ProblemDetail,
    dependencies=CONDITIONAL,
    responses=UNCHANGED | refuses(401, 403, 404) | answers(examples.PROBLEM_DETAIL, headers=TAGGED),
)
async def get_problem(request: Request, context: ContextDep, _: Reader, problem: ProblemDep) -> Response:
    """Statement, starter, limits, signature, public cases and mutation score of one problem."""
    async with context.database.reading() as session:
        current = await _current(session, problem)
        frozen = await service.current_cases(session, problem.slug)
    detail = ProblemDetail(
        **ProblemInfo.of(context.catalogue, problem).model_dump(),
        statement=problem.statement,
        statement_html=str(markdown_html(problem.statement)),
        starter=problem.starter,
        hints=list(problem.hints),
        limits=ProblemLimits(cpu_seconds=problem.limits.cpu_seconds, memory_mb=problem.limits.memory_mb),
        signature=problem.signature,
        version=current and current.id,
        mutation_score=current and current.mutation_score,
        public_cases=[] if frozen is None else _public_cases(frozen),
    )
    return tagged(request, detail)


@router.get(
    "/{slug}/versions", responses=refuses(401, 403, 404) | answers([examples.VERSION], headers=LINKED)
)
async def list_versions(
    request: Request, response: Response, context: ContextDep, _: Reader, problem: ProblemDep, page: PageDep
) -> list[VersionInfo]:
    """Every version of a problem's cases, newest first."""
    async with context.database.reading() as session:
        versions = await service.versions(session, problem.slug)
        current = await _current(session, problem)
    ids = [version.id for version in versions]
    begin = ids.index(page.after) + 1 if page.after in ids else 0
    shown = page.cut(request, response, versions[begin:], ids[begin:])
    return [VersionInfo.of(version, current) for version in shown]


@router.get(
    "/{slug}/versions/{id}",
    response_model=VersionInfo,
    dependencies=CONDITIONAL,
    responses=UNCHANGED | refuses(401, 403, 404) | answers(examples.VERSION, headers=TAGGED),
)
async def get_version(
    request: Request,
    context: ContextDep,
    _: Reader,
    problem: ProblemDep,
    id: str,
) -> Response:
    """One version: its cases' names, visibilities and weights."""
    async with context.database.reading() as session:
        versions = await service.versions(session, problem.slug)
        current = await _current(session, problem)
    for version in versions:
        if version.id == id:
            return tagged(request, VersionInfo.of(version, current))
    raise NotFound(f"The problem {problem.slug} has no such version. See the list of its versions.")


@router.get(
    "/{slug}/quality",
    response_model=Quality,
    dependencies=CONDITIONAL,
    responses=UNCHANGED | refuses(401, 403, 404, 503) | answers(examples.QUALITY, headers=TAGGED),
)
async def get_quality(request: Request, context: ContextDep, _: CaseReader, problem: ProblemDep) -> Response:
    """Instructors: which known mistake each case in use catches, and by what margin."""
    async with context.database.reading() as session:
        current = await service.current_version(session, problem.slug)
        version = await service.load_version(session, current.id)
    return tagged(request, quality(version))


@router.get("/{slug}/cases", responses=refuses(401, 403, 404) | answers([examples.CASE], headers=LINKED))
async def list_cases(
    request: Request,
    response: Response,
    context: ContextDep,
    _: CaseReader,
    problem: ProblemDep,
    page: PageDep,
) -> list[CaseInfo]:
    """Instructors: every case in use, the added ones first and newest first, then those of the folder."""
    async with context.database.reading() as session:
        stored = await service.stored_cases(session, problem.slug)
    cases = [CaseInfo.of(case.id, CaseSpec.model_validate(case.spec), case) for case in reversed(stored)]
    cases += [CaseInfo.of(_folder_id(spec), spec) for spec in problem.cases]
    ids = [case.id for case in cases]
    begin = ids.index(page.after) + 1 if page.after in ids else 0
    return page.cut(request, response, cases[begin:], ids[begin:])


@router.get(
    "/{slug}/cases/{id}",
    response_model=CaseDetail,
    dependencies=CONDITIONAL,
    responses=UNCHANGED | refuses(401, 403, 404) | answers(examples.CASE_DETAIL, headers=TAGGED),
)
async def get_case(
    request: Request,
    context: ContextDep,
    _: CaseReader,
    problem: ProblemDep,
    id: str,
) -> Response:
    """Instructors: one case, and what freezing it found out."""
    async with context.database.reading() as session:
        return tagged(request, await _detail(session, problem, id))


@router.post(
    "/{slug}/cases/preview",
    responses=refuses(400, 401, 403, 404, 409, 413, 429, 503) | answers(examples.PREVIEW),
    dependencies=[Depends(within_limit)],
)
async def preview_case(
    context: ContextDep, caller: CaseWriter, problem: ProblemDep, spec: NewCase
) -> CasePreview:
    """Instructors: what a case would be and catch, or 422 with the reason. Nothing is stored."""
    async with context.database.reading() as session:
        specs = await _specs_beside(session, problem, spec)
    return await service.preview_case(context.jobs, caller.user, problem, specs, spec)


@router.post(
    "/{slug}/cases",
    status_code=201,
    response_model=CaseDetail,
    responses=refuses(400, 401, 403, 404, 409, 413, 429, 503)
    | answers(examples.CASE_DETAIL, 201, headers=TAGGED | LOCATED | REPLAYED),
    dependencies=[Depends(within_limit)],
)
async def add_case(
    context: ContextDep, caller: CaseWriter, problem: ProblemDep, spec: NewCase, once: OnceDep
) -> Response:
    """Instructors: freeze a case and publish a new version with it, or 422 with the reason."""
    if again := await once.begin(caller.user.id):
        return again
    async with context.database.reading() as session:
        specs = [*await _specs_beside(session, problem, spec), spec]
    version = await service.freeze_cases(context.jobs, caller.user, problem, specs)
    async with context.database.writing() as session:
        stored = await service.add_case(session, problem, spec, caller.user)
        await service.publish(session, problem, version)
        detail = await _detail(session, problem, stored.id)
        location = f"{context.settings.base_url}{BASE}/problems/{problem.slug}/cases/{stored.id}"
        answer = JSONResponse(
            detail.model_dump(mode="json", by_alias=True),
            status_code=201,
            headers={"Location": location, "ETag": etag_of(detail)},
        )
        await once.keep(session, answer)
    return answer


@router.delete(
    "/{slug}/cases/{id}",
    status_code=204,
    responses=refuses(401, 403, 404, 409, 412, 429, 503),
    dependencies=[Depends(within_limit)],
)
async def retire_case(
    context: ContextDep,
    caller: CaseWriter,
    problem: ProblemDep,
    id: str,
    if_match: IfMatch = None,
) -> None:
    """Instructors: publish a new version without an added case. Older versions keep it."""
    async with context.database.reading() as session:
        case = await _detail(session, problem, id)
        specs = await service.all_specs(session, problem)
    if case.origin == "folder":
        raise Conflict("This case belongs to the problem's folder. Change problem.toml and restart.")
    if case.retired_at is not None:
        raise Conflict("This case was retired before.")
    still(if_match, case)
    remaining = [spec for spec in specs if spec.name != case.name]
    version = await service.freeze_cases(context.jobs, caller.user, problem, remaining)
    async with context.database.writing() as session:
        await service.retire_case(session, problem, id)
        await service.publish(session, problem, version)


async def _specs_beside(session: AsyncSession, problem: Problem, new: CaseSpec) -> list[CaseSpec]:
    """The problem's cases. Raises Conflict when one of them has the new one's name."""
    specs = await service.all_specs(session, problem)
    if any(spec.name == new.name for spec in specs):
        raise Conflict(f"There is a case named '{new.name}' already. Choose another name.")
    return specs


async def _detail(session: AsyncSession, problem: Problem, case_id: str) -> CaseDetail:
    """One case by its id. Raises NotFound."""
    spec = next((spec for spec in problem.cases if _folder_id(spec) == case_id), None)
    stored: StoredCase | None = None
    if spec is None:
        stored = await service.stored_case(session, problem.slug, ours(case_id, "case"))
        spec = CaseSpec.model_validate(stored.spec)
    frozen = await service.current_cases(session, problem.slug)
    used = stored is None or stored.retired_at is None
    known = frozen is not None and any(case.name == spec.name for case in frozen.cases)
    preview = preview_of(frozen, spec.name) if frozen and used and known else None
    return CaseDetail.of_frozen(case_id, spec, stored, preview)


async def _current(session: AsyncSession, problem: Problem) -> FrozenVersion | None:
    """The current version, or None while it is being frozen: reading must not wait for it."""
    try:
        return await service.current_version(session, problem.slug)
    except NotReady:
        return None


def _folder_id(spec: CaseSpec) -> str:
    """What a folder's case is called in addresses: its name may hold anything."""
    return f"folder-{hashlib.sha256(spec.name.encode()).hexdigest()[:16]}"


def _public_cases(version: Version) -> list[PublicCase]:
    return [
        PublicCase(
            spec=case.spec,
            arguments=dict(zip(version.signature.inputs, map(_shown, case.inputs), strict=True)),
            expected=preview_of(version, case.name).outputs,
        )
        for case in version.cases
        if case.public
    ]


def _shown(value: Value) -> JsonValue:
    if isinstance(value, np.ndarray):
        shown: JsonValue = value.tolist() if value.size <= _SHOWN_ELEMENTS else None
        return shown
    assert isinstance(value, bool | int | float | str | None), "an input is an array, a number or text"
    return value
