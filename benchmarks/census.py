"""What exists on this machine on account of this process: what must not grow with the attempts served."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.tiers import FIRST_UID, MAX_UIDS

_MB = 10**6
_CHILDREN_UIDS = range(FIRST_UID, FIRST_UID + MAX_UIDS)
_SHARED_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")  # noqa: S108 - they are only counted
_CGROUP_ROOT = "/sys/fs/cgroup"
_GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True, slots=True)
class Law:
    """What is counted, and how much more of it there may be at last than at first."""

    name: str
    unit: str
    margin: float = 0.0
    of_the_pool: bool = False  # there is none before a pool is started, and none once it is closed


DESCRIPTORS = Law("open descriptors of service and zygote", "open")
PROCESSES = Law("processes below the service", "there", of_the_pool=True)
MEMORY = Law("memory of the service", "MB", margin=2.0)
ZYGOTE_MEMORY = Law("memory of the zygote", "MB", margin=2.0, of_the_pool=True)
# Groups are kept for as many children as ever lived at once, and two slots may do so for the first time late.
CGROUPS = Law("control groups", "there", margin=4.0, of_the_pool=True)
NAMESPACES = Law("namespaces of the processes below", "there", of_the_pool=True)
FILES = Law("temporary files and POSIX shared memory", "there", of_the_pool=True)
IPC = Law("SysV shared memory, semaphores and queues", "there", of_the_pool=True)
LAWS = (DESCRIPTORS, PROCESSES, MEMORY, ZYGOTE_MEMORY, CGROUPS, NAMESPACES, FILES, IPC)

Census = Mapping[Law, float]


def take_census(temporary: Path) -> Census:
    """Count everything. `temporary` is the folder that this process keeps its temporary files in.

    What its children may have left in places that everybody shares is told by their uids: where they have
    none of their own, it cannot be told from what others leave there, and is not counted.
    """
    me = os.getpid()
    parents = _parents()
    zygotes = [pid for pid, parent in parents.items() if parent == me]
    below = _descendants(me, parents)
    return {
        DESCRIPTORS: sum(_descriptors(pid) for pid in (me, *zygotes)),
        PROCESSES: len(below),
        MEMORY: _resident(me),
        ZYGOTE_MEMORY: sum(map(_resident, zygotes)),
        CGROUPS: len(_cgroups(me)),
        NAMESPACES: len({link for pid in below for link in _namespaces(pid)}),
        FILES: len(list(temporary.iterdir())) + len(_left_by_children()),
        IPC: sum(1 for _ in _ipc_of_children()),
    }


def children_of(pid: int) -> list[int]:
    """Its child processes, dead ones included that nobody has reaped."""
    return [child for child, parent in _parents().items() if parent == pid]


def _parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(*_GONE):
                stat = (entry / "stat").read_text()
                found[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def _descendants(pid: int, parents: Mapping[int, int]) -> list[int]:
    children = [child for child, parent in parents.items() if parent == pid]
    return [*children, *(below for child in children for below in _descendants(child, parents))]


def _listed(folder: str) -> list[Path]:
    """What is in a folder; nothing where it is not there or not for our eyes."""
    try:
        return list(Path(folder).iterdir())
    except (PermissionError, *_GONE):
        return []


def _descriptors(pid: int) -> int:
    """All but those of control groups, which are counted themselves."""
    count = 0
    for link in _listed(f"/proc/{pid}/fd"):
        with suppress(*_GONE):
            count += not link.readlink().is_relative_to(_CGROUP_ROOT)
    return count


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MB


def _cgroups(pid: int) -> list[str]:
    """Every group at or below one that is called after the process."""
    return [
        folder
        for folder, _, _ in os.walk(_CGROUP_ROOT)
        if any(part.startswith(f"handgrad-{pid}-") for part in Path(folder).parts)
    ]


def _namespaces(pid: int) -> Iterator[str]:
    for link in _listed(f"/proc/{pid}/ns"):
        with suppress(PermissionError, *_GONE):
            yield str(link.readlink())


def _left_by_children() -> list[Path]:
    found = []
    for folder in _SHARED_FOLDERS:
        for path in _listed(folder):
            with suppress(*_GONE):
                if path.lstat().st_uid in _CHILDREN_UIDS:
                    found.append(path)
    return found


def _ipc_of_children() -> Iterable[str]:
    for kind in ("shm", "sem", "msg"):
        with suppress(*_GONE):
            head, *lines = Path("/proc/sysvipc", kind).read_text().splitlines()
            column = head.split().index("cuid")
            yield from (line for line in lines if int(line.split()[column]) in _CHILDREN_UIDS)
