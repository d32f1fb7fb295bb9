"""`handgrad new`: the folder of a new exercise, for its author to change."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import first_exercise
from app.cli.grading import root
from app.errors import Unusable
from app.settings import Settings
from grader.problem import PROBLEMS, is_slug

#: The headings of the guide in CONTRIBUTING.md, after the one that is this command.
STEPS = (
    "Write the solution",
    "Say what goes in and what comes out",
    "Write what students read",
    "Collect mistakes",
    "Write the solution in another way",
    "Check it",
    "Try it",
)


def new(
    slug: Annotated[str, typer.Argument(help="The exercise's name in addresses: least-squares-step.")],
) -> None:
    """Write a small exercise that works, to be changed. CONTRIBUTING.md guides you through it."""
    settings = Settings()
    if not is_slug(slug):
        raise Unusable(
            f"'{slug}' cannot name a folder: use small letters, digits and single hyphens between."
        )
    if settings.problems_dir is None and not PROBLEMS.is_dir():
        raise Unusable("There is no problems folder here. Set HANDGRAD_PROBLEMS_DIR to one of your own.")
    folder = root(settings) / slug
    try:
        folder.mkdir(parents=True)
        for name, text in first_exercise.files(slug).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except FileExistsError:
        raise Unusable(f"{_shown(folder)} is there already. Choose another name, or take it away.") from None
    except OSError as error:
        raise Unusable(f"{_shown(folder)} cannot be written: {error.strerror}.") from None
    typer.echo(f"{_shown(folder)} holds a small exercise that works. Make it yours, in these steps:")
    for number, step in enumerate(STEPS, 2):
        typer.echo(f"  {number}. {step}")
    typer.echo("CONTRIBUTING.md has each of them, with an example.")


def _shown(folder: Path) -> Path:
    """Short where it lies below the current directory."""
    here = Path.cwd()
    return folder.absolute().relative_to(here) if folder.absolute().is_relative_to(here) else folder
