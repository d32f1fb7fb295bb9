"""How the verdicts and moments are said and shown on pages."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict's word, the tone of its colour and the shape drawn beside it."""

    word: str
    tone: str  # good, bad, limit or none
    shape: str  # an icon of templates/icons.html


VERDICTS: dict[str, Shown] = {
    Verdict.ACCEPTED: Shown("Accepted", "good", "check"),
    Verdict.WRONG_ANSWER: Shown("Wrong answer", "bad", "cross"),
    Verdict.RUNTIME_ERROR: Shown("Runtime error", "bad", "bolt"),
    Verdict.TIME_LIMIT_EXCEEDED: Shown("Time limit exceeded", "limit", "clock"),
    Verdict.MEMORY_LIMIT_EXCEEDED: Shown("Memory limit exceeded", "limit", "block"),
    Verdict.OUTPUT_LIMIT_EXCEEDED: Shown("Output limit exceeded", "limit", "lines"),
    Verdict.COMPILE_ERROR: Shown("Compile error", "bad", "brackets"),
    Verdict.SKIPPED: Shown("Skipped", "none", "dash"),
    Verdict.INTERNAL_ERROR: Shown("Our fault", "none", "wrench"),
}

#: What each verdict means to the one who got it.
MEANINGS: dict[str, str] = {
    Verdict.ACCEPTED: "Right on every case.",
    Verdict.WRONG_ANSWER: "It ran, but returned another type, shape, kind or value than expected.",
    Verdict.RUNTIME_ERROR: "It raised an exception, took other arguments, or ended its process.",
    Verdict.TIME_LIMIT_EXCEEDED: "It used more CPU time than the problem allows, or waited too long.",
    Verdict.MEMORY_LIMIT_EXCEEDED: "It asked for more memory than the problem allows.",
    Verdict.OUTPUT_LIMIT_EXCEEDED: "It returned or printed too many bytes.",
    Verdict.COMPILE_ERROR: "Python cannot read it, it is over 64 KiB, or the function asked for is missing.",
    Verdict.SKIPPED: "Not tried, because two cases before it ended by a limit.",
    Verdict.INTERNAL_ERROR: "Something broke here. It never counts as an attempt.",
}


def when(moment: datetime) -> str:
    """A moment as people read it, in UTC because the service does not know the reader's zone."""
    return f"{moment:%-d %B %Y, %H:%M} UTC"


def milliseconds(seconds: float) -> str:
    """A short time: "12 ms", or "less than 1 ms"."""
    rounded = round(seconds * 1000)
    return f"{rounded} ms" if rounded else "less than 1 ms"


def points(count: float) -> str:
    """Points of a score, with a decimal where they are not whole: "7.1 points"."""
    written = f"{count:.1f}".removesuffix(".0")
    return f"{written} {'point' if written == '1' else 'points'}"


def duration(length: timedelta) -> str:
    """A length of time as people say it, rounded up: "40 seconds", "1 minute", "3 hours"."""
    seconds = math.ceil(length.total_seconds())
    for unit, size in (("second", 1), ("minute", 60), ("hour", 3600)):
        count = math.ceil(seconds / size)
        if count < 60 or unit == "hour":
            break
    return f"{count} {unit}{'' if count == 1 else 's'}"
