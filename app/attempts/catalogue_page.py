"""The catalogue's page: tracks, what one has solved of them, search and filters, and what comes next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.models import User
from app.accounts.viewer import ViewerDep
from app.attempts import progress
from app.attempts.progress import Standing
from app.context import Context, ContextDep
from app.problems import Catalogue
from app.web.page import page
from grader.problem import Problem
from grader.tracks import Track

router = APIRouter(include_in_schema=False)

_LABELS = {"q": "search", "track": "track", "topic": "topic", "difficulty": "difficulty"}


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A track in the list: those of its problems that fit the filters, and how many of all are solved."""

    track: Track
    problems: Sequence[Problem]
    solved: int


@router.get("/problems")
async def problems(
    request: Request,
    context: ContextDep,
    viewer: ViewerDep,
    q: str = "",
    track: str = "",
    topic: str = "",
    difficulty: str = "",
) -> Response:
    everything = context.catalogue
    known = await _standings(context, viewer)
    following = progress.next_of_all(everything, known)
    found = everything.find(words=q, track=track, topic=topic, difficulty=difficulty)
    filters = {"q": q.strip(), "track": track, "topic": topic, "difficulty": difficulty}
    chosen = {name: value for name, value in filters.items() if value}
    topics = {name for problem in everything.problems.values() for name in problem.topics}
    return page(
        request,
        "problems.html",
        shelves=list(_shelves(everything, found, known)),
        known=known,
        following=following,
        following_track=everything.place(following)[0] if following else None,
        newcomer=everything.problems.keys().isdisjoint(known),
        count=len(found),
        total=len(everything.problems),
        filters=filters,
        filtered=bool(chosen),
        without=_without(chosen),
        track_options=[("", "All tracks"), *((one.name, one.title) for one in everything.tracks)],
        topic_options=[("", "All topics"), *((name, name) for name in sorted(topics))],
        difficulty_options=[("", "Any"), ("easy", "Easy"), ("medium", "Medium"), ("hard", "Hard")],
        broken=everything.broken if viewer and viewer.role.teaches else {},
    )


async def _standings(context: Context, viewer: User | None) -> dict[str, Standing]:
    if viewer is None:
        return {}
    async with context.database.reading() as session:
        return await progress.standings(session, viewer)


def _shelves(
    catalogue: Catalogue, found: Sequence[Problem], known: Mapping[str, Standing]
) -> Iterator[_Shelf]:
    for track, problems in groupby(found, key=lambda problem: catalogue.place(problem)[0]):
        yield _Shelf(
            track, list(problems), sum(slug in known and known[slug].solved for slug in track.problems)
        )


def _without(chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where several filters are chosen: a label and an address for the list without each."""
    if len(chosen) < 2:
        return []
    return [
        (
            f"Without the {_LABELS[name]} “{value}”",
            "/problems?" + urlencode({key: kept for key, kept in chosen.items() if key != name}),
        )
        for name, value in chosen.items()
    ]
