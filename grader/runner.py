"""Running a problem's own code: references, mistakes and variants, in the sandbox and under its limits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.problem import Problem
from grader.sandbox.job import CaseInput, CaseOutcome, Ending, Job, Sandbox, Value
from grader.signature import Signature

Inputs = tuple[Value, ...]


class SandboxFailed(Exception):
    """The sandbox itself failed on code of our own: our fault, and worth another try."""


def calls_of(signature: Signature, drawn: Iterable[Inputs]) -> list[CaseInput]:
    """What the sandbox gets of drawn inputs, encoded once however many runs share it."""
    return [CaseInput(tuple(signature.arguments_of(inputs).values()), public=True) for inputs in drawn]


@dataclass(frozen=True, slots=True)
class Runner:
    """Each run is one child that takes all calls in order, so that state kept between calls shows.

    Every method gives one outcome for each call, and raises SandboxFailed when that is our fault.
    """

    problem: Problem
    sandbox: Sandbox

    async def reference(self, calls: Sequence[CaseInput]) -> list[CaseOutcome]:
        return await self.run(self.problem.reference_modules, self.problem.reference_entry, calls)

    async def file(self, source: str, calls: Sequence[CaseInput]) -> list[CaseOutcome]:
        """A file that defines the entry point, run as what students hand in."""
        return await self.run({"submission": source}, f"submission.{self.problem.entry_point}", calls)

    async def run(
        self, modules: Mapping[str, str], entry: str, calls: Sequence[CaseInput]
    ) -> list[CaseOutcome]:
        if not calls:
            return []
        job = Job(modules, entry, calls, self.problem.limits, self.problem.fresh_child_per_case)
        outcomes = [outcome async for outcome in self.sandbox.run(job)]
        if len(outcomes) != len(calls) or any(outcome.ending is Ending.OUR_FAULT for outcome in outcomes):
            raise SandboxFailed("The sandbox failed on the problem's own code; try again.")
        return outcomes
