"""Run a command as it would run in a container: `container.py PROFILE COMMAND...`.

An ordinary user, the same for every process; no namespaces and no mounts, by a seccomp profile like the
default ones of container engines; an empty bounding set of capabilities and no_new_privs. The profile
`without_landlock` is older than Landlock, and `without_seccomp` lets nobody set a filter of their own.
"""

import ctypes
import errno
import os
import sys

import pyseccomp as libseccomp  # type: ignore[import-untyped]

NOBODY = 65534
PROFILES = ("default", "without_landlock", "without_seccomp")

# Operations of prctl, and capabilities.
_KEEP_CAPABILITIES, _DROP_FROM_BOUNDING_SET, _SECCOMP, _NO_NEW_PRIVS, _AMBIENT, _RAISE = 8, 24, 22, 38, 47, 2
_READ_ALL, _CHANGE_CAPABILITIES, _KNOWN_CAPABILITIES = 2, 8, 41
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_NEW_NAMESPACE = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)

_libc = ctypes.CDLL(None, use_errno=True)


def become_nobody() -> None:
    """Keep nothing of root, except to read files: the interpreter may stand in somebody's home."""
    _prctl(_KEEP_CAPABILITIES, 1)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    _capabilities((1 << _READ_ALL) | (1 << _CHANGE_CAPABILITIES), 1 << _READ_ALL)
    _prctl(_AMBIENT, _RAISE, _READ_ALL)
    for capability in range(_KNOWN_CAPABILITIES):
        _prctl(_DROP_FROM_BOUNDING_SET, capability)
    _capabilities(1 << _READ_ALL, 1 << _READ_ALL)


def load(profile: str) -> None:
    rules = libseccomp.SyscallFilter(libseccomp.ALLOW)
    refuse = libseccomp.ERRNO(errno.EPERM)
    for name in ("unshare", "setns", "mount", "umount2", "pivot_root"):
        rules.add_rule(refuse, name)
    for flag in _NEW_NAMESPACE:
        rules.add_rule(refuse, "clone", libseccomp.Arg(0, libseccomp.MASKED_EQ, flag, flag))
    rules.add_rule(libseccomp.ERRNO(errno.ENOSYS), "clone3")  # whose flags no filter can read
    if profile == "without_landlock":
        for name in ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"):
            rules.add_rule(libseccomp.ERRNO(errno.ENOSYS), name)
    if profile == "without_seccomp":
        rules.add_rule(refuse, "seccomp")
        rules.add_rule(refuse, "prctl", libseccomp.Arg(0, libseccomp.EQ, _SECCOMP))
    _prctl(_NO_NEW_PRIVS, 1)
    rules.load()


def _prctl(*arguments: int) -> None:
    if _libc.prctl(*(ctypes.c_ulong(n) for n in (*arguments, 0, 0, 0, 0)[:5])) != 0:
        raise OSError(ctypes.get_errno(), f"prctl{arguments}")


def _capabilities(held: int, inheritable: int) -> None:
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if _libc.capset(header, (ctypes.c_uint32 * 6)(held, held, inheritable)) != 0:
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    _, profile, *command = sys.argv
    assert profile in PROFILES
    if os.geteuid() == 0:
        become_nobody()
    load(profile)
    os.execv(command[0], command)
