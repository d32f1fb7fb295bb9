"""What problem.toml says of its mistakes, held against what they do."""

from collections.abc import Iterator
from itertools import combinations

from grader.diagnosis.evidence import alike, named_arrays
from grader.problem import Problem
from grader.sandbox.job import Ending, Sandbox
from grader.search import probe
from grader.version import FrozenCase, Version


def undeclared(version: Version) -> Iterator[str]:
    """A mistake shows where problem.toml says that it can, everywhere there and in no other way."""
    for name, mistake in version.mistakes.items():
        shown: set[str] = set()
        for case in version.cases:
            outcome = case.mistakes[name]
            if case.spec.raises or not outcome.caught:
                continue
            if outcome.ending is Ending.RETURNED:
                shown.update(outcome.shows)
            elif outcome.ending is not Ending.RAISED or outcome.error != mistake.raises:
                ended = outcome.error or outcome.ending.value.replace("_", " ")
                yield (
                    f"mistakes/{name}.py ends by {ended} on case '{case.name}', so it is caught for another "
                    "reason than its own; mend it, or name the exception in its 'raises'"
                )
                break
        for output in sorted(shown - set(mistake.outputs)):
            yield f"mistakes/{name}.py shows on {output}, which its 'outputs' leaves out; add it"
        for output in mistake.outputs:
            if output not in shown and shown:
                yield (
                    f"no case shows mistakes/{name}.py on {output}; add one, or take it out of its 'outputs'"
                )


def indistinguishable(version: Version) -> Iterator[str]:
    """Two mistakes that no case tells apart are declared so, and only those."""
    observable = [name for name, mistake in version.mistakes.items() if mistake.observable]
    for first, second in combinations(observable, 2):
        apart = next((case for case in version.cases if not _same(version, case, first, second)), None)
        declared = version.mistakes[second].like == first
        if apart is None and not declared:
            yield (
                f"no case tells mistakes/{second}.py from mistakes/{first}.py; "
                f'add one that does, or say like = "{first}"'
            )
        if apart is not None and declared:
            yield (
                f"mistakes/{second}.py is like {first}, but case '{apart.name}' tells them apart; take it out"
            )


def _same(version: Version, case: FrozenCase, first: str, second: str) -> bool:
    one, other = case.mistakes[first], case.mistakes[second]
    if (one.ending, one.error, one.caught) != (other.ending, other.error, other.caught):
        return False
    if not one.caught or one.ending is not Ending.RETURNED:
        return True
    values, others = (named_arrays(version, case, outcome.value) for outcome in (one, other))
    if values is None or others is None:
        return values is others
    return all(alike(value, others[name], case.tolerances.get(name, 0.0)) for name, value in values.items())


async def refuted(problem: Problem, sandbox: Sandbox) -> list[str]:
    """That a mistake cannot show on an output is a claim, and inputs nobody chose may refute it."""
    every = set(problem.signature.outputs)
    claims = {
        mistake.name: every - set(mistake.outputs)
        for mistake in problem.mistakes
        if every - set(mistake.outputs) and mistake.raises is None
    }
    if not claims:
        return []
    found: dict[tuple[str, str], str] = {}
    for case in await probe(problem, list(claims), sandbox):
        for name, outputs in claims.items():
            for output in outputs.intersection(case.mistakes[name].shows):
                found.setdefault((name, output), case.name)
    return [
        f"mistakes/{name}.py shows on {output} with {inputs}, though its 'outputs' leaves it out; add it"
        for (name, output), inputs in found.items()
    ]
