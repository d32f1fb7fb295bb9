"""What the other layers hold when there is no seccomp, and what is said of a machine that lacks some."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from grader.sandbox import tiers
from grader.sandbox.imports import STANDARD_LIBRARY, SUBMODULES
from grader.sandbox.inside.control import Note, Start, Word
from grader.sandbox.pool import SandboxPool
from grader.sandbox.tiers import probe
from tests.grader.sandbox.conftest import Run, job

pytestmark = pytest.mark.anyio


@pytest.fixture
async def without_seccomp(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxPool]:
    monkeypatch.setenv(tiers.INSECURE_SETTING, "1")
    # In process ids of its own a child could not even name others.
    facts = replace(probe().lowered("strict"), tier="insecure", seccomp=False)
    async with SandboxPool(1, facts=facts) as pool:
        yield pool


@pytest.mark.parametrize(
    ("layer", "code", "error"),
    [
        ("Landlock", "os.mkdir('/tmp/handgrad-was-here')", "PermissionError"),
        ("Landlock", "os.symlink('/', '/tmp/handgrad-was-here')", "PermissionError"),
        ("uid", "os.kill(os.getppid(), 9)", "PermissionError"),
        ("RLIMIT_NPROC", "os.fork()", "BlockingIOError"),
        ("RLIMIT_NOFILE", "os.open('/etc/passwd', os.O_RDONLY)", "OSError"),
        ("RLIMIT_NOFILE", "sys.modules['socket'].socket()", "OSError"),
    ],
)
async def test_a_layer_holds_alone(without_seccomp: SandboxPool, layer: str, code: str, error: str) -> None:
    facts = probe()
    if (layer == "Landlock" and not facts.landlock_abi) or (layer == "uid" and not facts.own_uids):
        pytest.skip(f"{layer} is not here")
    source = f"import random, sys\nos = random._os\ndef solve():\n    {code}"
    (outcome,) = [outcome async for outcome in without_seccomp.run(job(source))]
    assert outcome.error is not None, outcome
    assert error in (outcome.error.kind, outcome.error.built_in), outcome


async def test_everything_on_the_list_can_be_imported(run: Run) -> None:
    names = ["numpy", *STANDARD_LIBRARY, *SUBMODULES]
    source = "\n".join(f"import {name}" for name in names) + "\ndef solve():\n    return 'all'"
    (outcome,) = await run(source)
    assert outcome.value == "all", outcome


async def test_numpy_needs_no_file_later(run: Run) -> None:
    source = """
import json, random, re, statistics, time, traceback, warnings
from datetime import datetime
import numpy as np

def solve():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(4, 4))
    np.linalg.svd(a), np.linalg.eigh(a @ a.T), np.linalg.solve(a, a), np.fft.fft(a)
    np.einsum("ij,jk->ik", a, a), np.tensordot(a, a), np.linalg.norm(a), np.linalg.lstsq(a, a)
    np.random.seed(0), np.random.rand(3), np.random.RandomState(1).permutation(4), rng.permutation(4)
    np.polynomial.Polynomial([1, 2])(3), np.ma.masked_less(a, 0).mean(), np.median(a), np.percentile(a, 30)
    np.lib.stride_tricks.sliding_window_view(a, 2, axis=0), np.array2string(a), repr(a), str(np.float64(1))
    np.pad(a, 1), np.unique(a), np.histogram(a), np.cov(a), np.kron(a, a), np.array(["a"]).astype("U3")
    np.testing_is_not_here = True
    with warnings.catch_warnings(record=True):
        np.mean([]), np.log(0.0), warnings.warn("x")
    datetime.strptime("2020-01-02", "%Y-%m-%d"), time.strftime("%Y"), time.localtime()
    json.dumps({"a": [1.5]}), re.compile(r"(?i)a+b").match("AAB"), statistics.mean([1, 2]), random.gauss(0, 1)
    try:
        1 / 0
    except ZeroDivisionError:
        traceback.format_exc()
    return f"{1e10:,.2f}"
"""
    (outcome,) = await run(source)
    assert outcome.value == "10,000,000,000.00", outcome


def test_facts_have_a_sentence_for_each_lack() -> None:
    facts = probe()
    lacks = [not facts.seccomp, not facts.landlock_abi, not facts.own_uids]
    lacks += [not facts.namespaces, not facts.cgroup_writable]
    assert len(facts.missing) == sum(lacks)
    assert all(sentence.endswith(".") for sentence in facts.missing)
    deciding = {"insecure": lacks[0], "minimal": lacks[1], "strict": lacks[3], "full": True}
    assert facts.tier == next(tier for tier, decides in deciding.items() if decides)


def test_control_messages_survive_the_way() -> None:
    note = Note(Word.DEAD, 7, 9, 0.25)
    assert Note.from_bytes(note.to_bytes()) == note
    start = Start(("numpy",), ("math",), probe().layers)
    assert Start.from_bytes(start.to_bytes()) == start
