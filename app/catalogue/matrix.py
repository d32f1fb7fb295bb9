"""The matrix of mistakes and cases as the quality page draws it: one cell, how strong and in which words."""

import math
from dataclasses import dataclass

from grader.quality import Margin, MistakeQuality, Quality


@dataclass(frozen=True, slots=True)
class Cell:
    """What one case makes of one mistake; `level` is 0 for not caught, 1 for barely, up to 4."""

    text: str
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A mistake, and a cell for each case in their order."""

    mistake: MistakeQuality
    cells: tuple[Cell, ...]

    @property
    def lacking(self) -> bool:
        """Whether fewer than two cases catch it."""
        return self.mistake.caught_by < 2


def rows(quality: Quality) -> list[Row]:
    """The observable mistakes, those that the fewest cases catch first."""
    shown = [mistake for mistake in quality.mistakes if mistake.observable]
    return [
        Row(mistake, tuple(_cell(margin) for margin in mistake.margins))
        for mistake in sorted(shown, key=lambda mistake: mistake.caught_by)
    ]


def _cell(margin: Margin) -> Cell:
    if not margin.caught:
        return Cell("", 0, "not caught")
    wrong = ", ".join(margin.outputs)
    if margin.margin is None:
        return Cell("∞", 4, f"{wrong}: another shape, not finite, or an exception")
    power = math.floor(math.log10(margin.margin))
    level = 1 if power < 1 else 2 if power < 3 else 3 if power < 6 else 4
    return Cell(str(power), level, f"{wrong}: off by {margin.margin:.2g} times the tolerance")
