"""What problem.toml says of its mistakes, held against what they do."""

from collections.abc import Iterator
from itertools import combinations

from grader.diagnosis.evidence import same
from grader.manifest import is_built_in
from grader.problem import Problem
from grader.sandbox.job import Ending, Sandbox
from grader.search import probe
from grader.version import FrozenCase, MistakeOutcome, Version


def undeclared(version: Version) -> Iterator[str]:
    """A mistake shows where problem.toml says that it can, everywhere there and in no other way."""
    for name, mistake in version.mistakes.items():
        file, shown = f"mistakes/{name}.py", _shown(version, name)
        for output in sorted(shown - set(mistake.outputs)):
            yield f"{file} shows on {output}, which its 'outputs' leaves out; add it"
        otherwise = _ended_otherwise(version, name)
        if otherwise is not None:
            case, outcome = otherwise
            ended, cure = _how_it_ended(outcome)
            yield (
                f"{file} ends by {ended} on case '{case.name}', so it is caught for another reason than its "
                f"own; {cure}"
            )
            continue  # what no case shows may be seen once it is mended
        for output in mistake.outputs:
            if output not in shown and shown:
                yield f"no case shows {file} on {output}; add one, or take it out of its 'outputs'"
        if mistake.raises is not None and _caught_without_raising(version, name):
            yield f"no case makes {file} end by {mistake.raises}; add one, or take out its 'raises'"


def _made(version: Version, name: str) -> Iterator[tuple[FrozenCase, MistakeOutcome]]:
    """What a mistake makes of each case, those aside that only ask whether it raises."""
    for case in version.cases:
        if not case.spec.raises:
            yield case, case.mistakes[name]


def _shown(version: Version, name: str) -> set[str]:
    """The outputs that a mistake returns wrong, on any case."""
    return {
        output
        for _, outcome in _made(version, name)
        if outcome.ending is Ending.RETURNED
        for output in outcome.shows
    }


def _ended_otherwise(version: Version, name: str) -> tuple[FrozenCase, MistakeOutcome] | None:
    """The first case on which a mistake neither returns nor ends as problem.toml says, and how it ends."""
    raises = version.mistakes[name].raises
    for case, outcome in _made(version, name):
        as_said = outcome.ending is Ending.RAISED and outcome.error == raises
        if outcome.caught and outcome.ending is not Ending.RETURNED and not as_said:
            return case, outcome
    return None


def _how_it_ended(outcome: MistakeOutcome) -> tuple[str, str]:
    """What a mistake ended by, and what to do about it."""
    if outcome.ending is Ending.RAISED and outcome.error is not None:
        cure = "mend it, or name the exception in its 'raises'" if is_built_in(outcome.error) else "mend it"
        return outcome.error, cure
    return outcome.ending.value.replace("_", " "), "mend it"


def _caught_without_raising(version: Version, name: str) -> bool:
    outcomes = [outcome for _, outcome in _made(version, name)]
    return any(one.caught for one in outcomes) and all(one.ending is not Ending.RAISED for one in outcomes)


def indistinguishable(version: Version) -> Iterator[str]:
    """Two mistakes that no case tells apart are declared so, and only those.

    Of several that are alike, all are like the one that is listed first.
    """
    observable = [name for name, mistake in version.mistakes.items() if mistake.observable]
    for first, second in combinations(observable, 2):
        if version.mistakes[first].like is not None:
            continue
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
    return same(version, case, one.value, other.value)


async def refuted(problem: Problem, version: Version, sandbox: Sandbox) -> list[str]:
    """That a mistake cannot show on an output, or raise, is a claim that inputs nobody chose may refute.

    What a case of the version refutes, `undeclared` says already. Raises SandboxFailed.
    """
    every = set(problem.signature.outputs)
    claims = {
        mistake.name: every - set(mistake.outputs) - _shown(version, mistake.name)
        for mistake in problem.mistakes
        if every - set(mistake.outputs) and mistake.raises is None
    }
    if not claims:
        return []
    returning = {name for name in claims if _ended_otherwise(version, name) is None}
    found: dict[tuple[str, str], str] = {}
    for case in await probe(problem, list(claims), sandbox):
        for name, outputs in claims.items():
            outcome = case.mistakes[name]
            if outcome.ending is Ending.RETURNED:
                for output in sorted(outputs.intersection(outcome.shows)):
                    found.setdefault(
                        (name, output),
                        f"mistakes/{name}.py shows on {output} with {case.name}, though its 'outputs' leaves "
                        "it out; add it",
                    )
            elif outcome.caught and name in returning:
                ended, cure = _how_it_ended(outcome)
                found.setdefault((name, ""), f"mistakes/{name}.py ends by {ended} with {case.name}; {cure}")
    return list(found.values())
