"""`handgrad doctor`: what this machine offers the sandbox, and what is missing."""

import json
from typing import Annotated

import typer

from grader.sandbox.tiers import probe


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One object on stdout, and nothing else.")] = False,
) -> None:
    """Say which sandbox tier this machine offers and what would raise it. Exits 3 when there is none."""
    facts = probe()
