"""Pages of instructors about a problem's students: the best attempt of each, with filters and as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.viewer import TeacherDep
from app.attempts import service
from app.attempts.service import BestAttempt
from app.context import Context, ContextDep
from app.web.page import page
from app.web.words import VERDICTS
from grader.verdict import Verdict

router = APIRouter(include_in_schema=False)

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
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class _Filters:
    """What the instructor chose; a choice that cannot be read is none."""

    verdict: Verdict | None
    since: date | None

    @classmethod
    def chosen(cls, verdict: str, since: str) -> "_Filters":
        try:
            day = date.fromisoformat(since)
        except ValueError:
            day = None
        return cls(Verdict(verdict) if verdict in set(Verdict) else None, day)

    @property
    def since_moment(self) -> datetime | None:
        return datetime.combine(self.since, datetime.min.time(), UTC) if self.since else None

    @property
    def query(self) -> str:
        chosen = {"verdict": self.verdict or "", "since": self.since.isoformat() if self.since else ""}
        return urlencode({name: value for name, value in chosen.items() if value})


async def _best(context: Context, slug: str, filters: _Filters) -> list[BestAttempt]:
    async with context.database.reading() as session:
        return await service.best_of_each(session, slug, verdict=filters.verdict, since=filters.since_moment)


@router.get("/problems/{slug}/students")
async def students(
    request: Request, context: ContextDep, _user: TeacherDep, slug: str, verdict: str = "", since: str = ""
) -> Response:
    problem = context.catalogue.get(slug)
    filters = _Filters.chosen(verdict, since)
    return page(
        request,
        "students.html",
        problem=problem,
        best=await _best(context, slug, filters),
        filters=filters,
        verdict_options=[("", "Any verdict"), *((word, shown.word) for word, shown in VERDICTS.items())],
    )


@router.get("/problems/{slug}/students.csv")
async def students_csv(
    context: ContextDep, _user: TeacherDep, slug: str, verdict: str = "", since: str = ""
) -> Response:
    problem = context.catalogue.get(slug)
    best = await _best(context, slug, _Filters.chosen(verdict, since))
    return Response(
        _as_csv(best),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{problem.slug}-students.csv"'},
    )


def _as_csv(best: Sequence[BestAttempt]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for one in best:
        user, attempt = one.user, one.attempt
        writer.writerow(
            _harmless(cell)
            for cell in (
                user.label,
                user.email or "",
                user.external_id or "",
                attempt.verdict or "",
                "" if attempt.score is None else f"{attempt.score:.4f}",
                str(one.attempts),
                attempt.created_at.isoformat(),
                attempt.version,
                attempt.id,
            )
        )
    return file.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
