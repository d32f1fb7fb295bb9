"""Handgrad as an ordinary user in a container, emulated by `container.py`."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import tiers
from tests.grader.sandbox import container

ROOT = Path(__file__).parents[3]
HANDGRAD = [sys.executable, "-m", "app.cli"]
RIGHT = ["grade", "train-rnn-lm", "examples/right.py", "--json"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where whoever is in the container can write."""
    tmp_path.chmod(0o777)
    return tmp_path


def command(profile: str, words: list[str]) -> list[str]:
    return [sys.executable, str(Path(container.__file__)), profile, *words]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANDGRAD_")}
    return kept | {"HANDGRAD_DATA_DIR": str(folder / "data"), "HANDGRAD_PORT": "0", **settings}


def run(profile: str, folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(profile, list(words)),
        cwd=ROOT,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


ASK = """
import ctypes, json, os
from dataclasses import asdict
from grader.sandbox import tiers
libc = ctypes.CDLL(None, use_errno=True)
NEW_USER, NEW_NET = 0x10000000, 0x40000000
refused = []
for flags in (NEW_USER, NEW_NET):
    refused.append(libc.unshare(flags) == -1 and ctypes.get_errno() == 1)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({
    "uids": status["Uid"].split(), "bounding": int(status["CapBnd"], 16),
    "locked": status["NoNewPrivs"].strip(), "refused": refused, "facts": asdict(tiers.probe()),
}))
"""


@pytest.mark.parametrize("profile", container.PROFILES)
def test_the_probe_sees_what_the_container_leaves(profile: str, folder: Path) -> None:
    done = run(profile, folder, sys.executable, "-c", ASK)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    facts = found["facts"]
    assert found["refused"] == [True, True]
    assert found["locked"] == "1"
    if os.geteuid() == 0:
        assert (found["uids"], found["bounding"]) == ([str(container.NOBODY)] * 4, 0)
    here = tiers.probe()
    landlock = 0 if profile == "without_landlock" else here.landlock_abi
    with_seccomp = "strict" if landlock else "minimal"
    assert facts["landlock_abi"] == landlock
    assert facts["tier"] == ("insecure" if profile == "without_seccomp" else with_seccomp)
    assert not facts["own_uids"]
    said = " ".join(facts["missing"])
    assert ("seccomp profile that allows landlock_create_ruleset" in said) is (profile == "without_landlock")
    assert ("seccomp profile that allows prctl" in said) is (profile == "without_seccomp")


@pytest.mark.parametrize("profile", ["default", "without_landlock"])
def test_all_attacks_end_there_as_they_must(profile: str, folder: Path) -> None:
    # With all layers that are left here; there are few to leave out.
    chosen = ["-k", "full", "tests/grader/sandbox/test_attacks.py"]
    words = ["-m", "pytest", "-p", "no:cacheprovider", f"--basetemp={folder / 'pytest'}", *chosen]
    done = run(profile, folder, sys.executable, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    counted = re.search(r"(\d+) passed", done.stdout)
    assert counted is not None, done.stdout
    assert int(counted[1]) >= 200


@pytest.mark.parametrize("words", [RIGHT, ["doctor"], ["serve"]])
def test_without_seccomp_no_code_is_run(words: list[str], folder: Path) -> None:
    done = run("without_seccomp", folder, *HANDGRAD, *words)
    assert done.returncode == 3
    assert "Student code is not run: No seccomp filter can be set (EPERM)" in done.stderr
    assert "seccomp profile that allows prctl" in done.stderr
    assert f"set {tiers.INSECURE_SETTING}=1" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_seccomp_code_is_run_if_the_operator_insists(folder: Path) -> None:
    done = run("without_seccomp", folder, *HANDGRAD, *RIGHT, **{tiers.INSECURE_SETTING: "1"})
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["verdict"], report["sandbox_tier"]) == ("accepted", "insecure")


@pytest.fixture
def insecure_service(folder: Path) -> Iterator[str]:
    with subprocess.Popen(
        command("without_seccomp", [*HANDGRAD, "serve"]),
        cwd=ROOT,
        env=environment(folder, **{tiers.INSECURE_SETTING: "1"}),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        yield re.findall(r"http://\S+", said)[0]
        process.terminate()


def test_every_page_then_says_so(insecure_service: str) -> None:
    for page in ("/", "/help", "/sign-in", "/problems/train-rnn-lm"):
        with urllib.request.urlopen(insecure_service + page) as answer:
            assert "The sandbox is switched off (HANDGRAD_INSECURE_SANDBOX)" in answer.read().decode(), page
