"""Control groups: who is in which, what they bound, and that none is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.ways import rest
from grader.sandbox import cgroups, tiers
from grader.sandbox.cgroups import Cgroups, Group, Idle
from grader.sandbox.channel import Child
from grader.sandbox.job import Ending, Limits
from grader.sandbox.pool import SandboxPool
from tests.grader.sandbox.conftest import Run, job

pytestmark = pytest.mark.anyio
VERSION = tiers.probe().cgroup
here = pytest.mark.skipif(VERSION == "none", reason="no cgroup can be made on this machine")
first_version = pytest.mark.skipif(VERSION != "v1", reason="reads what only version 1 has")
SAME = "def solve(x):\n    return x"
_PATIENCE = 30.0  # seconds


@pytest.fixture
async def pool() -> AsyncIterator[SandboxPool]:
    """A pool of one's own."""
    async with SandboxPool(2) as pool:
        yield pool


def groups(owner: int) -> list[Path]:
    """Every group of that service, the groups of all first."""
    version = cgroups._VERSIONS[VERSION]
    found: list[Path] = []
    for name in cgroups._CONTROLLERS:
        own = cgroups._own_folder(version, name)
        if own is not None:
            tops = [*own.glob(f"handgrad-{owner}-*"), *own.parent.glob(f"handgrad-{owner}-*")]
            found += tops + [below for top in tops for below in top.glob("child-*")]
    return list(dict.fromkeys(found))


def top(pool: SandboxPool) -> Path:
    assert pool._cgroups is not None
    return pool._cgroups._tops[0]


def membership(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    return {name: path for _, name, path in (line.split(":", 2) for line in lines)}


@first_version
async def test_children_have_their_memory_counted_alone_and_the_rest_together(pool: SandboxPool) -> None:
    one, other = await pool.take(), await pool.take()
    assert pool._nursery is not None
    first, second, zygote = (membership(pid) for pid in (one.pid, other.pid, pool._nursery.pid))
    assert first["memory"].startswith(zygote["memory"] + "/child-")
    assert first["memory"] != second["memory"]
    assert zygote["memory"] != membership(os.getpid())["memory"]
    for name in ("pids", "cpu"):
        assert first[name] == second[name] == zygote[name]
        assert first[name] != membership(os.getpid())[name]


@first_version
async def test_the_limits_of_all_are_set(pool: SandboxPool) -> None:
    assert pool._cgroups is not None
    found = {
        file: (folder / file).read_text().strip()
        for folder in pool._cgroups._tops
        for file in ("pids.max", "cpu.cfs_quota_us", "cpu.cfs_period_us")
        if (folder / file).exists()
    }
    assert found["pids.max"] == str(tiers.MAX_UIDS + 1)
    if "cpu.cfs_quota_us" in found:
        assert (found["cpu.cfs_quota_us"], found["cpu.cfs_period_us"]) == ("300000", "100000")


@first_version
async def test_a_child_is_limited_before_it_has_a_job(pool: SandboxPool) -> None:
    """For the memory that the last job had, and anew for another's."""

    def limit(child: Child) -> int:
        assert child.group is not None
        return int((child.group._folder / "memory.limit_in_bytes").read_text())

    async def idle() -> list[int]:
        await rest(pool)
        return list(map(limit, pool._idle))

    some = 2**24  # more than an idle child has
    usual = Limits().memory_bytes
    assert all(usual < each < usual + some for each in await idle())
    for memory_mb in (64, 512, 64):
        memory = memory_mb * 2**20
        child = pool._idle[0]
        running = pool.run(job(SAME, [(0,), (1,)], limits=Limits(memory_mb=memory_mb)))
        assert (await anext(running)).value == 0
        assert memory < limit(child) < memory + some
        await running.aclose()
        await rest(pool)
        assert memory < limit(pool._idle[-1]) < memory + some, "of the one that was born meanwhile"


def test_what_an_idle_child_has_is_the_least_that_any_had() -> None:
    idle = Idle()
    assert [idle.measure(count) for count in (3, 5, 2, 4)] == [3, 3, 2, 2]


@here
async def test_memory_is_counted_when_it_is_touched(run: Run) -> None:
    source = """
import numpy as np

def solve(what):
    if what == "untouched":
        return float(np.empty(40 * 2**20)[0])  # 320 MiB of address space
    if what == "touched":
        return float(np.ones(40 * 2**20)[0])
    return float(np.empty(2**50)[0])
"""
    untouched, touched, impossible = await run(source, [("untouched",), ("touched",), ("impossible",)])
    assert np.isfinite(untouched.value)
    assert [touched.ending, impossible.ending] == [Ending.MEMORY_LIMIT] * 2


@first_version
async def test_a_machine_out_of_memory_is_nobodys_limit(pool: SandboxPool) -> None:
    """The kernel counts its kills in the victim's group, whoever's limit was met."""
    child = await pool.take()
    assert child.group is not None
    child.group._killed_before = -1
    assert not child.group.overrun()


@here
async def test_closing_leaves_no_group() -> None:
    async with SandboxPool(1) as pool:
        assert await outcomes(pool, 3) == [1] * 3
        mine = {folder for folder in groups(os.getpid()) if folder.name == top(pool).name}
        assert mine
    assert not mine & set(groups(os.getpid()))


async def outcomes(pool: SandboxPool, count: int) -> list[object]:
    source = "def solve():\n    return 1"
    return [o.value for _ in range(count) async for o in pool.run(job(source))]


@here
async def test_three_hundred_children_share_a_few_groups(pool: SandboxPool) -> None:
    def held() -> tuple[int, int]:
        return len(list(top(pool).glob("child-*"))), len(list(Path("/proc/self/fd").iterdir()))

    await outcomes(pool, 20)
    folders, descriptors = held()
    assert await outcomes(pool, 300) == [1] * 300
    now = held()
    # On a busy machine a child takes long to die, and keeps its group meanwhile: so there may be some more.
    more = now[0] - folders
    assert more <= 30, "more at once than before, but not one for each"
    assert now[1] <= descriptors + 30 + 6 * max(more, 0), "a group's files are not closed"


@here
def test_what_a_killed_service_leaves_is_swept() -> None:
    script = """
import asyncio
from grader.sandbox.pool import SandboxPool

async def main():
    async with SandboxPool(1):
        print("there", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == "there\n"
        left = groups(service.pid)
        assert left
        service.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + _PATIENCE
    while any((folder / "cgroup.procs").read_text() for folder in left):
        assert time.monotonic() < deadline, "processes are left behind"
        time.sleep(0.01)
    assert groups(service.pid) == left
    Cgroups(VERSION, processes=1, processors=1).remove()
    assert groups(service.pid) == []


@here
async def test_a_living_service_keeps_its_groups(pool: SandboxPool) -> None:
    before = groups(os.getpid())
    Cgroups(VERSION, processes=1, processors=1).remove()
    assert groups(os.getpid()) == before
    assert await outcomes(pool, 1) == [1]


@here
async def test_a_child_that_cannot_enter_its_group_is_our_fault(
    pool: SandboxPool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await pool.take()
    while pool._growing:
        await asyncio.gather(*pool._growing)
    pool._idle.clear()
    nowhere = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr(Group, "open", lambda _group: nowhere)
    assert [o.ending async for o in pool.run(job("def solve():\n    return 1"))] == [Ending.OUR_FAULT]
    while pool._growing:  # none may come later, when there is somewhere to go
        await asyncio.gather(*pool._growing)
    os.close(nowhere)
    assert "could not be confined: ['OSError: [Errno 28] cgroup: No space left on device']" in caplog.text
    monkeypatch.undo()
    assert await outcomes(pool, 1) == [1]


def test_the_files_of_version_two(tmp_path: Path) -> None:
    """With ordinary files in the place of the kernel's."""
    contents = {"cgroup.procs": "", "memory.current": "1000\n", "memory.max": "", "memory.events": "oom 2\n"}
    for file, text in (contents | {"memory.swap.max": "", "pids.max": ""}).items():
        (tmp_path / file).write_text(text)
    group = Group(tmp_path, cgroups._VERSIONS["v2"], Idle())
    assert (tmp_path / "memory.swap.max").read_text() == "0"
    assert (tmp_path / "pids.max").read_text() == "1"
    os.write(group.open(), b"0")
    assert (tmp_path / "cgroup.procs").read_text() == "0"
    group.limit(24)
    assert (tmp_path / "memory.max").read_text() == "1024"
    group.limit(25)
    assert (tmp_path / "memory.max").read_text() == "1024max1025"  # an ordinary file keeps what was written
    assert not group.overrun()
    (tmp_path / "memory.events").write_text("low 0\noom 2\noom_kill 1\n")
    assert not group.overrun(), "killed, but not for this limit"
    (tmp_path / "memory.events").write_text("low 0\noom 3\noom_kill 1\n")
    assert group.overrun()
    group._files.close()  # a folder of ordinary files cannot be removed as the kernel's can


def test_version_two_makes_groups_only_where_it_may(tmp_path: Path) -> None:
    own = tmp_path / "service"
    own.mkdir()
    for folder in (tmp_path, own):
        (folder / "cgroup.controllers").write_text("cpu memory\n")
        (folder / "cgroup.subtree_control").write_text("")
    assert cgroups._delegated(own) == own
    assert (own / "cgroup.subtree_control").read_text() == "+memory +cpu"
    (own / "cgroup.subtree_control").unlink()  # now it refuses, as a group with processes does
    with pytest.raises(OSError, match=r"No data available|not supported"):
        cgroups._delegated(own)
    assert (tmp_path / "cgroup.subtree_control").read_text() == ""
