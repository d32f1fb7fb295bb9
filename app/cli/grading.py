"""`handgrad grade` and `handgrad check`: the grader without the service."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.settings import Settings
from grader.check import Checked
from grader.check import check as check_problem
from grader.freeze import frozen
from grader.grade import report_of
from grader.problem import PROBLEMS, BrokenProblem, Problem, load_all, load_problem
from grader.quality import OutputQuality
from grader.report import Report
from grader.runner import SandboxFailed
from grader.sandbox.pool import SandboxPool
from grader.tracks import BrokenTracks, load_tracks
from grader.verdict import Verdict
from grader.version import FrozenCache

ACCEPTED, NOT_ACCEPTED, WRONG_USAGE, OUR_FAULT = 0, 1, 2, 3

_STYLES = {Verdict.ACCEPTED: "green", Verdict.SKIPPED: "dim", Verdict.INTERNAL_ERROR: "magenta"}


def grade(
    problem: Annotated[str, typer.Argument(help="The problem's slug, for example train-rnn-lm.")],
    file: Annotated[Path, typer.Argument(help="The Python file to grade.")],
    as_json: Annotated[bool, typer.Option("--json", help="One object on stdout, and nothing else.")] = False,
    public: Annotated[bool, typer.Option("--public", help="Only the public cases.")] = False,
) -> None:
    """Grade FILE. Exits 0 accepted, 1 not accepted, 2 wrong usage, 3 our fault."""
    settings = Settings()
    known = load(settings, problem)
    try:
        source = file.read_bytes()
    except OSError as error:
        typer.echo(f"handgrad: cannot read {file}: {error.strerror}", err=True)
        raise typer.Exit(WRONG_USAGE) from None
    try:
        report = asyncio.run(_grade(settings, known, source, public_only=public))
    except SandboxFailed as failed:
        typer.echo(f"handgrad: the sandbox failed, not the code: {failed}", err=True)
        raise typer.Exit(OUR_FAULT) from None
    if as_json:
        typer.echo(report.model_dump_json())
    else:
        show(report)
    if report.verdict is Verdict.INTERNAL_ERROR:
        raise typer.Exit(OUR_FAULT)
    raise typer.Exit(ACCEPTED if report.verdict is Verdict.ACCEPTED else NOT_ACCEPTED)


def check(
    problems: Annotated[list[str] | None, typer.Argument(help="Slugs or folders; default: all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object a problem, in a list.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a file changes.")] = False,
) -> None:
    """Check problem folders: reference, cases, mistakes. Exits 1 when one has a complaint."""
    settings = Settings()
    folders = _folders(settings, problems or [])
    watched = [*folders, Path(__file__).parents[2] / "reference"]
    # Looked at before checking, so that a change made meanwhile is checked too.
    seen = _stamps(watched)
    ok = _check(settings, folders, as_json=as_json)
    while watch:
        while (now := _stamps(watched)) == seen:
            time.sleep(0.3)
        seen = now
        ok = _check(settings, folders, as_json=as_json)
    if not problems:
        ok = _tracks_are_fine(settings) and ok
    raise typer.Exit(0 if ok else 1)


def root(settings: Settings) -> Path:
    """Where this installation's problems lie."""
    return settings.problems_dir or PROBLEMS


def load(settings: Settings, slug: str) -> Problem:
    """Load one problem; an unknown slug or a broken folder ends the command with a sentence."""
    folder = root(settings) / slug
    if Path(slug).name != slug or not (folder / "problem.toml").is_file():
        known = ", ".join(sorted(path.parent.name for path in root(settings).glob("*/problem.toml")))
        typer.echo(f"handgrad: there is no problem {slug!r}; there is: {known or 'none'}", err=True)
        raise typer.Exit(WRONG_USAGE)
    try:
        return load_problem(folder)
    except BrokenProblem as broken:
        typer.echo(f"handgrad: the problem is broken: {broken}", err=True)
        raise typer.Exit(OUR_FAULT) from None


def show(report: Report) -> None:
    """Print a report for a person."""
    console = Console()
    table = Table(box=None, pad_edge=False)
    for column in ("", "case", "verdict", "what it says"):
        table.add_column(column, overflow="fold")
    for case in report.cases:
        passed = case.verdict is Verdict.ACCEPTED
        style = _STYLES.get(case.verdict, "red")
        table.add_row(
            f"[{style}]{'✓' if passed else '✗'}[/]",
            escape(case.name) + ("" if case.visibility == "public" else " [dim](hidden)[/]"),
            f"[{style}]{case.verdict.replace('_', ' ')}[/]",
            "" if passed else escape(case.message),
        )
    console.print(table)
    if report.diagnosis:
        console.print(f"\n[bold]Why:[/] {escape(report.diagnosis.message)}")
    verdict = str(report.verdict).replace("_", " ")
    console.print(
        f"\n[bold]{verdict}[/], score {report.score:.0%}, {1000 * report.wall_seconds:.0f} ms"
        f" in the {report.sandbox_tier} sandbox"
    )


async def _grade(settings: Settings, problem: Problem, source: bytes, *, public_only: bool) -> Report:
    async with SandboxPool(slots=1) as sandbox:
        version = await frozen(problem, sandbox, _cache(settings))
        return await report_of(version, source, sandbox, public_only=public_only)


def _cache(settings: Settings) -> FrozenCache:
    settings.prepare_data_dir()
    return FrozenCache(settings.data_dir / "frozen")


def _folders(settings: Settings, named: list[str]) -> list[Path]:
    if not named:
        return sorted(path.parent for path in root(settings).glob("*/problem.toml"))
    folders = []
    for name in named:
        folder = next((path for path in (root(settings) / name, Path(name)) if path.is_dir()), None)
        if folder is None:
            typer.echo(f"handgrad: there is no problem folder {name!r}", err=True)
            raise typer.Exit(WRONG_USAGE)
        folders.append(folder)
    return folders


def _check(settings: Settings, folders: list[Path], *, as_json: bool) -> bool:
    try:
        results = asyncio.run(_check_all(settings, folders, aloud=not as_json))
    except SandboxFailed as failed:
        typer.echo(f"handgrad: the sandbox failed, not the problem: {failed}", err=True)
        raise typer.Exit(OUR_FAULT) from None
    if as_json:
        typer.echo(f"[{','.join(result.model_dump_json() for result in results)}]")
    return all(result.ok for result in results)


async def _check_all(settings: Settings, folders: list[Path], *, aloud: bool) -> list[Checked]:
    cache = _cache(settings)
    results = []
    async with SandboxPool(slots=min(2, settings.sandbox_slots)) as sandbox:
        for folder in folders:
            results.append(await check_problem(folder, sandbox, cache))
            if aloud:
                _say(results[-1])
    return results


def _tracks_are_fine(settings: Settings) -> bool:
    try:
        load_tracks(root(settings), load_all(root(settings))[0])
    except BrokenTracks as wrong:
        typer.echo(f"handgrad: {wrong}", err=True)
        return False
    return True


def _say(result: Checked) -> None:
    found = result.quality
    if found is None or not result.ok:
        typer.echo(f"{result.problem}: not fine")
    else:
        score = found.mutation
        typer.echo(
            f"{result.problem}: fine ({len(found.cases)} cases, {result.public} public;"
            f" {score.caught} of {score.total} mistakes caught by two cases or more)"
        )
    for complaint in result.complaints:
        typer.echo(f"  - {complaint}")
    for mistake, spec in result.suggestions.items():
        typer.echo(f"    to catch {mistake}, try: {spec.model_dump_json(exclude_defaults=True)}")
    for output in found.outputs if found else ():
        accepted = f"right variants need {output.accepted:.2g} of the tolerance"
        typer.echo(f"    {output.name}: {accepted}; {_nearest(output)}")
    if told := "; ".join(_slopes_and_laws(result)):
        typer.echo(f"    {told}")


def _nearest(output: OutputQuality) -> str:
    if output.nearest is None:
        return "no mistake can show on it"
    if output.distance is None:
        return f"nearest mistake: {output.nearest}, is not measurable"
    if output.distance <= 1:
        return f"nearest mistake: {output.nearest}, which no case shows on it"
    return f"nearest mistake: {output.nearest}, is off by {output.distance:.3g} tolerances"


def _slopes_and_laws(result: Checked) -> Iterator[str]:
    if result.gradients:
        of_all = "" if result.agreeing == result.gradients else f" of {result.gradients}"
        yield f"{result.agreeing}{of_all} slopes agree with central differences"
    kinds = [law.law for law in result.laws]
    kept = [law.law if kinds.count(law.law) == 1 else law.title for law in result.laws if law.kept]
    if kept:
        yield f"laws kept: {', '.join(kept)}"
    breaking = dict.fromkeys(mistake for law in result.laws for mistake in law.breaks)
    if breaking:
        yield f"broken by {', '.join(breaking)}"


def _stamps(folders: list[Path]) -> dict[Path, int]:
    """When each file was last written; a file that goes while we look counts as gone."""
    stamps = {}
    for path in (path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts):
        with suppress(FileNotFoundError):
            stamps[path] = path.stat().st_mtime_ns
    return stamps
