"""The system calls that student code may make: an allow-list that suffices alone.

Whatever is not listed answers EPERM, which Python turns into a readable exception. What only an attack
would try, and the system calls of another architecture, end the process.
"""

import mmap
import resource
import tempfile
from errno import EPERM
from functools import cache

# Memory, time, the descriptor it already has, its own identity, and the end.
_ALLOWED = (
    "brk",
    "clock_getres",
    "clock_gettime",
    "clock_nanosleep",
    "exit",
    "exit_group",
    "futex",
    "getegid",
    "geteuid",
    "getgid",
    "getpid",
    "getppid",
    "getrandom",
    "getresgid",
    "getresuid",
    "getrusage",
    "gettid",
    "gettimeofday",
    "getuid",
    "madvise",
    "mremap",
    "munmap",
    "nanosleep",
    "read",
    "readv",
    "restart_syscall",
    "rt_sigreturn",
    "sched_getaffinity",
    "sched_yield",
    "sysinfo",
    "time",
    "times",
    "write",
    "writev",
)

_DEADLY = (
    "bpf",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "mount",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "umount2",
)

_F_GETFD, _F_GETFL, _TCGETS = 1, 3, 0x5401
_LOW_HALF = 0xFFFFFFFF  # an int argument arrives in a 64-bit register whose other half means nothing


@cache
def program() -> bytes:
    """The allow-list as a BPF program for this machine's architecture.

    Raises ImportError or OSError if libseccomp is not here.
    """
    # Here because without libseccomp the import itself fails, which `tiers` must survive.
    import pyseccomp as libseccomp  # type: ignore[import-untyped]  # noqa: PLC0415

    rules = libseccomp.SyscallFilter(libseccomp.ERRNO(EPERM))
    rules.set_attr(libseccomp.Attr.ACT_BADARCH, libseccomp.KILL_PROCESS)

    def add(action: int, name: str, *conditions: libseccomp.Arg) -> None:
        number = libseccomp.resolve_syscall(libseccomp.Arch.NATIVE, name)
        if number >= 0:  # negative: this architecture has no such call
            rules.add_rule(action, number, *conditions)

    def masked(position: int, mask: int, value: int) -> libseccomp.Arg:
        return libseccomp.Arg(position, libseccomp.MASKED_EQ, mask, value)

    for name in _ALLOWED:
        add(libseccomp.ALLOW, name)
    for name in _DEADLY:
        add(libseccomp.KILL_PROCESS, name)
    # Anonymous memory only, and never executable.
    add(libseccomp.ALLOW, "mmap", masked(2, mmap.PROT_EXEC, 0), masked(4, _LOW_HALF, _LOW_HALF))
    add(libseccomp.ALLOW, "mprotect", masked(2, mmap.PROT_EXEC, 0))
    for command in (_F_GETFD, _F_GETFL):
        add(libseccomp.ALLOW, "fcntl", masked(1, _LOW_HALF, command))
    add(libseccomp.ALLOW, "ioctl", masked(1, _LOW_HALF, _TCGETS))
    # One's own limits only: to read them, and to lower memory and CPU time when the job is known. Without
    # capabilities a hard limit cannot be raised again.
    add(libseccomp.ALLOW, "prlimit64", masked(0, _LOW_HALF, 0), libseccomp.Arg(2, libseccomp.EQ, 0))
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        add(libseccomp.ALLOW, "prlimit64", masked(0, _LOW_HALF, 0), masked(1, _LOW_HALF, limit))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
