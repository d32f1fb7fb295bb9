"""What the other layers hold when there is no seccomp, and what is said of a machine that lacks some."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from grader.sandbox import tiers
from grader.sandbox.inside.control import Note, Start, Word
from grader.sandbox.pool import SandboxPool
from grader.sandbox.tiers import probe
from tests.grader.sandbox.conftest import job

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


def test_facts_have_a_sentence_for_each_lack() -> None:
    facts = probe()
    lacks = [not facts.seccomp, not facts.landlock_abi, not facts.own_uids]
    lacks += [not facts.namespaces, facts.cgroup == "none"]
    assert len(facts.missing) == sum(lacks)
    assert all(sentence.endswith(".") for sentence in facts.missing)
    deciding = {"insecure": lacks[0], "minimal": lacks[1], "strict": lacks[3], "full": True}
    assert facts.tier == next(tier for tier, decides in deciding.items() if decides)


def test_control_messages_survive_the_way() -> None:
    note = Note(Word.DEAD, 7, 9)
    assert Note.from_bytes(note.to_bytes()) == note
    start = Start(("numpy",), ("math",), probe().layers)
    assert Start.from_bytes(start.to_bytes()) == start
