"""`handgrad bench soak`, short; and that its laws can be broken."""

import asyncio
import json
import mmap
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from benchmarks import census, soak
from benchmarks.census import LAWS, MEMORY, PROCESSES, Law, take_census
from benchmarks.findings import Findings
from benchmarks.hostile import HONEST, HOSTILE, Kind, drawn
from grader.sandbox.job import Ending
from grader.sandbox.pool import SandboxPool
from tests.benchmarks.conftest import Bench

COUNTED = Law("things", "there")


def test_300_attempts_break_no_law(bench: Bench) -> None:
    done = bench("soak", "--json", "--repeat", "300")
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert rows["wrong verdicts"]["unit"] == "of 300"
    assert rows["wrong verdicts"]["median"] == 0
    assert {law.name for law in LAWS} <= set(rows)
    # What stands by: a zygote and its children, two more than there are slots.
    assert rows[PROCESSES.name]["median"] == (os.cpu_count() or 1) + 3
    assert rows[MEMORY.name]["median"] > 10


def test_every_kind_is_drawn_and_a_fifth_is_hostile() -> None:
    first = Counter(drawn(10_000))
    assert first == Counter(drawn(10_000))
    assert set(first) == {*HONEST, *HOSTILE}
    assert 0.18 < sum(first[kind] for kind in HOSTILE) / 10_000 < 0.22


def soaked(kinds: Sequence[Kind], *, restless: bool = False) -> Findings:
    """In a process of its own, which has no other pools: whatever is below it is counted."""
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning) as alone:
        return alone.submit(_soak, kinds, restless=restless).result()


def _soak(kinds: Sequence[Kind], *, restless: bool) -> Findings:
    async def no_rest(_pool: SandboxPool) -> None:
        raise TimeoutError

    with patch.object(soak, "rest", no_rest) if restless else nullcontext():
        return asyncio.run(soak._soak(kinds))


def test_a_wrong_verdict_is_told() -> None:
    right = HONEST[0]
    wrongs = [
        replace(right, name="is said to loop", ending=Ending.TIME_LIMIT),
        replace(right, name="returns the wrong value", body="    return 3 * x\n"),
    ]
    came = "times it came out as: returned, returned, returned."
    assert soaked([right, *wrongs, wrongs[0]]).broken == [
        f"Code that is said to loop must end as time_limit; 2 of 2 {came}",
        f"Code that returns the wrong value must end as returned; 1 of 1 {came}",
    ]


def test_a_pool_that_finds_no_rest_is_told() -> None:
    findings = soaked(HONEST, restless=True)
    assert findings.broken == ["The pool does not come to rest when nothing is left to do."]


@pytest.mark.parametrize(
    ("counts", "grows"),
    [
        ([9.0] * 2 + [5.0] * 8, False),  # less than at first
        ([1.0] * 2 + [5.0] * 8, False),  # while it warmed up
        ([5.0] * 4 + [9.0] * 3 + [5.0] * 3, False),  # for a while
        ([5.0] * 9 + [6.0], True),
        ([5.0], False),
    ],
)
def test_growth_is_from_the_first_rounds_to_the_last(counts: list[float], grows: bool) -> None:
    assert (soak.growth(COUNTED, counts) is not None) == grows


def test_growth_within_the_margin_is_none() -> None:
    counts = [5.0] * 9 + [6.0]
    assert soak.growth(replace(COUNTED, margin=1.0), counts) is None
    assert soak.growth(replace(COUNTED, margin=0.5), counts) == (
        "There is growth in things: at first 5 there, at last 6."
    )


def test_rounds_hold_every_attempt_once() -> None:
    for count in (1, 49, 50, 51, 300):
        kinds = list(drawn(count))
        cut = list(soak.rounds(kinds))
        assert [kind for attempts in cut for kind in attempts] == kinds
        assert all(cut)


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", "import sys; print('here', flush=True); sys.stdin.readline()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # grown up
        yield process


def test_the_census_sees_processes_descriptors_memory_and_files(
    tmp_path: Path, child: "subprocess.Popen[bytes]"
) -> None:
    before = take_census(tmp_path)
    (tmp_path / "left").touch()
    # Pages of its own: what an allocator gives may be memory that this process has freed before.
    kept = mmap.mmap(-1, 8 * 10**6)
    kept.write(bytes(range(250)) * 32_000)
    with tempfile.TemporaryFile():
        after = take_census(tmp_path)
    grown = {law for law in LAWS if after[law] > before[law] + law.margin}
    assert grown == {census.FILES, census.DESCRIPTORS, census.MEMORY}
    kept.close()
    child.communicate(b"\n")
    assert take_census(tmp_path)[PROCESSES] == before[PROCESSES] - 1


def test_the_census_sees_what_a_child_left_in_shared_places(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can leave something under another's uid")
    before = take_census(tmp_path)
    script = f"""
import ctypes, os, pathlib
os.setresuid(*[{census._CHILDREN_UIDS[-1]}] * 3)
pathlib.Path("/dev/shm/handgrad-test-{os.getpid()}").touch()
print(ctypes.CDLL(None).semget(0, 1, 0o600))
"""
    made = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    try:
        after = take_census(tmp_path)
    finally:
        Path(f"/dev/shm/handgrad-test-{os.getpid()}").unlink()
        subprocess.run(["ipcrm", "-s", made.stdout.strip()], check=True)
    assert {law: after[law] - before[law] for law in (census.FILES, census.IPC)} == {
        census.FILES: 1,
        census.IPC: 1,
    }


def test_what_a_closed_pool_left_is_told() -> None:
    nothing = dict.fromkeys(LAWS, 0.0)
    assert soak.left_behind(nothing | {MEMORY: 70.0}) == []
    assert soak.left_behind(nothing | {PROCESSES: 2.0}) == [f"2 left behind: {PROCESSES.name}."]


def test_hostile_kinds_have_names_of_their_own() -> None:
    kinds: tuple[Kind, ...] = (*HONEST, *HOSTILE)
    assert len({kind.name for kind in kinds}) == len(kinds)
