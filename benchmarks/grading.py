"""What the sandbox costs: the flagship's cases in this process, in a cold interpreter and in the sandbox.

Each measurement goes from a source string to decoded outputs over all cases. The three ways take turns, so
that a machine whose speed drifts treats them alike.
"""

import asyncio
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from benchmarks.rows import Row, row_of
from grader.freeze import freeze
from grader.problem import PROBLEMS, Problem, load_problem
from grader.sandbox.job import Ending, Job, Value
from grader.sandbox.pool import SandboxPool
from grader.version import Version

TRIVIAL = "def train_step(tokens, w_emb, w_h, w_out, h0, lr):\n    return w_out\n"

# A cold interpreter costs a tenth of a second and varies little; it is measured less often.
COLD_SHARE = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """A source and its entry point, as a job takes it."""

    name: str
    source: str
    entry: str


def grading(repeat: int) -> list[Row]:
    """Time a real submission (the reference) and a trivial one (returns its input)."""
    problem = load_problem(PROBLEMS / "train-rnn-lm")
    return asyncio.run(_measure(problem, repeat))


async def _measure(problem: Problem, repeat: int) -> list[Row]:
    real = Submission("real", problem.solution, problem.entry_point)
    trivial = Submission("trivial", TRIVIAL, problem.entry_point)
    async with SandboxPool(slots=1) as sandbox:
        version = await freeze(problem, problem.cases, sandbox)
        return [
            row
            for submission in (real, trivial)
            for row in await _compare(submission, version, sandbox, repeat)
        ]


async def _compare(submission: Submission, version: Version, sandbox: SandboxPool, repeat: int) -> list[Row]:
    inputs = [case.arguments for case in version.cases]
    job = Job(
        modules={"submission": submission.source},
        entry=f"submission.{submission.entry}",
        cases=[case.input for case in version.cases],
        limits=version.limits,
    )
    near: list[float] = []
    cold: list[float] = []
    confined: list[float] = []
    in_process(submission, inputs)
    await _in_sandbox(job, sandbox)
    for number in range(repeat):
        near.append(_timed(lambda: in_process(submission, inputs)))
        if number % COLD_SHARE == 0:
            cold.append(_timed(lambda: in_cold_process(submission, inputs)))
        started = time.perf_counter()
        await _in_sandbox(job, sandbox)
        confined.append(time.perf_counter() - started)
    cases = f"{len(inputs)} cases"
    return [
        row_of(f"{submission.name}, {cases}, in this process", near),
        row_of(f"{submission.name}, {cases}, cold python subprocess", cold, beside=near),
        row_of(f"{submission.name}, {cases}, sandbox ({sandbox.tier})", confined, beside=near),
    ]


async def _in_sandbox(job: Job, sandbox: SandboxPool) -> list[Value]:
    outcomes = [outcome async for outcome in sandbox.run(job)]
    strange = [outcome for outcome in outcomes if outcome.ending is not Ending.RETURNED]
    if strange:
        raise RuntimeError(f"a benchmark's submission did not return: {strange[0]}")
    return [outcome.value for outcome in outcomes]


def in_process(submission: Submission, inputs: Sequence[tuple[Value, ...]]) -> list[object]:
    """What a judge without any protection would do."""
    module = ModuleType("submission")
    exec(compile(submission.source, "submission", "exec"), module.__dict__)  # noqa: S102 - our own source
    function = module.__dict__[submission.entry]
    return [function(*_copies(arguments)) for arguments in inputs]


def in_cold_process(submission: Submission, inputs: Sequence[tuple[Value, ...]]) -> list[object]:
    """What a judge that starts an interpreter for each attempt does, without any confinement."""
    done = subprocess.run(
        [sys.executable, "-c", _COLD],
        input=pickle.dumps((submission.source, submission.entry, list(inputs))),
        stdout=subprocess.PIPE,
        check=True,
    )
    outputs: list[object] = pickle.loads(done.stdout)  # noqa: S301 - from our own child
    return outputs


_COLD = """
import pickle, sys
source, entry, inputs = pickle.load(sys.stdin.buffer)
names = {}
exec(compile(source, "submission", "exec"), names)
pickle.dump([names[entry](*arguments) for arguments in inputs], sys.stdout.buffer)
"""


def _copies(arguments: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(value.copy() if isinstance(value, np.ndarray) else value for value in arguments)


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
