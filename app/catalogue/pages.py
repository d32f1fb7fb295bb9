"""Pages of instructors about a problem's cases: see, measure, preview, add, duplicate, change, retire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from app.accounts.models import User
from app.accounts.viewer import TeacherDep
from app.catalogue import matrix, service
from app.catalogue.case_form import DRAWS, PARAMETERS, CaseForm, array_as_json, form_of
from app.catalogue.kept import once_a_version
from app.catalogue.models import StoredCase
from app.context import Context, ContextDep
from app.errors import Conflict, FieldError, NotFound, Refusal, Unusable
from app.rest.limits import WRITES, LimitsDep
from app.web.forms import wrong_fields
from app.web.page import page
from grader.cases import CaseSpec
from grader.preview import CasePreview, preview_of
from grader.problem import Problem
from grader.quality import Quality, quality
from grader.version import Version, mutation_score

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _Row:
    """A case of the current version in the list; `stored` is None for those of the folder."""

    spec: CaseSpec
    stored: StoredCase | None
    preview: CasePreview | None

    @property
    def source(self) -> str:
        """What `?from=` calls it."""
        return self.stored.id if self.stored else self.spec.name


@router.get("/problems/{slug}/cases")
async def cases(request: Request, context: ContextDep, _user: TeacherDep, slug: str) -> Response:
    return await _cases_page(request, context, context.catalogue.get(slug))


async def _cases_page(
    request: Request, context: Context, problem: Problem, refusal: Refusal | None = None
) -> Response:
    async with context.database.reading() as session:
        stored = await service.stored_cases(session, problem.slug, retired=True)
        versions = await service.versions(session, problem.slug)
        version = await service.current_cases(session, problem.slug)
    active = [case for case in stored if case.retired_at is None]
    return page(
        request,
        "cases.html",
        status=refusal.status if refusal else 200,
        problem=problem,
        rows=_rows(problem, active, version),
        retired=[(case, CaseSpec.model_validate(case.spec)) for case in stored if case.retired_at],
        versions=versions,
        current=version.id if version else None,
        mutation=mutation_score(version) if version else None,
        messages={name: known.message for name, known in version.mistakes.items()} if version else {},
        saved=request.query_params.get("saved", ""),
        refusal=refusal,
    )


@once_a_version
def _previews(version: Version) -> Mapping[str, CasePreview]:
    return {case.name: preview_of(version, case.name) for case in version.cases}


@once_a_version
def _matrix(version: Version) -> tuple[Quality, list[matrix.Row]]:
    found = quality(version)
    return found, matrix.rows(found)


def _rows(problem: Problem, stored: Sequence[StoredCase], version: Version | None) -> list[_Row]:
    previews = _previews(version) if version else {}
    pairs: list[tuple[CaseSpec, StoredCase | None]] = [(spec, None) for spec in problem.cases]
    pairs += [(CaseSpec.model_validate(case.spec), case) for case in stored]
    return [_Row(spec, case, previews.get(spec.name)) for spec, case in pairs]


@router.get("/problems/{slug}/quality")
async def quality_page(request: Request, context: ContextDep, _user: TeacherDep, slug: str) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        version = await service.current_cases(session, slug)
    found, rows = _matrix(version) if version else (None, [])
    return page(request, "quality.html", problem=problem, quality=found, rows=rows)


@router.get("/problems/{slug}/cases/new")
async def new_case(
    request: Request, context: ContextDep, _user: TeacherDep, slug: str, change: bool = False
) -> Response:
    problem = context.catalogue.get(slug)
    source = request.query_params.get("from", "")
    if proposed := request.query_params.get("case"):
        return _form_page(request, problem, form_of(_proposed(proposed), problem.signature))
    if not source:
        # The smallest sizes catch next to nothing; those of the first public case are ones a person chose.
        usual = {f"size:{name}": str(size) for name, size in problem.cases[0].sizes.items()}
        return _form_page(request, problem, CaseForm({"visibility": "hidden", "seed": "1", **usual}))
    async with context.database.reading() as session:
        stored = await service.stored_cases(session, slug, retired=True)
    spec, case = _named(problem, stored, source)
    fields = dict(form_of(spec, problem.signature).fields)
    if change and case is not None and case.retired_at is None:
        fields["replaces"] = case.id
    else:
        fields["name"] = f"{spec.name[:70]} (copy)"
    return _form_page(request, problem, CaseForm(fields))


def _proposed(text: str) -> CaseSpec:
    """A case as JSON in an address, as previews propose them. Raises NotFound."""
    try:
        return CaseSpec.model_validate_json(text)
    except ValidationError as error:
        raise NotFound("The address holds no usable case. Open it from a preview again.") from error


def _named(problem: Problem, stored: Sequence[StoredCase], source: str) -> tuple[CaseSpec, StoredCase | None]:
    """The case called `source`: a stored one's id or a folder one's name. Raises NotFound."""
    for case in stored:
        if case.id == source:
            return CaseSpec.model_validate(case.spec), case
    for spec in problem.cases:
        if spec.name == source:
            return spec, None
    raise NotFound(f"There is no case “{source}” of {problem.title}. See the list of its cases.")


def _form_page(
    request: Request,
    problem: Problem,
    form: CaseForm,
    *,
    preview: CasePreview | None = None,
    refusal: Refusal | None = None,
) -> Response:
    return page(
        request,
        "case_form.html",
        status=refusal.status if refusal else 200,
        headers=refusal.headers if refusal else None,
        problem=problem,
        form=form,
        draws=DRAWS,
        parameters=PARAMETERS,
        preview=preview,
        refusal=refusal,
        errors=wrong_fields(refusal),
    )


async def _typed(request: Request) -> tuple[CaseForm, list[FieldError]]:
    """The form as sent, each uploaded array turned into the values it stands for."""
    fields: dict[str, str] = {}
    wrong: list[FieldError] = []
    async with request.form(max_files=50, max_fields=500) as sent:
        for name, value in sent.items():
            if not isinstance(value, UploadFile):
                fields.setdefault(name, value)
        for name, value in sent.items():
            if isinstance(value, UploadFile) and value.size:
                target = name.removeprefix("npy:")
                try:
                    fields[f"given:{target}"] = array_as_json(await value.read())
                    fields[f"draw:{target}"] = "given"
                except ValueError as error:
                    wrong.append(FieldError(f"given:{target}", str(error)))
    return CaseForm(fields), wrong


def _spec(problem: Problem, form: CaseForm, wrong: Sequence[FieldError]) -> CaseSpec:
    """The case as typed. Raises Unusable."""
    if wrong:
        raise Unusable("Nothing is stored: an uploaded file cannot be used.", errors=tuple(wrong))
    return form.spec(problem.signature)


async def _others(context: Context, problem: Problem, replaces: str) -> list[CaseSpec]:
    """The cases the new one joins: all, or all but the one it replaces."""
    async with context.database.reading() as session:
        specs = await service.all_specs(session, problem)
        if not replaces:
            return specs
        old = await service.stored_case(session, problem.slug, replaces)
    return [spec for spec in specs if spec.name != CaseSpec.model_validate(old.spec).name]


@router.post("/problems/{slug}/cases/preview")
async def preview_case(
    request: Request, context: ContextDep, limits: LimitsDep, user: TeacherDep, slug: str
) -> Response:
    problem = context.catalogue.get(slug)
    form, wrong = await _typed(request)
    try:
        limits.spend(WRITES, user.id)
        spec = _spec(problem, form, wrong)
        others = await _others(context, problem, form.get("replaces"))
        preview = await service.preview_case(context.jobs, user, problem, others, spec)
    except Refusal as refusal:
        return _form_page(request, problem, form, refusal=refusal)
    return _form_page(request, problem, form, preview=preview)


@router.post("/problems/{slug}/cases")
async def save_case(
    request: Request, context: ContextDep, limits: LimitsDep, user: TeacherDep, slug: str
) -> Response:
    problem = context.catalogue.get(slug)
    form, wrong = await _typed(request)
    try:
        limits.spend(WRITES, user.id)
        spec = _spec(problem, form, wrong)
        await _save(context, user, problem, spec, form.get("replaces"))
    except Refusal as refusal:
        return _form_page(request, problem, form, refusal=refusal)
    return RedirectResponse(request.url_for("cases", slug=slug).include_query_params(saved=spec.name), 303)


async def _save(context: Context, user: User, problem: Problem, spec: CaseSpec, replaces: str) -> None:
    """Freeze first, with no transaction open; then store and publish in one."""
    others = await _others(context, problem, replaces)
    if spec.name in {other.name for other in others}:
        message = "Another case has this name already; choose one of its own."
        raise Conflict(message, errors=(FieldError("name", message),))
    version = await service.freeze_cases(context.jobs, user, problem, [*others, spec])
    async with context.database.writing() as session:
        if replaces:
            await service.retire_case(session, problem, replaces)
        await service.add_case(session, problem, spec, user)
        await service.publish(session, problem, version)


@router.post("/problems/{slug}/cases/{case_id}/retire")
async def retire_case(
    request: Request, context: ContextDep, limits: LimitsDep, user: TeacherDep, slug: str, case_id: str
) -> Response:
    problem = context.catalogue.get(slug)
    try:
        limits.spend(WRITES, user.id)
        others = await _others(context, problem, case_id)
        version = await service.freeze_cases(context.jobs, user, problem, others)
        async with context.database.writing() as session:
            await service.retire_case(session, problem, case_id)
            await service.publish(session, problem, version)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _cases_page(request, context, problem, refusal)
    return RedirectResponse(f"/problems/{slug}/cases", 303)
