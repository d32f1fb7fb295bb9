"""Older kernels' Landlock: what each version is asked to deny, and what it then denies, on the kernel here.

A lower version's ruleset is what an older kernel gets; a newer one takes it too, and holds no more than it.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox import tiers
from grader.sandbox.inside import confine

ROOT = Path(__file__).parents[3]
# From linux/landlock.h: the first 13 rights of files, then REFER (bit 13), TRUNCATE (14), IOCTL_DEV (15);
# BIND_TCP and CONNECT_TCP; scopes for abstract UNIX sockets and signals. Version 7 added only what is logged.
HANDLED = {
    1: (0x1FFF, 0, 0, 8),
    2: (0x3FFF, 0, 0, 8),
    3: (0x7FFF, 0, 0, 8),
    4: (0x7FFF, 3, 0, 16),
    5: (0xFFFF, 3, 0, 16),
    6: (0xFFFF, 3, 3, 24),
    7: (0xFFFF, 3, 3, 24),
}


@pytest.mark.parametrize("abi", HANDLED)
def test_each_version_is_asked_for_all_it_knows_and_no_more(abi: int) -> None:
    rules, size = confine._handled(abi)
    assert (rules.files, rules.net, rules.scoped, size) == HANDLED[abi]


def test_a_version_yet_to_come_is_asked_for_what_is_known() -> None:
    rules, size = confine._handled(99)
    assert (rules.files, rules.net, rules.scoped, size) == HANDLED[7]


# No other layer is on, so what is denied Landlock denies.
DENIED = """
import os, socket, sys
from grader.sandbox.inside import confine

abi, folder = int(sys.argv[1]), sys.argv[2]
file = os.path.join(folder, "file")
listener = socket.socket(socket.AF_UNIX)
listener.bind("\\0" + file)
listener.listen()
tries = {
    "open": lambda: open(file),
    "write": lambda: os.open(file, os.O_WRONLY),
    "list": lambda: os.listdir(folder),
    "mkdir": lambda: os.mkdir(file + ".d"),
    "execute": lambda: os.execv("/bin/true", ["true"]),
    "truncate": lambda: os.truncate(file, 0),
    "bind": lambda: socket.socket().bind(("127.0.0.1", 0)),
    "abstract": lambda: socket.socket(socket.AF_UNIX).connect("\\0" + file),
    "signal": lambda: os.kill(os.getppid(), 0),
}
parent = os.getpid()
pid = os.fork()
if pid:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
# An abstract socket made inside would be inside its scope: this one was made before.
confine._prctl("NO_NEW_PRIVS", 38, 1)
confine._syscall("Landlock", 446, confine._ruleset(abi), 0)
for name, attempt in tries.items():
    try:
        attempt()
    except PermissionError:
        print(name)
"""


@pytest.mark.parametrize("abi", HANDLED)
def test_each_version_holds_on_the_kernel_here(abi: int, tmp_path: Path) -> None:
    if tiers.probe().landlock_abi < abi:
        pytest.skip(f"this kernel has no Landlock of version {abi}")
    (tmp_path / "file").write_text("something")
    done = subprocess.run(
        [sys.executable, "-c", DENIED, str(abi), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = ["open", "write", "list", "mkdir", "execute"]
    if abi >= 3:
        expected += ["truncate"]
    if abi >= 4:
        expected += ["bind"]
    if abi >= 6:
        expected += ["abstract", "signal"]
    assert done.stdout.split() == expected
