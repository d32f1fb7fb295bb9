"""Is this problem fit to be graded by? What `handgrad check` says of a folder."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from grader.cases import CaseSpec, UnusableCase
from grader.claims import indistinguishable, refuted, undeclared
from grader.compare import passes
from grader.freeze import frozen
from grader.grade import report_of
from grader.gradients import slopes
from grader.metamorphic import broken_laws
from grader.problem import BrokenProblem, Problem, load_problem
from grader.quality import Quality, quality
from grader.runner import Runner
from grader.sandbox.job import Sandbox
from grader.search import suggest
from grader.verdict import Verdict
from grader.version import FrozenCache, Version

_MOST_PUBLIC = 3


class CheckedLaw(BaseModel):
    """A law that the reference and the variants keep, and the mistakes that break it."""

    model_config = ConfigDict(frozen=True)

    law: str
    breaks: list[str]


class Checked(BaseModel):
    """What there is to say of one problem. `ok` means that there are no complaints."""

    model_config = ConfigDict(frozen=True)

    problem: str
    ok: bool
    complaints: list[str]
    version: str | None = None
    public: int = 0
    gradients: int = 0  # slopes compared with central differences
    laws: list[CheckedLaw] = Field(default_factory=list)
    quality: Quality | None = None
    suggestions: dict[str, CaseSpec] = Field(default_factory=dict)  # mistake -> a case that catches it


async def check(folder: Path, sandbox: Sandbox, cache: FrozenCache | None = None) -> Checked:
    """Load, freeze and try a problem. A broken folder is a complaint; only SandboxFailed is raised."""
    try:
        problem = load_problem(folder)
        version = await frozen(problem, sandbox, cache)
    except (BrokenProblem, UnusableCase) as wrong:
        return Checked(problem=folder.name, ok=False, complaints=[wrong.reason])
    measured = quality(version)
    tried = await slopes(problem, version, sandbox)
    broken = await broken_laws(problem, version, sandbox)
    lacking = [*measured.mutation.survivors, *measured.mutation.caught_once]
    complaints = [
        *_about_cases(version),
        *await _about_reference(problem, version, sandbox),
        *await _about_starter(problem, version, sandbox),
        *(
            f"the gradient in {slope.output} of case '{slope.case}' is not the slope of the loss: "
            f"{slope.claimed:.9g} along a direction where it rises by {slope.measured:.9g}"
            for slope in tried
            if not slope.agrees
        ),
        *(
            f"{code} breaks the law '{one.law}' on case '{one.case}'; take the law out, or mend the code"
            for code, found in broken.items()
            if not code.startswith("mistakes/")
            for one in found
        ),
        *(f"no case catches mistakes/{name}.py; add two that do" for name in measured.mutation.survivors),
        *(f"only one case catches mistakes/{name}.py; add another" for name in measured.mutation.caught_once),
        *undeclared(version),
        *indistinguishable(version),
        *await refuted(problem, sandbox),
    ]
    return Checked(
        problem=problem.slug,
        ok=not complaints,
        complaints=complaints,
        version=version.id,
        public=sum(case.public for case in version.cases),
        gradients=len(tried),
        laws=[
            CheckedLaw(
                law=law.law,
                breaks=[
                    code.removeprefix("mistakes/")
                    for code, found in broken.items()
                    if code.startswith("mistakes/") and any(one.law == law.law for one in found)
                ],
            )
            for law in problem.metamorphic
        ],
        quality=measured,
        suggestions=await suggest(problem, problem.cases, lacking, sandbox),
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
    outcomes = await Runner(problem, sandbox).reference([case.input for case in version.cases])
    return [
        f"the reference does not pass case '{case.name}' a second time; "
        "take out what differs between two calls"
        for case, outcome in zip(version.cases, outcomes, strict=True)
        if not passes(case, version.signature, outcome)
    ]


async def _about_starter(problem: Problem, version: Version, sandbox: Sandbox) -> list[str]:
    report = await report_of(version, problem.starter, sandbox)
    if report.verdict is Verdict.ACCEPTED:
        return ["starter.py is accepted as it is; leave something to do, or add a case that it fails"]
    if report.verdict is Verdict.COMPILE_ERROR:
        return [f"starter.py does not compile: {report.cases[0].message}"]
    return []
