"""Pages of instructors about a problem's students: the best attempt of each, and all attempts of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.viewer import TeacherDep
from app.attempts import class_pages, classes, service
from app.attempts.class_pages import MARKS
from app.attempts.classes import Mark, Student
from app.context import ContextDep
from app.rest.text import ours
from app.web.page import page
from app.web.parts import part_of
from app.web.spreadsheet import spreadsheet
from app.web.words import VERDICTS
from grader.verdict import Verdict

router = APIRouter(include_in_schema=False)
router.include_router(class_pages.router)

_COLUMNS = (
    "student",
    "email",
    "external_id",
    "verdict",
    "score",
    "attempts",
    "handed_in",
    "version",
    "attempt",
    "standing",
    "read_solution",
)
_READ = "read"
_STANDINGS = [
    ("", "Everybody"),
    *((mark.value, shown.word) for mark, shown in MARKS.items()),
    (_READ, "Read the solution"),
]
_VERDICTS = [
    ("", "Any verdict"),
    *(
        (word, shown.word)
        for word, shown in VERDICTS.items()
        if word not in (Verdict.SKIPPED, Verdict.INTERNAL_ERROR)  # no graded attempt ends so
    ),
]
_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class _Filters:
    """What the instructor chose; a choice that cannot be read is none."""

    standing: str  # a mark, or `_READ`
    verdict: Verdict | None
    since: date | None

    @classmethod
    def chosen(cls, standing: str = "", verdict: str = "", since: str = "") -> "_Filters":
        """What an address asks for."""
        try:
            day = date.fromisoformat(since)
        except ValueError:
            day = None
        return cls(
            standing if standing in dict(_STANDINGS) else "",
            Verdict(verdict) if verdict in set(Verdict) else None,
            day,
        )

    @property
    def since_moment(self) -> datetime | None:
        return datetime.combine(self.since, datetime.min.time(), UTC) if self.since else None

    @property
    def query(self) -> str:
        since = self.since.isoformat() if self.since else ""
        chosen = {"standing": self.standing, "verdict": self.verdict or "", "since": since}
        return urlencode({name: value for name, value in chosen.items() if value})


_FiltersDep = Annotated[_Filters, Depends(_Filters.chosen)]


async def _who(session: AsyncSession, slug: str, filters: _Filters) -> list[str]:
    """The ids of those whom the filters leave."""
    return await classes.who(
        session,
        slug,
        mark=Mark(filters.standing) if filters.standing in set(Mark) else None,
        read=filters.standing == _READ,
        verdict=filters.verdict,
        since=filters.since_moment,
    )


@router.get("/problems/{slug}/students")
async def students_page(
    request: Request,
    context: ContextDep,
    _user: TeacherDep,
    filters: _FiltersDep,
    slug: str,
    part: str = "",
) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        shown = part_of(await _who(session, slug, filters), part)
        students = await classes.students(session, slug, shown.items, since=filters.since_moment)
    return page(
        request,
        "students.html",
        problem=problem,
        part=shown,
        students=students,
        filters=filters,
        marks=MARKS,
        standing_options=_STANDINGS,
        verdict_options=_VERDICTS,
    )


@router.get("/problems/{slug}/students.csv")
async def students_csv(context: ContextDep, _user: TeacherDep, filters: _FiltersDep, slug: str) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        users = await _who(session, slug, filters)
        found = await classes.students(session, slug, users, since=filters.since_moment)
    return spreadsheet(f"{problem.slug}-students", _COLUMNS, map(_row, found))


def _row(student: Student) -> Iterable[str]:
    """Cells for `_COLUMNS`."""
    user, best = student.user, student.best
    return (
        user.label,
        user.email or "",
        user.external_id or "",
        best.verdict if best else "",
        f"{best.score:.4f}" if best else "",
        str(student.attempts),
        best.created_at.isoformat() if best else "",
        best.version if best else "",
        best.id if best else "",
        student.mark,
        student.read_at.isoformat() if student.read_at else "",
    )


@router.get("/problems/{slug}/students/{user_id}")
async def student_page(
    request: Request, context: ContextDep, _user: TeacherDep, slug: str, user_id: str, before: str = ""
) -> Response:
    problem = context.catalogue.get(slug)
    async with context.database.reading() as session:
        student = await classes.student(session, slug, ours(user_id, "learner"))
        found = await service.history(
            session,
            user=user_id,
            problem=slug,
            before=ours(before, "attempt") if before else None,
            limit=_PER_PAGE + 1,
        )
    shown = found[:_PER_PAGE]
    return page(
        request,
        "student.html",
        problem=problem,
        student=student,
        shown_mark=MARKS[student.mark],
        attempts=shown,
        older=f"{request.url.path}?before={shown[-1].id}" if len(found) > _PER_PAGE else "",
    )
