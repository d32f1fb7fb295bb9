"""The command line: `handgrad`.

Every command exits 0 when it did what was asked and 2 on wrong usage; `grade` has more to say (see there).
"""

import sys
from typing import NoReturn

import typer
from pydantic import ValidationError

from app.cli import benching, doctor, grading, people, serving
from app.errors import Refusal

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
cli.command("doctor")(doctor.doctor)
cli.command("bench")(benching.bench)
cli.add_typer(people.users, name="users")
cli.add_typer(people.tokens, name="tokens")
cli.add_typer(serving.db, name="db")


def main() -> NoReturn:
    """Run the command line; a refusal or a wrong setting is one sentence, not a traceback."""
    try:
        cli()
    except Refusal as refusal:
        print(f"handgrad: {refusal.detail}", file=sys.stderr)
        for error in refusal.errors:
            print(f"  {error.field}: {error.message}", file=sys.stderr)
        sys.exit(2)
    except ValidationError as wrong:
        for error in wrong.errors():
            name = "_".join(["HANDGRAD", *(str(part).upper() for part in error["loc"])])
            print(f"handgrad: {name}: {error['msg'].removeprefix('Value error, ')}", file=sys.stderr)
        sys.exit(2)
    sys.exit(0)
