"""The command line: `handgrad`.

Every command exits 0 when it did what was asked and 2 on wrong usage; `grade` has more to say (see there).
"""

import sys
from typing import NoReturn

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.cli import authoring, benching, demo, doctor, grading, people, serving, training
from app.errors import CannotStart, Refusal
from grader.sandbox.tiers import SandboxUnavailable

cli = typer.Typer(
    name="handgrad",
    help="A self-hosted autograder for numerical code.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command("serve")(serving.serve)
cli.command("worker")(serving.worker)
cli.command("grade")(grading.grade)
cli.command("check")(grading.check)
cli.command("new")(authoring.new)
cli.command("doctor")(doctor.doctor)
cli.command("bench")(benching.bench)
cli.command("train")(training.train)
cli.command("demo")(demo.demo)
cli.add_typer(people.user_commands, name="users")
cli.add_typer(people.token_commands, name="tokens")
cli.add_typer(serving.db, name="db")


def main() -> NoReturn:
    """Run the command line; a refusal or a wrong setting is one sentence, not a traceback."""
    try:
        cli()
    except Refusal as refusal:
        _fail(2, refusal.detail, *(f"{error.field}: {error.message}" for error in refusal.errors))
    except ValidationError as wrong:
        _fail(2, "the settings are not usable", *map(_setting, wrong.errors()))
    except (CannotStart, SandboxUnavailable) as reason:
        _fail(3, str(reason))
    sys.exit(0)


def _fail(code: int, sentence: str, *details: str) -> NoReturn:
    typer.echo(f"handgrad: {sentence}", err=True)
    for detail in details:
        typer.echo(f"  {detail}", err=True)
    sys.exit(code)


def _setting(error: ErrorDetails) -> str:
    message = error["msg"].removeprefix("Value error, ")
    name = "_".join(["HANDGRAD", *(str(part).upper() for part in error["loc"])])
    return f"{name}: {message}" if error["loc"] else message
