"""The class at a glance: every learner against every problem, as a page and as CSV."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.models import User
from app.accounts.viewer import TeacherDep
from app.attempts import classes
from app.attempts.classes import NOT_BEGUN, Mark, Marked
from app.context import Context, ContextDep
from app.web.page import page
from app.web.parts import part_of
from app.web.spreadsheet import spreadsheet
from app.web.words import Shown
from grader.problem import Problem
from grader.tracks import Track

router = APIRouter(include_in_schema=False)

#: How the marks are said and shown.
MARKS: Mapping[Mark, Shown] = {
    Mark.SOLVED: Shown("Solved", "good", "check"),
    Mark.AFTER_SOLUTION: Shown("After the solution", "none", "book"),
    Mark.TRIED: Shown("Tried", "limit", "half"),
    Mark.NOT_BEGUN: Shown("Not begun", "none", "dot"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A learner, with a mark for each problem."""

    user: User
    marks: Sequence[Marked]

    @property
    def solved(self) -> int:
        return sum(marked.mark is Mark.SOLVED for marked in self.marks)


@dataclass(frozen=True, slots=True)
class _Column:
    """A problem, with how many of the class solved it and how many began it."""

    problem: Problem
    first: bool  # of its track
    solved: int
    begun: int


@dataclass(frozen=True, slots=True)
class _Overview:
    """Learners by name, and problems in the order of these tracks."""

    tracks: Sequence[Track]
    columns: Sequence[_Column]
    rows: Sequence[_Row]


async def _overview(context: Context, track: str) -> _Overview:
    """Of the track with this name; of all tracks if there is none."""
    catalogue = context.catalogue
    tracks = [one for one in catalogue.tracks if track and one.name == track] or catalogue.tracks
    slugs = [slug for one in tracks for slug in one.problems]
    async with context.database.reading() as session:
        learners = await classes.learners(session)
        marks = await classes.marks(session, slugs)
    rows = [_Row(user, [marks.get((user.id, slug), NOT_BEGUN) for slug in slugs]) for user in learners]
    return _Overview(tracks, list(_columns(map(catalogue.get, slugs), tracks, rows)), rows)


def _columns(problems: Iterable[Problem], tracks: Sequence[Track], rows: Sequence[_Row]) -> Iterator[_Column]:
    first = {track.problems[0] for track in tracks}
    for place, problem in enumerate(problems):
        marks = [row.marks[place].mark for row in rows]
        begun = len(marks) - marks.count(Mark.NOT_BEGUN)
        yield _Column(problem, problem.slug in first, marks.count(Mark.SOLVED), begun)


@router.get("/class")
async def class_page(
    request: Request, context: ContextDep, _user: TeacherDep, track: str = "", part: str = ""
) -> Response:
    overview = await _overview(context, track)
    return page(
        request,
        "class.html",
        overview=overview,
        part=part_of(overview.rows, part),
        marks=MARKS,
        track=track,
        query=urlencode({"track": track} if track else {}),
        track_options=[
            ("", "All tracks"),
            *((one.name, one.title) for one in context.catalogue.tracks if one.name),
        ],
    )


@router.get("/class.csv")
async def class_csv(context: ContextDep, _user: TeacherDep, track: str = "") -> Response:
    overview = await _overview(context, track)
    return spreadsheet(
        "class",
        ("student", "email", "external_id", "solved", *(column.problem.slug for column in overview.columns)),
        (
            (
                row.user.label,
                row.user.email or "",
                row.user.external_id or "",
                str(row.solved),
                *(marked.mark for marked in row.marks),
            )
            for row in overview.rows
        ),
    )
