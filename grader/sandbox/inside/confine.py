"""The kernel layers, put on by a child itself, in the one order that works."""

import ctypes
import os
import resource
import select
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from .frames import BELL, CHANNEL

# Operations of prctl.
_PDEATHSIG, _DUMPABLE, _SECCOMP, _NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_FILTER = 2
# System call numbers that are the same on every architecture.
_CLOSE_RANGE, _LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 436, 444, 446

_ADDRESS_SPACE = 64 * 2**30  # bytes, until a job lowers it
# Should the parent be held up, which has a finer clock. No job lowers it: whoever can do that has the kernel
# send a SIGKILL that looks like one of ours.
_CPU_SECONDS = 3600

#: Rights of files that each Landlock ABI added, as how many bits it knows in all.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_RIGHTS = 0b11  # bind and connect of TCP, from ABI 4
_SCOPES = 0b11  # abstract sockets and signals, from ABI 6


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Layers:
    """Which layers this machine has, decided once by the parent."""

    seccomp: bytes  # a BPF program; empty: none
    landlock_abi: int  # 0: none
    own_uid: bool  # each child gets a uid and gid of its own
    namespaces: bool  # each child is made in some of its own


class Confinement:
    """Everything that can be prepared before the fork."""

    def __init__(self, layers: Layers) -> None:
        self.address_space = _address_space()  # bytes, which a child has before it has a job
        self._own_uid = layers.own_uid
        self._zygote = select.poll()
        self._zygote.register(os.pidfd_open(os.getpid()), select.POLLIN)
        self._landlock = _ruleset(layers.landlock_abi) if layers.landlock_abi else None
        self._instructions = ctypes.create_string_buffer(layers.seccomp, max(len(layers.seccomp), 1))
        self._program = _Program(len(layers.seccomp) // 8, ctypes.addressof(self._instructions))

    def enter(self, channel: int, bell: int, entrance: Sequence[int], uid: int) -> None:
        """Confine this process for good, keeping `channel` and `bell` as its only private descriptors.

        Both have numbers above `BELL`. `entrance` is a cgroup's, if there is one. Raises OSError, naming the
        layer that failed.
        """
        for group in entrance:
            _join(group)
        for limit, value in _RLIMITS:
            lower(limit, value)
        os.setsid()
        if self._own_uid:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        else:
            _drop_capabilities()
        # After the change of uid, which clears both.
        _prctl("PDEATHSIG", _PDEATHSIG, signal.SIGKILL)
        _prctl("DUMPABLE", _DUMPABLE, 0)
        if self._zygote.poll(0):  # it died before PDEATHSIG was set
            os._exit(1)
        _prctl("NO_NEW_PRIVS", _NO_NEW_PRIVS, 1)
        if self._landlock is not None:
            _syscall("Landlock", _LANDLOCK_RESTRICT, self._landlock, 0)
        os.dup2(channel, CHANNEL, inheritable=False)
        os.dup2(bell, BELL, inheritable=False)
        close_from(BELL + 1)
        if self._program.length:
            _prctl("seccomp", _SECCOMP, _SECCOMP_FILTER, ctypes.addressof(self._program))


_RLIMITS = (
    (resource.RLIMIT_AS, _ADDRESS_SPACE),
    (resource.RLIMIT_CPU, _CPU_SECONDS),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_NOFILE, BELL + 1),
    (resource.RLIMIT_NPROC, 0),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_MEMLOCK, 0),
    (resource.RLIMIT_MSGQUEUE, 0),
)


def lower(limit: int, value: int) -> None:
    """Lower a limit of this process for good, or leave it where it is lower already."""
    hard = resource.getrlimit(limit)[1]
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (allowed, allowed))


def close_from(first: int) -> None:
    try:
        _syscall("close_range", _CLOSE_RANGE, first, 0xFFFFFFFF, 0)
    except OSError:  # Linux before 5.9
        os.closerange(first, 65_536)


def hide() -> None:
    """Make this process unreadable and untraceable for others of the same uid."""
    _prctl("DUMPABLE", _DUMPABLE, 0)


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - pathlib would be one more import
        return int(statm.read().split()[0]) * resource.getpagesize()


def _join(entrance: int) -> None:
    try:
        os.write(entrance, b"0")
    except OSError as error:
        raise OSError(error.errno, f"cgroup: {error.strerror}") from error


def _ruleset(abi: int) -> int:
    rules, size = _handled(abi)
    return _syscall("Landlock", _LANDLOCK_CREATE, ctypes.addressof(rules), size, 0)


def _handled(abi: int) -> tuple[_Ruleset, int]:
    """All that this ABI can deny, and how many bytes of it that kernel reads."""
    rights = (1 << _FILE_RIGHTS[min(abi, max(_FILE_RIGHTS))]) - 1
    rules = _Ruleset(rights, _NET_RIGHTS if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    return rules, 8 if abi < 4 else 16 if abi < 6 else 24


def _drop_capabilities() -> None:
    header = _CapabilityHeader(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if _libc.capset(ctypes.byref(header), nothing) != 0:
        raise _failure("capset")


def _prctl(layer: str, *arguments: int) -> None:
    padded = [ctypes.c_ulong(n) for n in (*arguments, 0, 0, 0, 0)[:5]]
    if _libc.prctl(*padded) != 0:
        raise _failure(layer)


def _syscall(layer: str, *arguments: int) -> int:
    result: int = _libc.syscall(*(ctypes.c_long(n) for n in arguments))
    if result < 0:
        raise _failure(layer)
    return result


def _failure(layer: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{layer}: {os.strerror(number)}")
