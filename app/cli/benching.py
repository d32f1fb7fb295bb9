"""`handgrad bench`: what grading costs, measured here and now."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import BENCHMARKS
from benchmarks.findings import Effort, Findings, Row
from grader.sandbox.nursery import ONE_THREAD


def bench(
    name: Annotated[
        str | None, typer.Argument(help=f"One of: {', '.join(BENCHMARKS)}; default: all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The rows as one list, and nothing else.")] = False,
    repeat: Annotated[
        int | None, typer.Option(min=3, help="How often each thing is done; default: as it needs.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long each sustained load lasts.")] = 60.0,
) -> None:
    """Measure, and print medians, 95th percentiles and ratios. Exits 1 when a law does not hold."""
    if name is not None and name not in BENCHMARKS:
        typer.echo(f"handgrad: there is no benchmark {name!r}; there is: {', '.join(BENCHMARKS)}", err=True)
        raise typer.Exit(2)
    _keep_to_one_thread()
    effort = Effort(repeat, seconds, _say)
    found: list[Findings] = []
    for each, run in BENCHMARKS.items():
        if name in (None, each):
            _say(f"Measuring {each} ...")
            found.append(run(effort))
    rows = [row for findings in found for row in findings.rows]
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows]))
    else:
        _show(rows)
    for note in (note for findings in found for note in findings.notes):
        _say(note)
    broken = [law for findings in found for law in findings.broken]
    for law in broken:
        _say(f"handgrad: {law}")
    if broken:
        raise typer.Exit(1)


def _say(sentence: str) -> None:
    """Beside the rows, which alone go to the standard output."""
    typer.echo(sentence, err=True)


def _keep_to_one_thread() -> None:
    """Start again with one thread for linear algebra, as the sandbox has it: NumPy was loaded with more."""
    if not ONE_THREAD.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | ONE_THREAD)  # noqa: S606


def _show(rows: Sequence[Row]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("what", overflow="fold")
    for column in ("median", "p95", "ratio"):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
        table.add_row(row.name, f"{row.median:.2f} {row.unit}", f"{row.p95:.2f} {row.unit}", ratio)
    Console().print(table)
