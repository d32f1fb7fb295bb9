"""Control groups: what children use together and alone, as the kernel counts it.

A service has one group for its zygote, which its children are born in, and below it one for the memory of
each child. These are few and serve one child after the other. The group of all bounds processes and
processors; a child's own bounds its memory, from the moment it has a job.
"""

import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

_PREFIX = "handgrad-"
_ENTRANCE = "cgroup.procs"
_CONTROLLERS = ("memory", "pids", "cpu")
_PERIOD = 100_000  # microseconds over which the kernel counts processor time
_BATCH = 2**21  # bytes: the kernel counts in batches, so a peak is a little lower than what was asked for
_counter = itertools.count()


@dataclass(frozen=True)
class _Version:
    """What the files of a version are called, as far as they differ."""

    type: str  # of the file system
    zygote: str  # the zygote's place in the group of all
    usage: str
    limits: tuple[str, ...]  # in the order in which they can be lowered
    unlimited: bytes
    events: str
    killed: bytes  # the word there before how often the kernel killed for lack of memory
    peak: str | None  # whether it was the group's limit that killed, where `killed` does not tell
    child: Mapping[str, str]  # what is set for each child once


_VERSIONS = {
    "v1": _Version(
        type="cgroup",
        zygote="",
        usage="memory.usage_in_bytes",
        # The second, where swap is counted, is memory and swap together.
        limits=("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
        unlimited=b"-1",
        events="memory.oom_control",
        killed=b"oom_kill",
        peak="memory.max_usage_in_bytes",
        child={},
    ),
    "v2": _Version(
        type="cgroup2",
        zygote="zygote",  # beside the children: only the leaves of this tree may hold processes
        usage="memory.current",
        limits=("memory.max",),
        unlimited=b"max",
        events="memory.events",
        killed=b"oom",
        peak=None,
        child={"memory.swap.max": "0", "pids.max": "1"},
    ),
}


class Idle:
    """The bytes that an idle child has: the least that any had.

    A group's own count may be too high: the kernel may still hold pages of the child before, 2 MB large.
    """

    def __init__(self) -> None:
        self._least: int | None = None

    def measure(self, count: int) -> int:
        self._least = count if self._least is None else min(self._least, count)
        return self._least


class Group:
    """Where one child at a time lives. Its files stay open: they are used while a student waits."""

    def __init__(self, folder: Path, version: _Version, idle: Idle) -> None:
        self._folder = folder
        self._idle = idle
        self._version = version
        self._most = 0
        self._memory: int | None = None  # what the limit leaves to the child
        self._killed_before = 0
        folder.mkdir(exist_ok=True)
        for file, value in version.child.items():
            _set(folder, file, value)
        with ExitStack() as files:
            self._entrance = files.enter_context(FileIO(folder / _ENTRANCE, "w"))
            self._usage = files.enter_context(FileIO(folder / version.usage))
            there = [folder / name for name in version.limits if (folder / name).exists()]
            self._limits = [files.enter_context(FileIO(file, "w")) for file in there]
            self._events = files.enter_context(FileIO(folder / version.events))
            self._peak = files.enter_context(FileIO(folder / version.peak, "r+")) if version.peak else None
            self._files = files.pop_all()

    def open(self) -> int:
        """Lift the last child's limit, and return the descriptor by which the next one enters: it writes "0".

        It does so itself because the kernel may keep it waiting, 10 ms and more. Raises OSError.
        """
        self._lift()
        if self._peak is not None:
            self._peak.write(b"0")  # from here on
        return self._entrance.fileno()

    def limit(self, memory: int) -> None:
        """Let the child, which is idle, have that many bytes above what it has; then the kernel kills it.

        Raises OSError, or ValueError once the group was removed.
        """
        if memory == self._memory:
            return
        self._lift()
        self._most = self._idle.measure(int(_read(self._usage))) + memory
        self._killed_before = self._killed()
        for limit in self._limits:
            limit.write(b"%d" % self._most)
        self._memory = memory

    def _lift(self) -> None:
        if self._memory is not None:
            self._memory = None
            for limit in reversed(self._limits):
                limit.write(self._version.unlimited)

    def overrun(self) -> bool:
        """Whether the kernel killed for the child's limit, and not for the whole machine's."""
        killed = self._killed() > self._killed_before
        return killed and (self._peak is None or int(_read(self._peak)) > self._most - _BATCH)

    def _killed(self) -> int:
        counts = dict(line.split() for line in _read(self._events).splitlines())
        return int(counts[self._version.killed])

    def remove(self) -> None:
        """Raises OSError while there is a process left."""
        self._folder.rmdir()
        self._files.close()


class Cgroups:
    """The groups of one service."""

    def __init__(self, version: str, *, processes: int, processors: int) -> None:
        """Make the group of all, for at most so many processes, which use so many processors' time.

        Raises OSError where that cannot be done.
        """
        self._version = _VERSIONS[version]
        self._tops: list[Path] = []
        self._groups: list[Group] = []
        self._free: list[Group] = []
        self._idle = Idle()
        try:
            self._make(version, processes, processors)
        except OSError:
            self.remove()
            raise

    def _make(self, version: str, processes: int, processors: int) -> None:
        own = {name: folder for name in _CONTROLLERS if (folder := _own_folder(self._version, name))}
        if "memory" not in own:
            raise FileNotFoundError("no group of our own is in sight")
        base = {name: _delegated(folder) for name, folder in own.items()} if version == "v2" else own
        name = f"{_PREFIX}{os.getpid()}-{next(_counter)}"
        for folder in dict.fromkeys(base.values()):
            _sweep(folder)
            (folder / name).mkdir()
            self._tops.append(folder / name)
        if version == "v2":
            _pass_down(self._tops[0])
            (self._tops[0] / self._version.zygote).mkdir()
        for top in self._tops:
            _set(top, "pids.max", str(processes))
            # Each process weighs as much as one that is in no group.
            _set(top, "cpu.shares", str(1024 * processors))
            _set(top, "cpu.weight", str(min(100 * processors, 10_000)))
            _set(top, "cpu.cfs_quota_us", str(processors * _PERIOD))
            _set(top, "cpu.max", f"{processors * _PERIOD} {_PERIOD}")

    def admit(self, zygote: int) -> None:
        """Take in a zygote, and with it all children that it will have. Raises OSError."""
        for top in self._tops:
            (top / self._version.zygote / _ENTRANCE).write_text(str(zygote))

    def take(self) -> Group:
        """A group for one child, until it is given back. Raises OSError."""
        if self._free:
            return self._free.pop()
        group = Group(self._tops[0] / f"child-{len(self._groups)}", self._version, self._idle)
        self._groups.append(group)
        return group

    def give_back(self, group: Group) -> None:
        self._free.append(group)

    def remove(self) -> bool:
        """Remove all groups, as far as no process is left in them, and say whether none is left."""
        with suppress(OSError):
            while self._groups:
                self._groups[-1].remove()
                self._groups.pop()
            while self._tops:
                _remove(self._tops[-1])
                self._tops.pop()
        return not self._tops


def works(version: str) -> str:
    """Try it: empty, or the reason why it cannot be done."""
    try:
        cgroups = Cgroups(version, processes=1, processors=1)
    except OSError as error:
        return str(error)
    try:
        cgroups.take()
    except OSError as error:
        return str(error)
    finally:
        cgroups.remove()
    return ""


def _read(file: FileIO) -> bytes:
    return os.pread(file.fileno(), 4096, 0)


def _own_folder(version: _Version, controller: str) -> Path | None:
    """The folder of this process's own group, if it can be seen and written to."""
    name = controller if version.type == "cgroup" else ""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        if name in names.split(","):
            for root, point in _mounts(version.type, name):
                folder = point / os.path.relpath(path, root)
                if path.startswith(root) and os.access(folder / _ENTRANCE, os.W_OK):
                    return folder
    return None


def _mounts(type_: str, controller: str) -> Iterator[tuple[str, Path]]:
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        place, _, system = line.partition(" - ")
        found, _, options = system.split(" ", 2)
        if found == type_ and (not controller or controller in options.split(",")):
            _, _, _, root, point, *_ = place.split(" ")
            yield root, Path(point)


def _delegated(own: Path) -> Path:
    """Where groups of version 2 can be made: our own, or the one above that was given to us.

    A group that passes controllers on holds no processes, unless it is the root: so a service that was given
    a group sits in one below it.
    """
    with suppress(OSError):
        _pass_down(own)
        return own
    above = own.parent
    if os.getxattr(above, "user.delegate") != b"1":
        raise PermissionError(f"{above} is not delegated")
    _pass_down(above)
    return above


def _pass_down(folder: Path) -> None:
    control = folder / "cgroup.subtree_control"
    if "memory" not in control.read_text().split():
        there = (folder / "cgroup.controllers").read_text().split()
        control.write_text(" ".join(f"+{name}" for name in _CONTROLLERS if name in there or name == "memory"))


def _set(folder: Path, file: str, value: str) -> None:
    """Set it, where the kernel has it."""
    if (folder / file).exists():
        (folder / file).write_text(value)


def _sweep(folder: Path) -> None:
    """Remove what services left behind that were killed."""
    for left in folder.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            with suppress(OSError):  # of a service in another pid namespace, whose processes live
                _remove(left)


def _remove(folder: Path) -> None:
    for below in folder.iterdir():
        if below.is_dir():
            below.rmdir()
    folder.rmdir()
