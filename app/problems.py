"""The problem folders, as a process of the service holds them."""

import logging
from pathlib import Path

from app.errors import NotFound
from grader.problem import PROBLEMS, Problem, load_all

logger = logging.getLogger(__name__)


class Catalogue:
    """The problem folders, read once when the process starts. A broken one is left out, loudly."""

    def __init__(self, folder: Path | None = None) -> None:
        self.problems, self.broken = load_all(folder or PROBLEMS)
        for slug, reason in self.broken.items():
            logger.error("The problem %s is broken and left out: %s", slug, reason)

    def get(self, slug: str) -> Problem:
        """The problem with this slug. Raises NotFound."""
        try:
            return self.problems[slug]
        except KeyError:
            raise NotFound("There is no such problem.") from None
