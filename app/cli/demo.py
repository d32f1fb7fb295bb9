"""`handgrad demo`: fills an empty service with a class to look at."""

import asyncio
import secrets
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer

from app.context import open_context
from app.database import restrict_new_files
from app.demo.people import ADMINISTRATOR, INSTRUCTOR, Person
from app.demo.play import play, refuse_if_peopled
from app.demo.story import COURSE, Story, tell
from app.errors import Unusable
from app.settings import Settings
from grader.sandbox.tiers import probe, usable


def demo(
    seed: Annotated[int, typer.Option(help="The same seed makes the same class.")] = 1,
) -> None:
    """Fill an empty database with a class of 30 and three weeks of attempts, really graded."""
    restrict_new_files()
    settings = Settings()
    usable(probe())
    started = time.monotonic()
    password = secrets.token_hex(6)
    story, ended = asyncio.run(_fill(settings, seed, password))
    _summary(story, ended, time.monotonic() - started)
    _invitation(settings.base_url, story, password)


async def _fill(settings: Settings, seed: int, password: str) -> tuple[Story, Counter[str]]:
    async with open_context(settings) as context:
        await refuse_if_peopled(context.database)
        problems = context.catalogue.problems
        if problems.keys().isdisjoint(COURSE):
            raise Unusable(
                "The demo's class learns from the shipped problems, and HANDGRAD_PROBLEMS_DIR has none of"
                " them; leave it unset."
            )
        story = tell(problems, seed, _midnight())
        typer.echo("A class of 30 works through its three weeks; this takes less than a minute ...")
        return story, await play(context, story, password)


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _summary(story: Story, ended: Counter[str], seconds: float) -> None:
    counts = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in ended.most_common())
    typer.echo(
        f"{len(story.learners)} learners handed in {ended.total()} attempts at {len(story.problems)} problems"
        f" ({seconds:.0f} s):\n  {counts}\n"
    )


def _invitation(base_url: str, story: Story, password: str) -> None:
    furthest = story.furthest
    stuck, at = story.most_stuck
    people: list[tuple[Person, str]] = [
        (INSTRUCTOR, "instructor"),
        (ADMINISTRATOR, "administrator"),
        (furthest, f"learner, has solved {len(story.solved_by(furthest))} problems"),
        (stuck, f"learner, stuck at {at}"),
    ]
    pages = [
        ("/problems", "the catalogue, with what a learner has solved"),
        ("/attempts", "a learner's own attempts"),
        ("/class", "as the instructor: every learner at every problem"),
        (f"/problems/{at}/students", "as the instructor: each student's best attempt"),
        (f"/problems/{at}/quality", "as the instructor: every known mistake against every case"),
    ]
    typer.echo(f"Sign in at {base_url}/sign-in. Everybody's password, shown this once: {password}\n")
    for person, what in people:
        typer.echo(f"  {person.email:<34} {person.name}, {what}")
    typer.echo("\nThen open:\n")
    for path, what in pages:
        typer.echo(f"  {base_url}{path}\n      {what}")
    typer.echo()
