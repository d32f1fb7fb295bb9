"""`handgrad doctor`: what this machine offers the sandbox, and what is missing."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from grader.sandbox.tiers import SandboxUnavailable, probe, usable

_TIERS = {
    "full": "namespaces, rlimits, no_new_privs, Landlock and a seccomp allow-list around every child",
    "strict": "rlimits, no_new_privs, Landlock and a seccomp allow-list around every child",
    "minimal": "rlimits, no_new_privs and a seccomp allow-list around every child; no Landlock",
    "insecure": "nothing but rlimits: student code can do whatever this user can",
}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One object on stdout, and nothing else.")] = False,
) -> None:
    """Say which sandbox tier this machine offers and what would raise it. Exits 3 when it offers none."""
    facts = probe()
    try:
        usable(facts)
    except SandboxUnavailable as reason:
        refused = str(reason)
    else:
        refused = ""
    if as_json:
        typer.echo(json.dumps(asdict(facts) | {"refused": refused or None}))
    else:
        typer.echo(f"Sandbox tier: {facts.tier} ({_TIERS[facts.tier]})")
        typer.echo(f"Kernel {facts.kernel} on {facts.machine}, user id {facts.uid}")
        typer.echo(f"seccomp: {_yes(facts.seccomp)}")
        typer.echo(f"Landlock: {f'ABI {facts.landlock_abi}' if facts.landlock_abi else 'no'}")
        typer.echo(f"a user id for each child: {_yes(facts.own_uids)}")
        typer.echo(f"namespaces for each child: {_yes(facts.namespaces)}")
        typer.echo(f"cgroup for each child: {'no' if facts.cgroup == 'none' else facts.cgroup}")
        for sentence in facts.missing:
            typer.echo(f"- {sentence}")
        if refused:
            typer.echo(refused, err=True)
    raise typer.Exit(3 if refused else 0)


def _yes(there: bool) -> str:
    return "yes" if there else "no"
