"""An attempt beside the one before: which lines of the code changed, and which cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from grader.report import Report
from grader.verdict import Verdict

_CONTEXT = 3  # equal lines shown around a change
#: Longer changes are shown as all the old lines, then all the new: matching them could take very long.
_MATCHED_LINES = 250

Change = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the old code, of the new, or of both."""

    change: Change
    before: int | None  # its number, from 1
    after: int | None
    text: str


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that ended in another way; None where only one of the attempts was graded on it."""

    name: str
    before: Verdict | None
    after: Verdict | None


def changed_lines(before: str, after: str) -> list[list[Line]]:
    """What changed, in groups with a few equal lines around; empty where nothing did."""
    return list(_groups(list(_lines(before.split("\n"), after.split("\n")))))


def changed_cases(before: Report, after: Report) -> list[CaseChange]:
    """The cases that ended in another way, in the order of the later attempt."""
    old = {case.name: case.verdict for case in before.cases}
    new = {case.name: case.verdict for case in after.cases}
    return [
        CaseChange(name, old.get(name), new.get(name))
        for name in (*new, *(name for name in old if name not in new))
        if old.get(name) is not new.get(name)
    ]


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    old_end, new_end = len(before) - end, len(after) - end
    for i in range(start):
        yield Line("same", i + 1, i + 1, before[i])
    old, new = before[start:old_end], after[start:new_end]
    for kind, a, b, c, d in _opcodes(old, new):
        if kind == "equal":
            for i, j in zip(range(a, b), range(c, d), strict=True):
                yield Line("same", start + i + 1, start + j + 1, old[i])
            continue
        for i in range(a, b):
            yield Line("removed", start + i + 1, None, old[i])
        for j in range(c, d):
            yield Line("added", None, start + j + 1, new[j])
    for i in range(end):
        yield Line("same", old_end + i + 1, new_end + i + 1, before[old_end + i])


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines are equal at the start."""
    for i, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return i
    return min(len(before), len(after))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if max(len(old), len(new)) > _MATCHED_LINES:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    changes = [i for i, line in enumerate(lines) if line.change != "same"]
    if not changes:
        return
    first = last = changes[0]
    for i in (*changes[1:], len(lines) + 2 * _CONTEXT + 1):
        if i - last > 2 * _CONTEXT:
            yield list(lines[max(0, first - _CONTEXT) : last + _CONTEXT + 1])
            first = i
        last = i
