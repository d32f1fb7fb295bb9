"""The probe says of each layer that a machine lacks what it is and how to get it. Here the lacks are real."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has what is taken away here")

SEE = """
import json
from grader.sandbox import tiers
facts = tiers.probe()
print(json.dumps([facts.tier, facts.own_uids, facts.missing]))
"""
REFUSE = """
import errno, pyseccomp
rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
rules.add_rule(pyseccomp.ERRNO(errno.{error}), {call})
rules.load()
"""
WITHOUT_CAPABILITIES = """
import ctypes
libc, header, sets = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
assert libc.capget(header, sets) == 0
sets[0] &= ~({lacking})  # the effective ones
assert libc.capset(header, sets) == 0
"""
ONE_ID = """
import ctypes, os, sys
if ctypes.CDLL(None).unshare(0x10000000) != 0:
    sys.exit(77)
for file, line in (("setgroups", "deny"), ("uid_map", "0 0 1"), ("gid_map", "0 0 1")):
    with open(f"/proc/self/{file}", "w") as map:
        map.write(line)
"""
OF_ANOTHER_MAKE = """
import platform
platform.machine = lambda: "riscv64"
"""


def probed(before: str) -> tuple[str, bool, str]:
    """Tier, whether children get uids, and all sentences, of a process that did this before it probed."""
    done = subprocess.run(
        [sys.executable, "-c", before + SEE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("no user namespaces here")
    assert done.returncode == 0, done.stderr
    tier, own_uids, missing = json.loads(done.stdout)
    assert all(sentence.endswith(".") for sentence in missing)
    return tier, own_uids, " ".join(missing)


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        ("ENOSYS", "needs Linux 5.13 or newer, built with CONFIG_SECURITY_LANDLOCK"),
        ("EPERM", "a seccomp profile that allows landlock_create_ruleset and landlock_restrict_self"),
        (
            "ENOTSUP",  # another name of EOPNOTSUPP
            "put `landlock` into its list of security modules with the boot parameter `lsm=landlock,",
        ),
    ],
)
def test_without_landlock(error: str, cure: str) -> None:
    tier, _, said = probed(REFUSE.format(error=error, call='"landlock_create_ruleset"'))
    assert tier == "minimal"
    assert f"No Landlock ({error})" in said
    assert cure in said


@pytest.mark.parametrize("error", ["EPERM", "EINVAL", "ENOSYS"])
def test_without_seccomp(error: str) -> None:
    is_seccomp = '"prctl", pyseccomp.Arg(0, pyseccomp.EQ, 22)'
    tier, _, said = probed(REFUSE.format(error=error, call=is_seccomp))
    assert tier == "insecure"
    assert f"No seccomp filter can be set ({error})" in said
    assert "CONFIG_SECCOMP_FILTER" in said
    assert "`type: RuntimeDefault`" in said


def test_on_a_machine_of_another_make() -> None:
    tier, _, said = probed(OF_ANOTHER_MAKE)
    assert tier == "insecure"
    assert "there is a list of system calls for x86_64 and aarch64, not for riscv64." in said


@as_root
def test_root_without_capabilities() -> None:
    tier, own_uids, said = probed(WITHOUT_CAPABILITIES.format(lacking="1 << 5 | 1 << 7"))
    assert not own_uids
    assert tier != "insecure"
    assert "Root without CAP_KILL, CAP_SETUID" in said
    assert "`--cap-add KILL --cap-add SETUID`" in said
    assert "`securityContext.capabilities.add`" in said


@as_root
def test_root_of_a_container_with_few_ids() -> None:
    _, own_uids, said = probed(ONE_ID)
    assert not own_uids
    assert "User and group ids 60600 to 61099 are not mapped into this container" in said
    assert "Map at least 61100 ids into it, in /etc/subuid and /etc/subgid." in said
