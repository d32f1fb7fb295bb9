"""The problem folders, as a process of the service holds them."""

import logging
from collections.abc import Sequence
from pathlib import Path

from app.errors import NotFound
from grader.problem import PROBLEMS, Problem, load_all
from grader.tracks import FILE, BrokenTracks, Track, load_tracks, without_order

logger = logging.getLogger(__name__)


class Catalogue:
    """The problem folders, read once when the process starts. A broken one is left out, loudly."""

    def __init__(self, folder: Path | None = None) -> None:
        root = folder or PROBLEMS
        self.problems, self.broken = load_all(root)
        for slug, reason in self.broken.items():
            logger.error("The problem %s is broken and left out: %s", slug, reason)
        try:
            self.tracks: Sequence[Track] = load_tracks(root, self.problems)
        except BrokenTracks as wrong:
            logger.error("The problems are shown without their order: %s", wrong)  # noqa: TRY400 -- says all
            self.broken[FILE] = str(wrong)
            self.tracks = without_order(self.problems)
        self._places = {
            slug: (track, place) for track in self.tracks for place, slug in enumerate(track.problems, 1)
        }

    def get(self, slug: str) -> Problem:
        """The problem with this slug. Raises NotFound."""
        try:
            return self.problems[slug]
        except KeyError:
            raise NotFound("There is no such problem.") from None

    def place(self, problem: Problem) -> tuple[Track, int]:
        """Its track, and its place there: 1 is the first."""
        return self._places[problem.slug]

    def find(
        self, *, words: str = "", topic: str = "", track: str = "", difficulty: str = ""
    ) -> list[Problem]:
        """The problems that fit all that is asked, in the order of their tracks; "" asks nothing.

        Each of `words` stands in the title, the summary, a topic or the slug.
        """
        wanted = words.casefold().split()
        return [
            problem
            for problem in map(self.get, self._places)
            if all(word in _text(problem) for word in wanted)
            and (not topic or topic in problem.topics)
            and (not track or track == problem.track)
            and (not difficulty or difficulty == problem.difficulty)
        ]


def _text(problem: Problem) -> str:
    return "\n".join((problem.title, problem.summary, *problem.topics, problem.slug)).casefold()
