"""The system calls that student code may make: an allow-list that suffices alone.

Whatever is not listed answers EPERM, which Python turns into a readable exception. What only an attack
would try, and the system calls of another architecture, end the process.

The program for x86-64 runs in every test; the one for arm64 is checked by simulating every system call.
"""

import mmap
import platform
import resource
import tempfile
from errno import EPERM
from functools import cache

# Memory, time, the descriptor it already has, its own identity, and the end.
_ALLOWED = (
    "brk",
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
    "mremap",
    "munmap",
    "nanosleep",
    "read",
    "readv",
    "restart_syscall",
    "rt_sigreturn",
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

#: What an architecture never had. Any other name that is not found is a mistake, or libseccomp is too old.
_ABSENT = {"x86_64": frozenset[str](), "aarch64": frozenset({"time"})}

# The same on both architectures: Linux's asm-generic/fcntl.h and asm-generic/ioctls.h. So are the numbers of
# `mmap` and `resource` (asm-generic/mman-common.h and resource.h), which are this machine's own.
_F_GETFD, _F_GETFL, _TCGETS = 1, 3, 0x5401
_MAP_HUGETLB = 0x40000  # asm-generic/mman-common.h, as what follows
_ADVICE = (mmap.MADV_DONTNEED, mmap.MADV_FREE, mmap.MADV_HUGEPAGE)  # what malloc and NumPy give
_SIGN = 0x80000000
_LOW_HALF = 0xFFFFFFFF  # an int argument arrives in a 64-bit register whose other half means nothing


@cache
def program(machine: str = platform.machine()) -> bytes:
    """The allow-list as a BPF program for an architecture, `x86_64` or `aarch64`: this machine's, or another.

    Raises ImportError or OSError if libseccomp is not here, LookupError for another architecture or a
    libseccomp that lacks a name of the list.
    """
    # Here because without libseccomp the import itself fails, which `tiers` must survive.
    import pyseccomp as libseccomp  # type: ignore[import-untyped]  # noqa: PLC0415

    if machine not in _ABSENT:
        raise LookupError(f"there is a list of system calls for {' and '.join(_ABSENT)}, not for {machine}")
    architecture = getattr(libseccomp.Arch, machine.upper())
    rules = libseccomp.SyscallFilter(libseccomp.ERRNO(EPERM))
    rules.set_attr(libseccomp.Attr.ACT_BADARCH, libseccomp.KILL_PROCESS)
    if architecture != libseccomp.system_arch():
        rules.remove_arch(libseccomp.Arch.NATIVE)
        rules.add_arch(architecture)

    def add(action: int, name: str, *conditions: libseccomp.Arg) -> None:
        if libseccomp.resolve_syscall(architecture, name) >= 0:
            # libseccomp wants the number that this machine would use, and translates it.
            rules.add_rule(action, libseccomp.resolve_syscall(libseccomp.Arch.NATIVE, name), *conditions)
        elif name not in _ABSENT[machine]:
            raise LookupError(f"this libseccomp does not know the system call {name}")

    def masked(position: int, mask: int, value: int) -> libseccomp.Arg:
        return libseccomp.Arg(position, libseccomp.MASKED_EQ, mask, value)

    for name in _ALLOWED:
        add(libseccomp.ALLOW, name)
    for name in _DEADLY:
        add(libseccomp.KILL_PROCESS, name)
    # Clocks of this process and of the machine: those of other processes have negative numbers.
    for name in ("clock_getres", "clock_gettime", "clock_nanosleep"):
        add(libseccomp.ALLOW, name, masked(0, _SIGN, 0))
    add(libseccomp.ALLOW, "sched_getaffinity", masked(0, _LOW_HALF, 0))
    # Anonymous memory only, never executable, and none from a pool that no limit counts.
    add(
        libseccomp.ALLOW,
        "mmap",
        masked(2, mmap.PROT_EXEC, 0),
        masked(3, _MAP_HUGETLB, 0),
        masked(4, _LOW_HALF, _LOW_HALF),
    )
    for advice in _ADVICE:
        add(libseccomp.ALLOW, "madvise", masked(2, _LOW_HALF, advice))
    add(libseccomp.ALLOW, "mprotect", masked(2, mmap.PROT_EXEC, 0))
    for command in (_F_GETFD, _F_GETFL):
        add(libseccomp.ALLOW, "fcntl", masked(1, _LOW_HALF, command))
    add(libseccomp.ALLOW, "ioctl", masked(1, _LOW_HALF, _TCGETS))
    # One's own limits only: to read them, and to lower memory when the job is known. Without capabilities a
    # hard limit cannot be raised again.
    own = masked(0, _LOW_HALF, 0)
    add(libseccomp.ALLOW, "prlimit64", own, libseccomp.Arg(2, libseccomp.EQ, 0))
    add(libseccomp.ALLOW, "prlimit64", own, masked(1, _LOW_HALF, resource.RLIMIT_AS))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
