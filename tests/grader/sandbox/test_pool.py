"""Processes: turns, losses, replacements, and that nothing is left behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from grader.sandbox import nursery, tiers
from grader.sandbox.job import CaseOutcome, Ending
from grader.sandbox.pool import SandboxPool
from tests.grader.sandbox.conftest import job

pytestmark = pytest.mark.anyio

SLOW = "import time\ndef solve(x):\n    time.sleep(0.2)\n    return x"
_PATIENCE = 30.0  # seconds until a process that should be gone counts as left behind


@pytest.fixture
async def pool() -> AsyncIterator[SandboxPool]:
    """A pool of one's own, to be hurt."""
    async with SandboxPool(2) as pool:
        yield pool


async def outcomes(pool: SandboxPool, source: str, cases: int = 3) -> list[CaseOutcome]:
    public = [(index,) for index in range(cases)]
    return [outcome async for outcome in pool.run(job(source, public))]


def zygote(pool: SandboxPool) -> int:
    assert pool._nursery is not None
    return pool._nursery._process.pid


def busy(pool: SandboxPool) -> list[int]:
    """The children that have a job."""
    assert pool._nursery is not None
    return [child.pid for child in pool._nursery._children.values() if child._timer is not None]


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not true():  # noqa: ASYNC110 - what it waits for is the kernel's business
            await asyncio.sleep(0.01)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_more_jobs_than_slots(pool: SandboxPool) -> None:
    results = await asyncio.gather(*(outcomes(pool, SLOW, 2) for _ in range(5)))
    assert [[o.value for o in result] for result in results] == [[0, 1]] * 5


async def test_after_a_burst_all_stand_by_again(pool: SandboxPool) -> None:
    quick = "def solve(x):\n    return x"
    await asyncio.gather(*(outcomes(pool, quick, 1) for _ in range(20)))
    await eventually(lambda: pool.at_rest)
    assert len(pool._idle) == pool._standing_by


async def test_children_are_made_in_time_but_not_at_a_jobs_cost(pool: SandboxPool) -> None:
    await eventually(lambda: pool.at_rest)
    taken = []
    for growing in (0, 0, 3):  # of four that stand by for two slots
        taken.append(await pool.take())
        await asyncio.sleep(0)
        assert len(pool._growing) == growing
    for child in taken:
        pool.release(child)
    await eventually(lambda: pool.at_rest)
    pool.release(await pool.take())
    await eventually(lambda: pool.at_rest)


async def test_a_child_that_just_came_is_not_counted_twice(pool: SandboxPool) -> None:
    await eventually(lambda: pool.at_rest)
    came = asyncio.create_task(asyncio.sleep(0))
    await came
    pool._growing.add(came)  # as it is until the loop comes round to its callbacks
    pool.release(pool._idle.popleft())
    pool._grow()
    await eventually(lambda: pool.at_rest)


async def test_no_job_sees_another(pool: SandboxPool) -> None:
    source = "import numpy as np\nnp.mine = getattr(np, 'mine', 0) + 1\ndef solve(x):\n    return np.mine"
    results = await asyncio.gather(*(outcomes(pool, source, 1) for _ in range(6)))
    assert [result[0].value for result in results] == [1] * 6


async def test_a_zygote_killed_between_jobs_is_replaced(pool: SandboxPool) -> None:
    first = zygote(pool)
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: not lives(first))
    assert [o.ending for o in await outcomes(pool, SLOW)] == [Ending.RETURNED] * 3
    assert zygote(pool) != first


async def test_a_zygote_killed_during_a_job_costs_nothing(pool: SandboxPool) -> None:
    running = asyncio.create_task(outcomes(pool, SLOW, 4))
    await asyncio.sleep(0.3)
    os.kill(zygote(pool), signal.SIGKILL)
    assert [o.value for o in await running] == [0, 1, 2, 3]


async def test_a_second_loss_is_our_fault(pool: SandboxPool) -> None:
    seen = []
    async with aclosing(pool.run(job(SLOW, [(n,) for n in range(4)]))) as running:
        async for outcome in running:
            seen.append(outcome.ending)
            if len(seen) <= 2:
                os.kill(zygote(pool), signal.SIGKILL)
    assert seen == [Ending.RETURNED, Ending.RETURNED, Ending.OUR_FAULT, Ending.OUR_FAULT]
    assert [o.ending for o in await outcomes(pool, SLOW)] == [Ending.RETURNED] * 3


async def test_a_silent_zygote_is_replaced(pool: SandboxPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nursery, "PATIENCE", 3.0)
    silent = zygote(pool)
    os.kill(silent, signal.SIGSTOP)
    # How its child ended, only the zygote can say.
    exits = "import random\ndef solve(x):\n    random._os._exit(0)"
    assert [o.ending for o in await outcomes(pool, exits, 1)] == [Ending.DIED]
    assert not lives(silent)
    assert zygote(pool) != silent


async def test_a_child_killed_from_outside_is_retried(pool: SandboxPool) -> None:
    running = asyncio.create_task(outcomes(pool, SLOW))
    await asyncio.sleep(0.1)
    (pid,) = busy(pool)
    os.kill(pid, signal.SIGKILL)
    assert [o.ending for o in await running] == [Ending.RETURNED] * 3


async def test_an_idle_child_that_died_is_passed_over(pool: SandboxPool) -> None:
    await eventually(lambda: pool.at_rest)
    for child in pool._idle:
        os.kill(child.pid, signal.SIGKILL)
    await eventually(lambda: all(child.gone for child in pool._idle))
    assert [o.ending for o in await outcomes(pool, SLOW)] == [Ending.RETURNED] * 3


async def test_an_abandoned_job_leaves_no_process(pool: SandboxPool) -> None:
    async with aclosing(pool.run(job("def solve(x):\n    while x:\n        pass", [(0,), (1,)]))) as running:
        await anext(running)
        (pid,) = busy(pool)
        assert lives(pid)
    await eventually(lambda: not lives(pid))
    assert [o.ending for o in await outcomes(pool, SLOW)] == [Ending.RETURNED] * 3


async def test_a_cancelled_job_frees_its_slot(pool: SandboxPool) -> None:
    endless = [
        asyncio.create_task(outcomes(pool, "def solve(x):\n    while True:\n        pass")) for _ in "ab"
    ]
    await asyncio.sleep(0.1)
    for task in endless:
        task.cancel()
    await asyncio.gather(*endless, return_exceptions=True)
    assert [o.ending for o in await outcomes(pool, SLOW)] == [Ending.RETURNED] * 3


def descriptors() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


async def test_closing_leaves_nothing() -> None:
    async def life() -> list[int]:
        async with SandboxPool(2) as pool:
            await outcomes(pool, "def solve(x):\n    import random\n    random._os._exit(0)")
            assert pool._nursery is not None
            return [zygote(pool), *(child.pid for child in pool._nursery._children.values())]

    await life()  # imports and the like may open descriptors once
    before = descriptors()
    pids = await life()
    assert not any(lives(pid) for pid in pids if pid)
    assert descriptors() == before


async def test_closing_ends_a_running_job_as_our_fault() -> None:
    pool = SandboxPool(1)
    await pool.start()
    running = asyncio.create_task(outcomes(pool, SLOW))
    await asyncio.sleep(0.3)
    await pool.close()
    assert (await running)[-1].ending is Ending.OUR_FAULT


async def test_children_have_uids_of_their_own(pool: SandboxPool) -> None:
    if not tiers.probe().own_uids:
        pytest.skip("only root can give children uids of their own")
    source = """
import random
import time

def solve(x):
    time.sleep(0.2)
    return [*random._os.getresuid(), *random._os.getresgid()]
"""
    results = await asyncio.gather(*(outcomes(pool, source, 1) for _ in range(2)))
    uids = [cast("list[int]", result.value) for (result,) in results]
    assert [len(set(ids)) for ids in uids] == [1, 1]
    assert uids[0] != uids[1]
    assert all(ids[0] >= tiers.FIRST_UID for ids in uids)


def test_all_is_gone_when_the_service_is_killed() -> None:
    script = """
import asyncio
from grader.sandbox.pool import SandboxPool

async def main():
    async with SandboxPool(1) as pool:
        children = pool._nursery._children.values()
        print(pool._nursery._process.pid, *(child.pid for child in children if child.pid), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        pids = [int(pid) for pid in service.stdout.readline().split()]
        assert len(pids) >= 2
        service.kill()
    deadline = time.monotonic() + _PATIENCE
    while any(lives(pid) for pid in pids):
        assert time.monotonic() < deadline, "processes are left behind"
        time.sleep(0.01)


def test_an_ordinary_user_can_run_it() -> None:
    """As nobody, who may read files so that an interpreter in somebody's home still starts."""
    if os.geteuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    script = """
import asyncio, ctypes, json, os
from dataclasses import asdict
from grader.sandbox import nursery, tiers
from grader.sandbox.job import CaseInput, Job
from grader.sandbox.pool import SandboxPool

READ_ALL = 2  # CAP_DAC_READ_SEARCH
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(8, 1, 0, 0, 0)  # keep capabilities over the change of uid
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[1 << READ_ALL] * 3))
assert libc.prctl(47, 2, READ_ALL, 0, 0) == 0  # and over exec
source = "import random as r\\ndef solve(x):\\n    return [r._os.getuid(), x]"
source += "\\ndef attack(x):\\n    r._os.kill(-1, 9)"

async def main():
    async with SandboxPool(1) as pool:
        seen = []
        for entry in ("solution.solve", "solution.attack"):
            job = Job({"solution": source}, entry, [CaseInput((3,), public=True)])
            seen += [[o.ending, o.value, o.error and o.error.kind] async for o in pool.run(job)]
        print(json.dumps([asdict(tiers.probe()), seen]))

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    facts, seen = json.loads(done.stdout)
    assert (facts["uid"], facts["own_uids"], facts["tier"]) == (65534, False, tiers.probe().tier)
    assert seen == [["returned", [65534, 3], None], ["raised", None, "PermissionError"]]


def test_without_seccomp_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tiers.INSECURE_SETTING, raising=False)
    bare = replace(tiers.probe(), tier="insecure", seccomp=False, missing=("There is no seccomp.",))
    with pytest.raises(
        tiers.SandboxUnavailable, match=r"There is no seccomp\. .*HANDGRAD_INSECURE_SANDBOX=1"
    ):
        asyncio.run(SandboxPool(1, facts=bare).start())


async def test_without_seccomp_if_the_operator_insists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tiers.INSECURE_SETTING, "1")
    # As the first process of a pid namespace it could not kill itself.
    bare = replace(tiers.probe().lowered("strict"), tier="insecure", seccomp=False)
    async with SandboxPool(1, facts=bare) as pool:
        assert pool.tier == "insecure"
        assert [o.ending for o in await outcomes(pool, "def solve(x):\n    return x")] == [
            Ending.RETURNED
        ] * 3
        stopped = "import random\ndef solve(x):\n    random._os.kill(random._os.getpid(), 9)"
        assert [o.ending for o in await outcomes(pool, stopped, 1)] == [Ending.DIED]


def test_slots_have_bounds() -> None:
    with pytest.raises(ValueError, match="not 0"):
        SandboxPool(0)
