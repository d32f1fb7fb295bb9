"""`handgrad bench`: what grading costs, measured here and now."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import BENCHMARKS


def bench(
    name: Annotated[
        str | None, typer.Argument(help=f"One of: {', '.join(BENCHMARKS)}; default: all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The rows as one list, and nothing else.")] = False,
    repeat: Annotated[int, typer.Option(min=3, help="How often each thing is measured.")] = 100,
) -> None:
    """Measure, in one run, and print medians, 95th percentiles and ratios."""
    if name is not None and name not in BENCHMARKS:
        typer.echo(f"handgrad: there is no benchmark {name!r}; there is: {', '.join(BENCHMARKS)}", err=True)
        raise typer.Exit(2)
    rows = [row for each, run in BENCHMARKS.items() if name in (None, each) for row in run(repeat)]
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows]))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("what")
    for column in ("median", "p95", "ratio"):
        table.add_column(column, justify="right")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
        table.add_row(row.name, f"{row.median:.2f} {row.unit}", f"{row.p95:.2f} {row.unit}", ratio)
    Console().print(table)
