"""The words for how a case, and a whole attempt, ended."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """How a case ended. `INTERNAL_ERROR` is our fault and never counts as an attempt."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    RUNTIME_ERROR = "runtime_error"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    OUTPUT_LIMIT_EXCEEDED = "output_limit_exceeded"
    COMPILE_ERROR = "compile_error"
    SKIPPED = "skipped"
    INTERNAL_ERROR = "internal_error"

    @property
    def is_limit(self) -> bool:
        """Whether a limit ended the case: after two such cases the rest are skipped."""
        return self in _LIMITS


_LIMITS = frozenset(
    {
        Verdict.TIME_LIMIT_EXCEEDED,
        Verdict.MEMORY_LIMIT_EXCEEDED,
        Verdict.OUTPUT_LIMIT_EXCEEDED,
    }
)


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The attempt's verdict: its first case's that is neither accepted nor skipped.

    An internal error anywhere wins, because then we cannot say what the code is worth.
    """
    seen = list(verdicts)
    if Verdict.INTERNAL_ERROR in seen:
        return Verdict.INTERNAL_ERROR
    unhappy = (v for v in seen if v not in (Verdict.ACCEPTED, Verdict.SKIPPED))
    return next(unhappy, Verdict.ACCEPTED)
