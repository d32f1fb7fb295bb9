"""Is this problem fit to be graded by? What `handgrad check` says of a folder."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from grader.cases import UnusableCase
from grader.compare import passes
from grader.freeze import freeze
from grader.grade import report_of
from grader.problem import BrokenProblem, Problem, load_problem
from grader.sandbox.job import Job, Sandbox
from grader.verdict import Verdict
from grader.version import MutationScore, Version, mutation_score

_MOST_PUBLIC = 3


class Checked(BaseModel):
    """What there is to say of one problem. `ok` means that there are no complaints."""

    model_config = ConfigDict(frozen=True)

    problem: str
    ok: bool
    complaints: list[str]
    version: str | None = None
    cases: int = 0
    public: int = 0
    mutation: MutationScore | None = None
    conditions: dict[str, float] = Field(default_factory=dict)  # per case, the largest of its outputs


async def check(folder: Path, sandbox: Sandbox) -> Checked:
    """Load, freeze and try a problem. A broken folder is a complaint; only SandboxFailed is raised."""
    try:
        problem = load_problem(folder)
        version = await freeze(problem, problem.cases, sandbox)
    except (BrokenProblem, UnusableCase) as wrong:
        return Checked(problem=folder.name, ok=False, complaints=[wrong.reason])
    mutation = mutation_score(version)
    complaints = [
        *_about_cases(version),
        *await _about_reference(problem, version, sandbox),
        *await _about_starter(problem, version, sandbox),
        *_about_mistakes(mutation),
    ]
    return Checked(
        problem=problem.slug,
        ok=not complaints,
        complaints=complaints,
        version=version.id,
        cases=len(version.cases),
        public=sum(case.public for case in version.cases),
        mutation=mutation,
        conditions={case.name: case.condition for case in version.cases},
    )


def _about_cases(version: Version) -> list[str]:
    public = sum(case.public for case in version.cases)
    found = []
    if not 1 <= public <= _MOST_PUBLIC:
        found.append(f"{public} cases are public; make 1 to {_MOST_PUBLIC} of them public")
    if not any(case.weight for case in version.cases):
        found.append("no case weighs anything; add one that 'returns its input unchanged' fails")
    return found


async def _about_reference(problem: Problem, version: Version, sandbox: Sandbox) -> list[str]:
    """A reference that draws random numbers or keeps state would not pass its own cases again."""
    job = Job(
        problem.reference_modules,
        problem.reference_entry,
        [case.input for case in version.cases],
        problem.limits,
        problem.fresh_child_per_case,
    )
    return [
        f"the reference does not pass case '{version.cases[outcome.index].name}' a second time; "
        "take out what differs between two calls"
        async for outcome in sandbox.run(job)
        if not passes(version.cases[outcome.index], version.signature, outcome)
    ]


async def _about_starter(problem: Problem, version: Version, sandbox: Sandbox) -> list[str]:
    report = await report_of(version, problem.starter, sandbox)
    if report.verdict is Verdict.ACCEPTED:
        return ["starter.py is accepted as it is; leave something to do, or add a case that it fails"]
    if report.verdict is Verdict.COMPILE_ERROR:
        return [f"starter.py does not compile: {report.cases[0].message}"]
    return []


def _about_mistakes(mutation: MutationScore) -> list[str]:
    none = [f"no case catches mistakes/{name}.py; add two that do" for name in mutation.survivors]
    once = [f"only one case catches mistakes/{name}.py; add another" for name in mutation.caught_once]
    return none + once
