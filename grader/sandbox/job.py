"""What goes into the sandbox and what comes out: the whole boundary."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Protocol

import numpy as np

from grader.sandbox.inside import given

Leaf = bool | int | float | str | np.ndarray | None
#: What may cross the wire: leaves, and bounded lists, tuples and str-keyed dicts of them (depth <= 5).
#: Arrays are float64, int64 or bool; any layout going in, C order coming out.
Value = Leaf | list["Value"] | tuple["Value", ...] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one case may use. A child ends with the first limit it meets; the next case gets a new one."""

    cpu_seconds: float = 2.0
    memory_mb: int = 256  # above the child's measured baseline
    returned_bytes: int = 32 * 2**20  # of the encoded return value
    printed_bytes: int = 64 * 2**10  # stdout and stderr together, over the whole job

    @property
    def memory_bytes(self) -> int:
        return self.memory_mb * 2**20

    @property
    def wall_seconds(self) -> float:
        """For sleepers: what wakes up the parent when CPU time does not move."""
        return 2 * self.cpu_seconds + 1


@dataclass(frozen=True)
class CaseInput:
    """The positional arguments of one call. Each run gets fresh writable copies.

    Whoever keeps one for many jobs has it encoded once.
    """

    arguments: tuple[Value, ...]
    public: bool

    @cached_property
    def message(self) -> bytes:
        """The arguments as a child is given them."""
        return given.pack(self.arguments)


@dataclass(frozen=True, slots=True)
class Job:
    """Code and inputs for one child. Expected outputs never belong here.

    `modules` maps module names to sources; `entry` is ``"module.function"``. Modules can import each
    other by these names, which may have dots. Public cases must stand before hidden ones.
    """

    modules: Mapping[str, str]
    entry: str
    cases: Sequence[CaseInput]
    limits: Limits = field(default_factory=Limits)
    fresh_child_per_case: bool = False


class Ending(StrEnum):
    """How one call ended, before anything is said about right or wrong."""

    RETURNED = "returned"
    RAISED = "raised"
    UNUSABLE_VALUE = "unusable_value"  # returned something the wire has no form for
    NOT_COMPILED = "not_compiled"  # no case of the job can run
    DIED = "died"  # exit or signal that no limit explains
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    SKIPPED = "skipped"  # not run: two earlier cases ended by a limit
    OUR_FAULT = "our_fault"  # the sandbox itself failed; never charged to the student


@dataclass(frozen=True, slots=True)
class StudentError:
    """What the code raised, already stripped of control characters and capped in length.

    For a hidden case `kind` is the nearest built-in exception class, `message` is empty, and `line` is
    None unless a public case failed too.
    """

    kind: str
    message: str = ""
    line: int | None = None
    column: int | None = None  # syntax errors only
    built_in: str = "Exception"  # the nearest built-in class, whatever `kind` says: what `raises` is held to


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What came out of one case."""

    index: int
    ending: Ending
    value: Value = None  # only when RETURNED
    #: RAISED, NOT_COMPILED, why a value is unusable; how it DIED in a public case.
    error: StudentError | None = None
    printed: str | None = None  # public cases only
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


class Sandbox(Protocol):
    """The one thing the rest of the grader knows of the sandbox."""

    @property
    def tier(self) -> str:
        """`full`, `strict` or `minimal` (`insecure` if the operator insisted)."""
        ...

    def run(self, job: Job) -> AsyncIterator[CaseOutcome]:
        """Yield one outcome per case, in order, as each ends. Raises nothing for what the code did."""
        ...
