"""What the sandbox's processes occupy while they wait."""

import os
from pathlib import Path
from statistics import median

from benchmarks.census import children_of
from benchmarks.findings import Row, percentile
from benchmarks.ways import rest
from grader.sandbox.pool import SandboxPool

_MB = 10**6


async def memory(pool: SandboxPool) -> tuple[list[Row], str | None]:
    """Proportional set sizes of the zygote and of idle children; or why they cannot be read.

    A page that several processes share counts in equal parts for each of them.
    """
    await rest(pool)
    zygotes = children_of(os.getpid())
    idle = [pid for zygote in zygotes for pid in children_of(zygote)]
    try:
        return [
            _row("zygote, with all that students can import", zygotes),
            _row(f"idle child, of {len(idle)}", idle),
        ], None
    except PermissionError:
        return [], (
            "Memory is not measured: the sandbox hides its processes from everybody but root "
            "(CAP_SYS_PTRACE), so start the benchmark as root."
        )


def _row(name: str, pids: list[int]) -> Row:
    sizes = [proportional_set_size(pid) / _MB for pid in pids]
    return Row(name, "MB", median(sizes), percentile(sizes, 0.95), None)


def proportional_set_size(pid: int) -> int:
    """Bytes. Raises PermissionError for a process that hides."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return 1024 * int(line.split()[1])
    raise LookupError("this kernel does not say how much memory a process has to itself")
