"""What the soak hands in: code that means well, code that does not, and how each must end."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.sandbox.job import CaseInput, CaseOutcome, Ending, Job, Limits, Value

_SEED = 1_000_003
_HOSTILE_SHARE = 0.2
#: Tiny, so that what runs into them does so soon.
_LIMITS = Limits(cpu_seconds=0.1, memory_mb=32, returned_bytes=2**16, printed_bytes=2**12)
_INPUTS = [np.arange(float(size)) for size in (3, 30, 300)]
_LIBC = "    libc = sys.modules['ctypes'].CDLL(None)\n"


@dataclass(frozen=True)
class Kind:
    """One sort of attempt. `body` is that of a function of one argument, `x`."""

    name: str
    ending: Ending
    body: str
    hostile: bool = True

    def job(self) -> Job:
        """Means it well: three cases, the last one hidden. Does not: one."""
        source = f"import random, sys\nimport numpy as np\n\ndef solve(x):\n{self.body}"
        inputs = _INPUTS[:1] if self.hostile else _INPUTS
        cases = [CaseInput((x,), public=x is not _INPUTS[-1]) for x in inputs]
        limits = _LIMITS if self.hostile else Limits()
        return Job({"student": source}, "student.solve", cases, limits)

    def is_right(self, outcomes: list[CaseOutcome], job: Job) -> bool:
        """Whether every case ended as it must, with the value that belongs to its own input."""
        return len(outcomes) == len(job.cases) and all(
            outcome.ending is self.ending and _is_expected(outcome.value, case.arguments[0], self.ending)
            for outcome, case in zip(outcomes, job.cases, strict=True)
        )


def _is_expected(value: Value, given: Value, ending: Ending) -> bool:
    """Whatever returns at all returns twice its input."""
    if ending is not Ending.RETURNED:
        return value is None
    return isinstance(value, np.ndarray) and bool(np.array_equal(value, 2 * np.asarray(given)))


HONEST = (
    Kind("right", Ending.RETURNED, "    return 2 * x\n", hostile=False),
    Kind("raises an exception", Ending.RAISED, "    return x[1000]\n", hostile=False),
    Kind("has a syntax error", Ending.NOT_COMPILED, "    return 2 *\n", hostile=False),
)

HOSTILE = (
    Kind("loops for ever", Ending.TIME_LIMIT, "    while True:\n        pass\n"),
    Kind("sleeps", Ending.TIME_LIMIT, "    import time\n    time.sleep(3600)\n"),
    Kind(
        "takes all memory",
        Ending.MEMORY_LIMIT,
        "    kept = []\n    while True:\n        kept.append(np.ones(10**5))\n",
    ),
    Kind("prints for ever", Ending.OUTPUT_LIMIT, "    while True:\n        print('again' * 100)\n"),
    Kind("returns too much", Ending.OUTPUT_LIMIT, "    return np.zeros(10**5)\n"),
    Kind("forks", Ending.RAISED, "    return random._os.fork()\n"),
    Kind("starts a program", Ending.RAISED, "    return random._os.execv('/bin/true', ['true'])\n"),
    Kind("opens a file", Ending.RAISED, "    return random._os.open('/etc/passwd', 0)\n"),
    Kind("stops itself", Ending.RAISED, "    random._os.kill(random._os.getpid(), 19)\n"),
    Kind(
        "raises what has no text",
        Ending.RAISED,
        "    class Mute(Exception):\n        def __str__(self):\n            self.no\n    raise Mute\n",
    ),
    Kind("recurses without end", Ending.RAISED, "    return solve(x)\n"),
    Kind("exits", Ending.DIED, "    random._os._exit(0)\n"),
    Kind("aborts", Ending.DIED, "    random._os.abort()\n"),
    Kind("reads address 0", Ending.DIED, "    return sys.modules['ctypes'].string_at(0)\n"),
    Kind("sets up an io_uring", Ending.DIED, f"{_LIBC}    return libc.syscall(425, 8, None)\n"),
    Kind(
        "sends frames of its own",
        Ending.DIED,
        "    random._os.write(3, b'\\xff' * 64)\n    while True:\n        pass\n",
    ),
    Kind(
        "leaves shared memory and semaphores",
        Ending.RETURNED,
        f"{_LIBC}    libc.shmget(4711, 4096, 0o1666)\n    libc.semget(4711, 1, 0o1666)\n    return 2 * x\n",
    ),
    Kind("is a compiler bomb", Ending.NOT_COMPILED, f"    return {'(' * 5000}{')' * 5000}\n"),
)


def drawn(count: int) -> Iterator[Kind]:
    """The same attempts every time, in the same order; four of five mean it well."""
    # Not a secret: whoever runs it twice must see the same.
    generator = random.Random(_SEED)  # noqa: S311
    for _ in range(count):
        yield generator.choice(HOSTILE if generator.random() < _HOSTILE_SHARE else HONEST)
