"""The tier `full`: what a child lives in, as seen from outside, and that none of it is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from grader.sandbox import tiers
from grader.sandbox.inside import namespaces
from grader.sandbox.pool import SandboxPool
from tests.grader.sandbox.conftest import Run, job

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(tiers.probe().tier != "full", reason="this machine does not offer the tier full"),
]
SPACES = ("pid", "ipc", "mnt", "uts", "net")


@pytest.fixture
async def pool() -> AsyncIterator[SandboxPool]:
    """A pool of one's own."""
    async with SandboxPool(2) as pool:
        yield pool


def zygote(pool: SandboxPool) -> int:
    assert pool._nursery is not None
    return pool._nursery._process.pid


def children(pool: SandboxPool) -> list[int]:
    assert pool._nursery is not None
    return [child.pid for child in pool._nursery._children.values() if child.pid and not child.gone]


def spaces(pid: int | str) -> dict[str, str]:
    return {name: str(Path(f"/proc/{pid}/ns/{name}").readlink()) for name in SPACES}


def lines(pid: int | str, file: str) -> list[str]:
    return Path(f"/proc/{pid}/{file}").read_text().splitlines()


def names(folder: str) -> list[str]:
    return [entry.name for entry in Path(folder).iterdir()]


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root sees the namespaces of hidden processes")


@as_root
async def test_children_share_no_namespace_but_an_empty_network(pool: SandboxPool) -> None:
    first, second = await pool.take(), await pool.take()
    service, one, other = spaces("self"), spaces(first.pid), spaces(second.pid)
    assert not any(one[name] == service[name] for name in SPACES)
    assert [name for name in SPACES if one[name] == other[name]] == ["net"]
    assert one["net"] == spaces(zygote(pool))["net"]
    assert [line.split(":")[0].strip() for line in lines(first.pid, "net/dev")[2:]] == ["lo"]
    # Of lo there is only the name: it is down, so there is no route at all.
    assert lines(first.pid, "net/route")[1:] == []


@as_root
async def test_there_is_no_file_system(pool: SandboxPool) -> None:
    child = await pool.take()
    assert names(f"/proc/{child.pid}/root") == []
    (mount,) = lines(child.pid, "mountinfo")
    assert mount.split()[4] == "/"
    assert {"ro", "nosuid", "nodev", "noexec"} <= set(mount.split()[5].split(","))


async def test_a_child_is_the_first_process_it_knows(run: Run) -> None:
    source = "import random\ndef solve():\n    return [random._os.getpid(), random._os.getppid()]"
    (outcome,) = await run(source)
    assert outcome.value == [1, 0]


async def test_the_parent_knows_it_by_its_own_number(pool: SandboxPool) -> None:
    child = await pool.take()
    status = dict(line.split(":", 1) for line in lines(child.pid, "status"))
    assert status["PPid"].split() == [str(zygote(pool))]
    assert status["NSpid"].split() == [str(child.pid), "1"]
    signal.pidfd_send_signal(child.pidfd, 0)


async def test_children_draw_different_numbers(run: Run) -> None:
    source = "import random\ndef solve():\n    return random.random()"
    outcomes = [(await run(source))[0].value for _ in range(3)]
    assert len(set(outcomes)) == 3


def is_child(pid: str) -> bool:
    try:
        return lines(pid, "stat")[0].rpartition(")")[2].split()[1] == str(os.getpid())
    except OSError:  # it is gone
        return False


def test_the_trial_leaves_nothing() -> None:
    def around() -> tuple[object, ...]:
        processes = [child for child in names("/proc") if child.isdigit() and is_child(child)]
        return spaces("self"), names("/proc/self/fd"), lines("self", "mountinfo"), processes

    before = around()
    assert tiers.probe().namespaces
    assert around() == before


@as_root
def test_a_child_that_cannot_be_made_is_an_error_of_the_kernel() -> None:
    script = """
import os, resource, sys
sys.path.insert(0, sys.argv[1])
from namespaces import fork, leave_the_machine
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
os.setresuid(65533, 65533, 65533)
for attempt in lambda: fork(apart=False), lambda: leave_the_machine(through_user_namespace=False):
    try:
        attempt()
    except OSError as error:
        print(type(error).__name__, error.strerror)
"""
    inside = str(Path(namespaces.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", script, inside], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == [
        "BlockingIOError clone: Resource temporarily unavailable",
        "PermissionError unshare: Operation not permitted",
    ], done.stderr


@pytest.mark.parametrize(
    ("tier", "layers"), [("strict", (True, True, False)), ("minimal", (True, False, False))]
)
def test_facts_can_be_lowered(tier: str, layers: tuple[bool, ...]) -> None:
    lowered = tiers.probe().lowered(tier)
    assert (lowered.seccomp, bool(lowered.landlock_abi), lowered.namespaces) == layers
    assert lowered.tier == tier
    assert lowered.lowered("full") == lowered, "nothing is added"


@as_root
async def test_three_hundred_children_leave_nothing(pool: SandboxPool) -> None:
    async def one() -> None:
        assert [o.value async for o in pool.run(job("def solve():\n    return 1"))] == [1]

    def held() -> tuple[int, int]:
        return len(names("/proc/self/fd")), len(names(f"/proc/{zygote(pool)}/fd"))

    for _ in range(10):
        await one()
    before = held()
    for _ in range(300):
        await one()
    # Children that are on their way or being buried hold a few; any leak would be of hundreds.
    assert all(now < then + 30 for now, then in zip(held(), before, strict=True))
    assert len(children(pool)) <= 8
