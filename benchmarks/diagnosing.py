"""How long it takes to say why an attempt is wrong, reruns in fresh children aside."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.findings import Effort, Findings, Row, row_of
from grader.compare import passes
from grader.diagnosis import Judged, diagnose
from grader.freeze import freeze
from grader.problem import Problem, load_all
from grader.runner import Runner
from grader.sandbox.job import CaseOutcome, Ending, Value
from grader.sandbox.pool import SandboxPool
from grader.version import Version

_REPEAT = 5  # for each mistake


def run(effort: Effort) -> Findings:
    """Diagnose every known mistake of every problem, and values that nothing explains."""
    rows: list[Row] = []
    for problem in load_all()[0].values():
        rows += asyncio.run(_measure(problem, effort.repeat or _REPEAT))
    return Findings(rows)


async def _measure(problem: Problem, repeat: int) -> list[Row]:
    async with SandboxPool(slots=1) as pool:
        version = await freeze(problem, problem.cases, pool)
        runner = Runner(problem, pool)
        inputs = [case.input for case in version.cases]
        wrong = {
            mistake.name: await runner.file(mistake.source, inputs)
            for mistake in problem.mistakes
            if version.mistakes[mistake.name].observable
        }
        reference = await runner.reference(inputs)
    unexplained = {name: _spoilt(outcomes, reference) for name, outcomes in wrong.items()}
    timed = {
        "a known mistake diagnosed": _timed(version, wrong, repeat),
        "what nothing explains": _timed(version, unexplained, repeat),
    }
    return [row_of(f"{problem.slug}, {what}", samples) for what, samples in timed.items() if samples]


def _timed(version: Version, attempts: Mapping[str, Sequence[CaseOutcome]], repeat: int) -> list[float]:
    samples: list[float] = []
    for outcomes in attempts.values():
        judged = [
            Judged(case, outcome, passes(case, version.signature, outcome))
            for case, outcome in zip(version.cases, outcomes, strict=True)
        ]
        if all(one.passed for one in judged):  # there was nothing to spoil
            continue
        for _ in range(repeat):
            started = time.perf_counter()
            diagnose(version, judged)
            samples.append(time.perf_counter() - started)
    return samples


def _spoilt(outcomes: Sequence[CaseOutcome], right: Sequence[CaseOutcome]) -> list[CaseOutcome]:
    """Half a mistake and some noise, which is near to nothing known."""
    rng = np.random.default_rng(3)

    def between(value: Value, other: Value) -> Value:
        if isinstance(value, list | tuple) and isinstance(other, list | tuple) and len(value) == len(other):
            spoilt = [between(item, its) for item, its in zip(value, other, strict=True)]
            return spoilt if isinstance(value, list) else tuple(spoilt)
        if isinstance(value, np.ndarray) and isinstance(other, np.ndarray) and value.shape == other.shape:
            if not value.dtype.kind == other.dtype.kind == "f":
                return value
            return value + 0.37 * (other - value) + 0.01 * rng.standard_normal(value.shape)
        return float(value) + 0.01 if isinstance(value, float) else value

    return [
        replace(plain, value=between(plain.value, outcome.value))
        if outcome.ending is Ending.RETURNED
        else plain
        for plain, outcome in zip(right, outcomes, strict=True)
    ]
