"""What exists on this machine on account of this process."""

import os
from pathlib import Path


def me() -> int:
    return os.getpid()


def children_of(pid: int) -> list[int]:
    """Its child processes, dead ones included that nobody has reaped."""
    return [child for child, parent in _parents().items() if parent == pid]


def _parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            found[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return found
