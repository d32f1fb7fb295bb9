"""Freezing: the reference, its perturbations and every mistake run once, so that grading never does.

Each of them runs over the whole list of cases, in order and in one child, so that state kept between calls
shows. All run in the sandbox, under the same limits as a student's code.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from grader.cases import CaseSpec, UnusableCase, draw_inputs
from grader.compare import passes, raised_as_expected
from grader.draws import MAX_ELEMENTS
from grader.margins import margins
from grader.outputs import leaves, updated_input
from grader.problem import Problem
from grader.runner import Inputs, Runner, calls_of
from grader.sandbox.job import CaseOutcome, Ending, Sandbox
from grader.tolerance import PERTURBATIONS, Measured, Unfreezable, measure, perturb
from grader.version import FORMAT, FrozenCache, FrozenCase, KnownMistake, MistakeOutcome, Version, elements

BUDGET_SECONDS = 10.0
MAX_CASES = 64
#: Part of every version's id: raise it when the rules of freezing change.
_RULES = 4


def version_id(problem: Problem, specs: Sequence[CaseSpec]) -> str:
    """What `freeze` would call its version, without running anything: 64 hexadecimal digits."""
    content = {
        "rules": [_RULES, FORMAT],
        "slug": problem.slug,
        "texts": [problem.title, problem.summary, problem.statement, problem.starter, *problem.hints],
        "entry_point": problem.entry_point,
        "limits": [problem.limits.cpu_seconds, problem.limits.memory_mb, problem.fresh_child_per_case],
        "signature": problem.signature.model_dump(mode="json"),
        "reference": [problem.reference_entry, dict(problem.reference_modules)],
        "mistakes": [asdict(mistake) for mistake in problem.mistakes],
        "variants": dict(problem.variants),
        "cases": [spec.model_dump(mode="json") for spec in in_order(specs)],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def in_order(specs: Sequence[CaseSpec]) -> list[CaseSpec]:
    """Public cases first, because hidden inputs leave us only after the last public result."""
    return sorted(specs, key=lambda spec: not spec.public)


async def freeze(problem: Problem, specs: Sequence[CaseSpec], sandbox: Sandbox) -> Version:
    """Freeze a problem with these cases: those of its folder and any others.

    Raises UnusableCase, naming the case and the cure, and SandboxFailed when it is our fault.
    """
    ordered = in_order(specs)
    drawn = _draw_all(problem, ordered)
    runner = Runner(problem, sandbox)
    try:
        async with asyncio.timeout(BUDGET_SECONDS):
            outcomes = await runner.reference(calls_of(problem.signature, drawn))
            for spec, outcome in zip(ordered, outcomes, strict=True):
                check_reference(spec, outcome)
            runs = await run_all(runner, ordered, drawn)
    except TimeoutError:
        raise UnusableCase(
            f"Freezing took longer than {BUDGET_SECONDS:g} s in all; make the cases smaller or fewer."
        ) from None
    cases = tuple(freeze_case(problem, runs, index, spec) for index, spec in enumerate(ordered))
    return Version(
        id=version_id(problem, specs),
        problem=problem.slug,
        entry_point=problem.entry_point,
        signature=problem.signature,
        limits=problem.limits,
        fresh_child_per_case=problem.fresh_child_per_case,
        cases=cases,
        mistakes={
            mistake.name: KnownMistake(mistake.message, mistake.outputs, mistake.raises, mistake.like)
            for mistake in problem.mistakes
        },
    )


async def frozen(problem: Problem, sandbox: Sandbox, cache: FrozenCache | None = None) -> Version:
    """A problem with the cases of its folder, from the cache if they were ever frozen there.

    Raises what `freeze` raises.
    """
    known = cache.get(version_id(problem, problem.cases)) if cache else None
    if known is not None:
        return known
    version = await freeze(problem, problem.cases, sandbox)
    if cache:
        cache.put(version)
    return version


@dataclass(frozen=True, slots=True)
class Runs:
    """What everything that had to run made of every case."""

    drawn: Sequence[Inputs]
    reference: Sequence[CaseOutcome]
    perturbed: Sequence[tuple[Sequence[Inputs], Sequence[CaseOutcome]]]
    starter: Sequence[CaseOutcome]
    variants: Mapping[str, Sequence[CaseOutcome]]
    mistakes: Mapping[str, Sequence[CaseOutcome]]


def _draw_all(problem: Problem, specs: Sequence[CaseSpec]) -> list[Inputs]:
    if not specs or len(specs) > MAX_CASES:
        raise UnusableCase(f"There are {len(specs)} cases; keep them from 1 to {MAX_CASES}.")
    names: set[str] = set()
    for spec in specs:
        if spec.name in names:
            raise UnusableCase(f"There is a case named '{spec.name}' already; choose another name.")
        names.add(spec.name)
    drawn = [draw_inputs(problem.signature, spec) for spec in specs]
    total = sum(elements(inputs) for inputs in drawn)
    if total > MAX_ELEMENTS:
        raise UnusableCase(f"All cases together hold {total} elements; keep them within {MAX_ELEMENTS}.")
    return drawn


async def run_all(runner: Runner, specs: Sequence[CaseSpec], drawn: Sequence[Inputs]) -> Runs:
    """Run everything over these cases. Raises SandboxFailed."""
    problem = runner.problem
    calls = calls_of(problem.signature, drawn)
    perturbed = []
    for number in range(PERTURBATIONS):
        nudged = [
            perturb(problem.signature, inputs, _seed(spec, number))
            for spec, inputs in zip(specs, drawn, strict=True)
        ]
        perturbed.append((nudged, await runner.reference(calls_of(problem.signature, nudged))))
    return Runs(
        drawn=drawn,
        reference=await runner.reference(calls),
        perturbed=perturbed,
        starter=await runner.file(problem.starter, calls),
        variants={name: await runner.file(source, calls) for name, source in problem.variants.items()},
        mistakes={mistake.name: await runner.file(mistake.source, calls) for mistake in problem.mistakes},
    )


def _seed(spec: CaseSpec, number: int) -> int:
    digest = hashlib.sha256(f"{number} {spec.model_dump_json()}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def check_reference(spec: CaseSpec, outcome: CaseOutcome) -> None:
    """Raises UnusableCase when the reference does not end as the case expects."""
    problem = f"Case '{spec.name}': the reference"
    if spec.raises:
        if outcome.ending is not Ending.RAISED or not raised_as_expected(outcome, spec.raises):
            wanted = " or ".join(spec.raises)
            raise UnusableCase(
                f"{problem} does not raise {wanted} here; take out 'raises' or change the input."
            )
        return
    if outcome.ending is not Ending.RETURNED:
        why = f" ({outcome.error.kind}: {outcome.error.message})" if outcome.error else ""
        raise UnusableCase(f"{problem} ended by {outcome.ending.value}{why}; change the input.")


def freeze_case(problem: Problem, runs: Runs, index: int, spec: CaseSpec) -> FrozenCase:
    """One case, from what ran on it. Raises UnusableCase."""
    measured = {} if spec.raises else _measure(problem, runs, index, spec)
    _check_speed(problem, runs, index, spec)
    case = FrozenCase(
        spec=spec,
        weight=1.0,
        inputs=runs.drawn[index],
        arguments=tuple(problem.signature.arguments_of(runs.drawn[index]).values()),
        expected=runs.reference[index].value,
        tolerances={name: one.tolerance for name, one in measured.items()},
        conditions={name: one.condition for name, one in measured.items()},
        accepted={},
        mistakes={},
    )
    case = replace(case, weight=_weight(problem, case))
    case = _overridden(problem, case, runs, index)
    return replace(
        case,
        accepted=_accepted(problem, case, runs, index),
        mistakes={name: _mistake(problem, case, outcomes[index]) for name, outcomes in runs.mistakes.items()},
    )


def _accepted(problem: Problem, case: FrozenCase, runs: Runs, index: int) -> dict[str, float]:
    """How much of each output's tolerance the right variants need. Raises UnusableCase if it is too small."""
    worst = dict.fromkeys(problem.signature.outputs, 0.0)
    for name, outcomes in runs.variants.items():
        found = margins(case, problem.signature, outcomes[index])
        wrong = [output for output, far in found.items() if far > 1]
        if wrong:
            raise UnusableCase(
                f"Case '{case.name}': variants/{name}.py, which is right, would fail on {', '.join(wrong)}; "
                "make the case less extreme."
            )
        worst = {output: max(far, found[output]) for output, far in worst.items()}
    return worst


def _measure(problem: Problem, runs: Runs, index: int, spec: CaseSpec) -> dict[str, Measured]:
    perturbed = [(nudged[index], outcomes[index]) for nudged, outcomes in runs.perturbed]
    if any(outcome.ending is not Ending.RETURNED for _, outcome in perturbed):
        raise UnusableCase(
            f"Case '{spec.name}': the reference fails when its inputs carry rounding errors; change them."
        )
    values = [(nudged, outcome.value) for nudged, outcome in perturbed]
    try:
        return measure(problem.signature, runs.drawn[index], runs.reference[index].value, values)
    except Unfreezable as wrong:
        raise UnusableCase(
            f"Case '{spec.name}': {wrong}; change its sizes, draws or given values."
        ) from wrong


def _check_speed(problem: Problem, runs: Runs, index: int, spec: CaseSpec) -> None:
    allowed = problem.limits.cpu_seconds / 10
    # The quickest of all runs, so that a busy machine refuses nobody.
    seconds = min(
        outcomes[index].cpu_seconds for outcomes in (runs.reference, *(o for _, o in runs.perturbed))
    )
    if seconds > allowed:
        raise UnusableCase(
            f"Case '{spec.name}': the reference needs {seconds:.2g} s, and a tenth of the limit is "
            f"{allowed:.2g} s; make its sizes smaller."
        )


def _mistake(problem: Problem, case: FrozenCase, outcome: CaseOutcome) -> MistakeOutcome:
    if outcome.ending is Ending.SKIPPED:
        return MistakeOutcome(outcome.ending, None, None, dict.fromkeys(problem.signature.outputs, 0.0))
    found = MistakeOutcome(
        ending=outcome.ending,
        value=outcome.value,
        error=outcome.error.built_in if outcome.error else None,
        margins=margins(case, problem.signature, outcome),
    )
    return found if found.caught else replace(found, value=None)  # diagnosis asks for no other


def _weight(problem: Problem, case: FrozenCase) -> float:
    """What the case asks for; else 1, or 0 where returning the input unchanged would pass."""
    if case.spec.weight is not None:
        return case.spec.weight
    found = leaves(problem.signature.outputs, case.expected)
    return 0.0 if found and all(_is_unchanged(problem, case, name) for name in found) else 1.0


def _is_unchanged(problem: Problem, case: FrozenCase, name: str) -> bool:
    before = updated_input(problem.signature, name, case.inputs)
    if before is None or name not in case.tolerances:
        return False
    expected = np.asarray(leaves(problem.signature.outputs, case.expected)[name])
    error = np.abs(expected - before.reshape(expected.shape))
    return bool((error <= case.tolerances[name]).all())


def _overridden(problem: Problem, case: FrozenCase, runs: Runs, index: int) -> FrozenCase:
    """The case with the tolerances that people chose, unless wrong code would then pass."""
    chosen = {name: _chosen(problem, case.spec, name) or own for name, own in case.tolerances.items()}
    if chosen == case.tolerances:
        return case
    widened = replace(case, tolerances=chosen)
    suspects = {"the starter": runs.starter[index]}
    suspects |= {f"the mistake '{name}'": outcomes[index] for name, outcomes in runs.mistakes.items()}
    for who, outcome in suspects.items():
        if passes(widened, problem.signature, outcome) and not passes(case, problem.signature, outcome):
            raise UnusableCase(
                f"Case '{case.name}': with its tolerance {who} would pass; make the tolerance smaller, or "
                "leave it out and it is measured."
            )
    return widened


def _chosen(problem: Problem, spec: CaseSpec, name: str) -> float | None:
    if spec.tolerance is not None:
        return spec.tolerance
    output = problem.signature.outputs.get(name.partition("[")[0])
    return output.tolerance if output else None
