"""`handgrad train`: a model learns from a text, and tells how it goes."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, Self

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from app.cli.grading import OUR_FAULT, load
from app.errors import Unusable
from app.settings import Settings
from app.training import by_code, corpora
from app.training.plot import Series, line_chart
from app.training.progress import Event, Plan, Progress, Stopped, Unit
from app.training.systems import SYSTEMS, System
from grader.runner import SandboxFailed
from grader.sandbox.pool import SandboxPool
from grader.training import PROBLEM

_BROKE_OFF = 1
_OURS = "reference"


def train(
    system: Annotated[str, typer.Argument(help=f"One of: {', '.join(SYSTEMS)}.")],
    text: Annotated[
        str, typer.Argument(help=f"A text file, or one of: {', '.join(corpora.NAMES)}.")
    ] = corpora.PYTHON_DOCS,
    epochs: Annotated[int | None, typer.Option(min=1, help="For language-model and elman.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="For vanilla and rnn-lm.")] = None,
    hidden: Annotated[int | None, typer.Option(min=1, help="Hidden units.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same model.")] = None,
    lr: Annotated[float | None, typer.Option(help="The learning rate.")] = None,
    sample_every: Annotated[int | None, typer.Option(min=1, help="Epochs or steps between samples.")] = None,
    prefix: Annotated[str | None, typer.Option(help="What samples begin with.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line, and nothing else.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Where to save a chart, as SVG.")] = None,
    code: Annotated[Path | None, typer.Option(help="For rnn-lm: a file with your train_step_full.")] = None,
    against: Annotated[
        str | None, typer.Option(metavar="MISTAKE", help="For rnn-lm: a known mistake that learns beside it.")
    ] = None,
) -> None:
    """Train SYSTEM on TEXT. Exits 0 when done, 1 when it cannot go on, 2 on wrong usage, 3 our fault."""
    settings = Settings()
    settings.prepare_data_dir()
    chosen = _system(system)
    wanted: dict[str, Any] = {
        "count": _count(system, chosen.unit, epochs, steps),
        "hidden": hidden,
        "seed": seed,
        "lr": lr,
        "sample_every": sample_every,
        "prefix": prefix,
    }
    plan = replace(chosen.plan, **{name: value for name, value in wanted.items() if value is not None})
    if chosen.train and (code or against):
        raise Unusable("--code and --against go with rnn-lm: the other systems' steps are not handed in")
    if plot and not plot.parent.is_dir():
        raise Unusable(f"there is no folder {plot.parent} for the chart; make it first")
    corpus = corpora.read(text, settings.data_dir)
    codes = {} if chosen.train else _codes(settings, code, against)
    view = _Lines() if as_json else _Screen(system, plan, chosen.unit)
    try:
        with np.errstate(all="ignore"):  # a model that blows up is told as such
            events = asyncio.run(_watch(chosen, corpus, plan, codes, view))
    except SandboxFailed as failed:
        typer.echo(f"handgrad: the sandbox failed, not the code: {failed}", err=True)
        raise typer.Exit(OUR_FAULT) from None
    if len(codes) > 1 and (race := _Race.of(events, *codes)):
        view.gap(race)
    if plot:
        _save(plot, events, chosen.unit)
    first = next(iter(codes), system)
    if any(isinstance(event, Stopped) and event.who == first for event in events):
        raise typer.Exit(_BROKE_OFF)


def _system(name: str) -> System:
    if name not in SYSTEMS:
        known = "; ".join(f"{each} ({one.title})" for each, one in SYSTEMS.items())
        raise Unusable(f"there is no system {name!r}; there is: {known}")
    return SYSTEMS[name]


def _count(system: str, unit: Unit, epochs: int | None, steps: int | None) -> int | None:
    wanted, other = (epochs, steps) if unit == "epoch" else (steps, epochs)
    if other is not None:
        raise Unusable(f"{system} counts {unit}s; give --{unit}s")
    return wanted


def _codes(settings: Settings, code: Path | None, against: str | None) -> dict[str, str]:
    """Whose training steps learn, and their sources: the right one first, then the mistake."""
    problem = load(settings, PROBLEM)
    codes = {_OURS: problem.solution} if code is None else {code.stem: _source(code)}
    if against is not None:
        mistakes = {mistake.name: mistake.source for mistake in problem.mistakes}
        if against not in mistakes:
            raise Unusable(f"there is no mistake {against!r}; there is: {', '.join(sorted(mistakes))}")
        codes[against if against not in codes else f"{against} (known)"] = mistakes[against]
    return codes


def _source(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as wrong:
        raise Unusable(f"cannot read {file}: {wrong.strerror}; give a file that you may read") from wrong
    except UnicodeDecodeError as wrong:
        raise Unusable(f"{file} is not UTF-8 text (byte {wrong.start}); save it as UTF-8") from wrong


async def _watch(
    system: System, corpus: str, plan: Plan, codes: dict[str, str], view: "_Screen | _Lines"
) -> list[Event]:
    """Train, show each event as it comes, and keep them all."""
    events: list[Event] = []
    with view:
        if system.train:
            for event in system.train(corpus, plan):
                events.append(event)
                view.show(event)
            return events
        async with SandboxPool(slots=1) as sandbox:
            async for event in by_code.train(corpus, plan, codes, sandbox):
                events.append(event)
                view.show(event)
    return events


class _Lines:
    """Each event as one JSON object on a line of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, event: Event) -> None:
        typer.echo(json.dumps(asdict(event), allow_nan=False))

    def gap(self, race: "_Race") -> None:
        typer.echo(json.dumps(asdict(race)))


class _Screen:
    """A bar that moves, and above it how well the model does and what it writes."""

    def __init__(self, system: str, plan: Plan, unit: Unit) -> None:
        self._console = Console()
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(f"{unit}s"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._bar.add_task(escape(system), total=plan.count)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, event: Event) -> None:
        if isinstance(event, Stopped):
            where = f"{escape(event.who)} stopped after {event.unit} {event.number}:"
            self._console.print(f"[red]{where}[/] {escape(event.reason)}")
            return
        told = f"{escape(event.who)}: loss {event.loss:.3f}, perplexity {event.perplexity:.2f}"
        if event.validation_perplexity is not None:
            told += f" (validation {event.validation_perplexity:.2f})"
        self._bar.update(self._task, completed=event.number, description=told)
        if event.sample is not None:
            self._console.print(f"[bold]{event.unit} {event.number}[/], {event.seconds:.1f} s  {told}")
            self._console.print(f"  {event.sample}", markup=False, highlight=False, style="dim")

    def gap(self, race: "_Race") -> None:
        more = "more" if race.gap >= 0 else "less"
        self._console.print(
            f"Over the last {race.steps} steps, in nats for a token:"
            f" {escape(race.right)} {race.right_loss:.3f}, {escape(race.mistake)} {race.mistake_loss:.3f},"
            f" which is {abs(race.gap):.3f} {more}."
            " That is one seed and one text; another may show another gap, or none."
        )


@dataclass(frozen=True, slots=True)
class _Race:
    """How far a mistake was from right code in the end: the means of their losses on the same windows."""

    right: str
    mistake: str
    steps: int
    right_loss: float
    mistake_loss: float
    gap: float

    @classmethod
    def of(cls, events: Sequence[Event], right: str, mistake: str) -> Self | None:
        """Over the last tenth of the steps; None where one of them did not reach the end."""
        told = [event for event in events if isinstance(event, Progress)]
        if len(told) < len(events):
            return None
        count = told[0].count
        late = count * 9 // 10
        ours, theirs = (
            fmean(event.loss for event in told if event.who == who and event.number > late)
            for who in (right, mistake)
        )
        return cls(right, mistake, count - late, ours, theirs, theirs - ours)


def _save(file: Path, events: Sequence[Event], unit: Unit) -> None:
    """Perplexities over epochs or steps; of the vanilla RNN its loss, which is what is smoothed."""
    lines: dict[str, list[tuple[float, float]]] = {}
    told = [event for event in events if isinstance(event, Progress)]
    several = len({event.who for event in told}) > 1
    for event in told:
        if event.validation_perplexity is None:
            lines.setdefault("smoothed loss", []).append((event.number, event.loss))
            continue
        name = event.who if several else "validation"
        lines.setdefault(name, []).append((event.number, event.validation_perplexity))
        if not several:
            lines.setdefault("training", []).append((event.number, event.perplexity))
    if not lines:
        typer.echo(f"handgrad: nothing was learnt, so there is no chart in {file}", err=True)
        return
    y = "loss" if "smoothed loss" in lines else "perplexity"
    chart = line_chart([Series(name, points) for name, points in lines.items()], x=f"{unit}s", y=y)
    try:
        file.write_text(chart, encoding="utf-8")
    except OSError as wrong:
        raise Unusable(f"cannot write {file}: {wrong.strerror}; give --plot another place") from wrong
