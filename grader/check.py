"""Is this problem fit to be graded by? What `handgrad check` says of a folder."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from grader.cases import CaseSpec, UnusableCase
from grader.claims import indistinguishable, refuted, undeclared
from grader.compare import passes
from grader.diagnosis.known import listed
from grader.freeze import frozen
from grader.grade import report_of
from grader.gradients import Slope, slopes, uncompared
from grader.laws import Law
from grader.metamorphic import LARGEST, Broken, broken_laws, untried
from grader.problem import BrokenProblem, Problem, load_problem
from grader.quality import Quality, quality
from grader.runner import Runner
from grader.sandbox.job import Sandbox
from grader.search import suggest
from grader.verdict import Verdict
from grader.version import FrozenCache, Version

_MOST_PUBLIC = 3


class CheckedLaw(BaseModel):
    """A law, whether the reference and all variants keep it, and the mistakes that break it."""

    model_config = ConfigDict(frozen=True)

    law: str
    title: str  # the law and what it is about, to tell it from another of its kind
    kept: bool
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
    agreeing: int = 0  # of these
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
    idle = untried(problem, version)
    lacking = [*measured.mutation.survivors, *measured.mutation.caught_once]
    tried, broken, again, started, refutations = await asyncio.gather(
        slopes(problem, version, sandbox),
        broken_laws(problem, version, sandbox),
        _about_reference(problem, version, sandbox),
        _about_starter(problem, version, sandbox),
        refuted(problem, version, sandbox),
    )
    complaints = [
        *_about_cases(version),
        *again,
        *started,
        *uncompared(problem, version),
        *_about_slopes(problem, tried),
        *_about_untried(problem, idle),
        *_about_laws(problem, broken),
        *(f"no case catches mistakes/{name}.py; add two that do" for name in measured.mutation.survivors),
        *(f"only one case catches mistakes/{name}.py; add another" for name in measured.mutation.caught_once),
        *undeclared(version),
        *indistinguishable(version),
        *refutations,
    ]
    return Checked(
        problem=problem.slug,
        ok=not complaints,
        complaints=complaints,
        version=version.id,
        public=sum(case.public for case in version.cases),
        gradients=len(tried),
        agreeing=sum(slope.agrees for slope in tried),
        laws=[_checked(law, broken, tried=law not in idle) for law in problem.metamorphic],
        quality=measured,
        suggestions=await suggest(problem, problem.cases, lacking, sandbox),
    )


def _about_slopes(problem: Problem, tried: Sequence[Slope]) -> Iterator[str]:
    """The first wrong slope of each gradient."""
    wrong = [slope for slope in tried if not slope.agrees]
    if problem.gradients is not None and any(isnan(slope.measured) for slope in wrong):
        case = next(slope.case for slope in wrong if isnan(slope.measured))
        yield (
            f"{problem.gradients.loss} gives no number on case '{case}'; name in gradients.loss a function "
            "whose value, or the first of it, is the loss"
        )
        return
    for output in dict.fromkeys(slope.output for slope in wrong):
        first, *more = (slope for slope in wrong if slope.output == output)
        also = f", and {len(more)} more slopes of it differ" if more else ""
        yield (
            f"the gradient in {output} of case '{first.case}' is not the slope of the loss: "
            f"{first.claimed:.9g} along a direction where it rises by {first.measured:.9g}{also}; mend the "
            "reference, or name the loss that it belongs to"
        )


def _about_laws(problem: Problem, broken: Mapping[str, Sequence[Broken]]) -> Iterator[str]:
    """Which of the right codes break a law, and where the first of them does."""
    for law in problem.metamorphic:
        breaking = [
            ("the reference" if code == "reference" else f"{code}.py", one.case)
            for code, found in broken.items()
            if not code.startswith("mistakes/")
            for one in [one for one in found if one.law is law][:1]
        ]
        if not breaking:
            continue
        (who, case), *more = breaking
        breaks = f"and {len(more)} more break" if more else "breaks"
        where = f"{', first' if more else ''} on case '{case}'"
        yield f"{who} {breaks} the law '{law.title}'{where}; take the law out, or mend the code"


def _about_untried(problem: Problem, laws: Sequence[Law]) -> Iterator[str]:
    if laws:
        inputs = problem.signature.inputs
        needed = dict.fromkeys(name for law in laws for name in law.names if inputs[name].optional)
        given = f", {listed([*needed])} among them" if needed else ""
        titles = listed([f"'{law.title}'" for law in laws])
        yield (
            f"no case tries the law {titles}; add one that raises nothing and whose inputs hold at most "
            f"{LARGEST} numbers{given}"
        )


def _checked(law: Law, broken: Mapping[str, Sequence[Broken]], *, tried: bool) -> CheckedLaw:
    breaking = [code for code, found in broken.items() if any(one.law is law for one in found)]
    wrong = [code.removeprefix("mistakes/") for code in breaking if code.startswith("mistakes/")]
    return CheckedLaw(law=law.law, title=law.title, kept=tried and len(wrong) == len(breaking), breaks=wrong)


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
