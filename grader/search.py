"""Looking for inputs that show a mistake: a bounded search over sizes, draws, values and layouts.

It proposes a case for a mistake that too few cases catch, and it tries the claim that a mistake cannot show
on some output.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from grader.cases import CaseSpec, UnusableCase, draw_inputs
from grader.freeze import check_reference, freeze_case, run_all
from grader.margins import margins
from grader.problem import Problem
from grader.runner import Inputs, Runner, calls_of
from grader.sandbox.job import Sandbox
from grader.signature import DrawOverride, InputSpec, Signature
from grader.version import FrozenCase, elements

CANDIDATES = 96
_SEED = 20_141
_SMALL, _LARGE = 10, 48  # the largest sizes that most candidates are given, and that a few are
_MOST_ELEMENTS = 4_000  # of one candidate
_ALIKE = 1 / 8  # of the candidates have the sizes of a case beside them
_NONE = 1 / 3  # of the candidates leave out an optional input
_TRIES = 4  # candidates tried among the cases there are, for each mistake


async def probe(
    problem: Problem, mistakes: Sequence[str], sandbox: Sandbox, beside: Sequence[CaseSpec] = ()
) -> list[FrozenCase]:
    """Candidates, plain ones first, frozen with what these mistakes make of them. Raises SandboxFailed.

    Some have the sizes of the cases `beside` them, for code that remembers what it was called with.
    """
    suspects = tuple(mistake for mistake in problem.mistakes if mistake.name in mistakes)
    narrowed = replace(problem, mistakes=suspects, variants={})
    runner = Runner(narrowed, sandbox)
    drawn = list(_drawn(problem, beside))
    outcomes = await runner.reference(calls_of(problem.signature, (inputs for _, inputs in drawn)))
    usable: list[tuple[CaseSpec, Inputs]] = []
    for (spec, inputs), outcome in zip(drawn, outcomes, strict=True):
        with suppress(UnusableCase):
            check_reference(spec, outcome)
            usable.append((spec, inputs))
    specs = [spec for spec, _ in usable]
    runs = await run_all(runner, specs, [inputs for _, inputs in usable])
    found: list[FrozenCase] = []
    for index, spec in enumerate(specs):
        with suppress(UnusableCase):
            found.append(freeze_case(narrowed, runs, index, spec))
    return found


async def suggest(
    problem: Problem, specs: Sequence[CaseSpec], mistakes: Sequence[str], sandbox: Sandbox
) -> dict[str, CaseSpec]:
    """For each of these mistakes a case that catches it when it joins `specs`, where one was found.

    Raises UnusableCase when one of `specs` cannot be drawn, and SandboxFailed.
    """
    if not mistakes:
        return {}
    candidates = await probe(problem, mistakes, sandbox, specs)
    sizes = [spec.sizes for spec in specs]
    before = [draw_inputs(problem.signature, spec) for spec in specs]
    sources = {mistake.name: mistake.source for mistake in problem.mistakes}
    runner = Runner(problem, sandbox)
    found: dict[str, CaseSpec] = {}
    for mistake in mistakes:
        caught = [case for case in candidates if case.mistakes[mistake].caught]
        # Code that keeps state shows only beside a case of the same sizes.
        promising = sorted(caught, key=lambda case: case.spec.sizes not in sizes)
        for case in (*promising[:_TRIES], *caught[:_TRIES]):
            # Code that keeps state behaves among the other cases as it did not among the candidates.
            calls = calls_of(problem.signature, [*before, case.inputs])
            *_, outcome = await runner.file(sources[mistake], calls)
            caught_there = max(margins(case, problem.signature, outcome).values()) > 1
            if caught_there and await _fair(problem, case, runner):
                found[mistake] = case.spec
                break
    return found


async def _fair(problem: Problem, case: FrozenCase, runner: Runner) -> bool:
    """Whether every right variant passes: freezing would refuse the case otherwise."""
    for source in problem.variants.values():
        (outcome,) = await runner.file(source, calls_of(problem.signature, [case.inputs]))
        if max(margins(case, problem.signature, outcome).values()) > 1:
            return False
    return True


def _drawn(problem: Problem, beside: Sequence[CaseSpec]) -> Iterator[tuple[CaseSpec, Inputs]]:
    for spec in _candidates(problem, beside):
        with suppress(UnusableCase):
            inputs = draw_inputs(problem.signature, spec)
            if elements(inputs) <= _MOST_ELEMENTS:
                yield spec, inputs


def _candidates(problem: Problem, beside: Sequence[CaseSpec]) -> Iterator[CaseSpec]:
    """The same ones each time: first the problem's own draws, then more and more that is unusual."""
    rng = np.random.default_rng(_SEED)
    for number in range(CANDIDATES):
        unusual = 0.6 * number / CANDIDATES
        sizes = {name: _size(bounds.min, bounds.max, rng) for name, bounds in problem.signature.sizes.items()}
        if beside and rng.random() < _ALIKE:
            sizes = dict(beside[int(rng.integers(len(beside)))].sizes)
        none = _left_out(problem.signature, rng)
        draws = {
            name: override
            for name, spec in problem.signature.inputs.items()
            if rng.random() < unusual and (override := _unusual(spec, rng)) is not None and name not in none
        }
        spec = CaseSpec(
            name="found by search",
            seed=number,
            sizes=sizes,
            draws=draws,
            none=none,
            layout="C" if rng.random() >= unusual else ("F", "strided")[int(rng.integers(2))],
        )
        yield spec.model_copy(update={"name": _name(spec)})


def _size(least: int, most: int, rng: np.random.Generator) -> int:
    largest = _LARGE if rng.random() < 1 / 8 else _SMALL
    return int(rng.integers(least, max(min(most, largest), least) + 1))


def _left_out(signature: Signature, rng: np.random.Generator) -> tuple[str, ...]:
    """Optional inputs that are None: each by itself, and those of a group's member together."""
    together = [
        [member] if isinstance(member, str) else [*member.names]
        for group in signature.arguments.values()
        for member in group.members
    ]
    grouped = {name for names in together for name in names}
    together += [[name] for name in signature.inputs if name not in grouped]
    return tuple(
        name
        for names in together
        if all(signature.inputs[name].optional for name in names) and rng.random() < _NONE
        for name in names
    )


def _unusual(spec: InputSpec, rng: np.random.Generator) -> DrawOverride | None:
    """Another draw of this input than its own, if there is one to vary."""
    if spec.is_text or spec.draw == "permutation":
        return None
    if spec.is_discrete:
        return DrawOverride(draw=("repeat", "alternate", "runs")[int(rng.integers(3))])
    factor = float(rng.choice([-1.5, 0.1, 5.0, 30.0]))
    match spec.draw:
        case "normal" if rng.random() < 1 / 2:
            return DrawOverride(scale=abs(factor) * (spec.scale or 1.0))
        case "normal":
            offset = float(rng.choice([100.0, 400.0, 1000.0]))
            return DrawOverride(draw="offset", offset=offset, signed=bool(rng.integers(2)))
        case "uniform" if isinstance(spec.low, int | float) and isinstance(spec.high, int | float):
            return DrawOverride(low=abs(factor) * spec.low, high=abs(factor) * spec.high)
        case "constant" if isinstance(spec.value, int | float):
            return DrawOverride(value=float(rng.choice([0.0, factor])) * float(spec.value))
        case _:
            return None


def _name(spec: CaseSpec) -> str:
    parts = [f"{name} {size}" for name, size in spec.sizes.items()]
    for name, override in spec.draws.items():
        written = override.model_dump(exclude_none=True)
        parts.append(f"{name} " + " ".join(str(value) for value in written.values() if value is not True))
    parts += [f"no {name}" for name in spec.none]
    if spec.layout != "C":
        parts.append({"F": "Fortran order"}.get(spec.layout, spec.layout))
    name = ", ".join(parts)
    return name if len(name) <= 80 else f"{name[:77]}..."
