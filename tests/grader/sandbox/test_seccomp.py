"""What the allow-list answers to every system call: simulated for both architectures, and by the kernel.

The table stands here once more, by name; the numbers are libseccomp's.
"""

import json
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyseccomp as libseccomp  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox import seccomp
from grader.sandbox.inside import confine, namespaces
from tests.grader.sandbox import bpf

ROOT = Path(__file__).parents[3]
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000  # allow; errno 1, EPERM; kill the process
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_*, from linux/audit.h
FOREIGN = {"x86_64": 0x40000003, "aarch64": 0x40000028}  # 32-bit programs: AUDIT_ARCH_I386, AUDIT_ARCH_ARM
HIGHEST = 600

# fmt: off
ALLOWED = {
    "brk", "exit", "exit_group", "futex", "getegid", "geteuid", "getgid", "getpid", "getppid", "getrandom",
    "getresgid", "getresuid", "getrusage", "gettid", "gettimeofday", "getuid", "mremap", "munmap",
    "nanosleep", "read", "readv", "restart_syscall", "rt_sigreturn", "sched_yield", "sysinfo", "time",
    "times", "write", "writev",
}
CLOCKS = ("clock_getres", "clock_gettime", "clock_nanosleep")
CONDITIONAL = {*CLOCKS, "fcntl", "ioctl", "madvise", "mmap", "mprotect", "prlimit64", "sched_getaffinity"}
DEADLY = {
    "bpf", "io_uring_enter", "io_uring_register", "io_uring_setup", "mount", "process_vm_readv",
    "process_vm_writev", "ptrace", "umount2",
}
# fmt: on

HIGH = 0xABCD_0000_0000  # bits of a register that the kernel does not look at in an int
NONE = 2**64 - 1  # -1: no descriptor
TRIES: dict[str, dict[int, Sequence[tuple[int, ...]]]] = {
    "mmap": {
        ALLOW: [
            (0, 4096, 3, 0x22, NONE, 0),
            (0, 4096, 0, 0x22, 0xFFFFFFFF, 0),
            (0, 4096, 3 | HIGH, 0x22, 0xFFFFFFFF | HIGH, 0),
            (0, 4096, 3, 0x4022, NONE, 0),  # MAP_NORESERVE
        ],
        REFUSE: [
            (0, 4096, 3, 0x22, 3, 0),  # a descriptor
            (0, 4096, 3, 0x22, 0, 0),
            (0, 4096, 3, 0x22, 0xFFFFFFFF << 32, 0),  # 0, with a high half that means nothing
            (0, 4096, 7, 0x22, NONE, 0),  # executable
            (0, 4096, 4, 0x22, NONE, 0),
            (0, 4096, NONE, 0x22, NONE, 0),
            (0, 4096, 3, 0x40022, NONE, 0),  # MAP_HUGETLB
        ],
    },
    "mprotect": {
        ALLOW: [(4096, 4096, 0), (4096, 4096, 1), (4096, 4096, 3)],
        REFUSE: [(4096, 4096, 4), (4096, 4096, 5), (4096, 4096, 7 | HIGH)],
    },
    "fcntl": {
        ALLOW: [(3, 1), (3, 3), (3, HIGH | 1)],  # F_GETFD, F_GETFL
        # F_DUPFD, F_SETFD, F_SETFL, ... F_SETOWN, F_SETSIG, ... and Linux's own from F_SETLEASE on
        REFUSE: [(3, 0), (3, 2), *((3, n) for n in range(4, 45)), *((3, n) for n in range(1024, 1045))],
    },
    "ioctl": {
        ALLOW: [(3, 0x5401), (3, HIGH | 0x5401)],  # TCGETS
        # TCSETS, TIOCSTI, FIONREAD, FIONBIO, FIOASYNC, FIOSETOWN, SIOCGIFCONF
        REFUSE: [(3, n) for n in (0, 0x5402, 0x5412, 0x541B, 0x5421, 0x5452, 0x8901, 0x8912, 0x5401 << 32)],
    },
    "prlimit64": {
        # Reading one's own; setting one's own AS (9).
        ALLOW: [
            *((0, limit, 0, 4096) for limit in range(16)),
            *((0, 9, 4096, new) for new in (0, 4096)),
            (HIGH, 7, 0, 4096),
        ],
        REFUSE: [
            *((0, limit, 4096, 0) for limit in range(16) if limit != 9),
            *((pid, limit, new, 0) for pid in (1, 4242, NONE) for limit in (0, 7, 9) for new in (0, 4096)),
            (0, 7, 1 << 32, 0),
        ],
    },
    "madvise": {
        ALLOW: [(4096, 4096, advice) for advice in (4, 8, 14, HIGH | 4)],  # DONTNEED, FREE, HUGEPAGE
        # ... REMOVE, DONTFORK, MERGEABLE, ..., POPULATE_WRITE, COLLAPSE, ..., HWPOISON, SOFT_OFFLINE
        REFUSE: [(4096, 4096, n) for n in (*range(4), *range(9, 14), *range(15, 26), 100, 101, 4 << 32)],
    },
    "sched_getaffinity": {
        ALLOW: [(0, 128, 4096), (HIGH, 128, 4096)],
        REFUSE: [(pid, 128, 4096) for pid in (1, 4242, NONE)],
    },
    # A clock of another process or thread is its number, negated and shifted.
    **{
        name: {
            ALLOW: [(clock, 4096) for clock in (0, 1, 2, 3, 4, 7, HIGH | 1)],
            REFUSE: [((~pid << 3 | 2) & NONE, 4096) for pid in (0, 1, 4242)] + [(0x80000000, 4096)],
        }
        for name in CLOCKS
    },
}
SOME = ((), (1, 1, 1, 1, 1, 1), (NONE,) * 6)


def name_of(machine: str, number: int) -> str | None:
    try:
        name: str = libseccomp.resolve_syscall(MACHINES[machine], number).decode()
    except ValueError:
        return None
    return name


def number_of(machine: str, name: str) -> int:
    number: int = libseccomp.resolve_syscall(MACHINES[machine], name)
    return number


@pytest.mark.parametrize("machine", MACHINES)
def test_every_system_call_gets_its_answer(machine: str) -> None:
    program = bpf.read(seccomp.program(machine))
    assert set(TRIES) == CONDITIONAL
    seen = set()
    for number in range(HIGHEST + 1):
        name = name_of(machine, number)
        seen.add(name)
        action = ALLOW if name in ALLOWED else KILL if name in DEADLY else REFUSE
        for expected, tries in TRIES.get(name or "", {action: SOME}).items():
            for arguments in tries:
                answer = bpf.answer(program, MACHINES[machine], number, arguments)
                assert answer == expected, (name, number, arguments)
    absent = {"time"} if machine == "aarch64" else set()
    assert (ALLOWED | CONDITIONAL | DEADLY) - seen == absent


@pytest.mark.parametrize("machine", MACHINES)
@given(
    number=st.integers(-(2**31), 2**31 - 1),
    arguments=st.lists(st.integers(0, 2**64 - 1), min_size=6, max_size=6),
)
def test_no_arguments_open_a_call_that_is_not_listed(machine: str, number: int, arguments: list[int]) -> None:
    answer = bpf.answer(bpf.read(seccomp.program(machine)), MACHINES[machine], number, arguments)
    assert answer in (ALLOW, REFUSE, KILL)
    if answer == ALLOW:
        assert name_of(machine, number) in ALLOWED | CONDITIONAL


@pytest.mark.parametrize("machine", MACHINES)
@given(
    name=st.sampled_from(sorted(CONDITIONAL)),
    arguments=st.lists(
        st.one_of(st.integers(0, 16), st.sampled_from([0x5401, NONE, 0xFFFFFFFF]), st.integers(0, NONE)),
        min_size=6,
        max_size=6,
    ),
)
def test_a_conditional_call_is_allowed_exactly_on_its_condition(
    machine: str, name: str, arguments: list[int]
) -> None:
    first, second, third, fourth, fifth, _ = arguments
    pid, command, advice, descriptor = (n & 0xFFFFFFFF for n in (first, second, third, fifth))  # ints
    allowed = {
        **dict.fromkeys(CLOCKS, not pid & 0x80000000),
        "madvise": advice in (4, 8, 14),
        "sched_getaffinity": pid == 0,
        "mmap": not third & 4 and not fourth & 0x40000 and descriptor == 0xFFFFFFFF,
        "mprotect": not third & 4,
        "fcntl": command in (1, 3),
        "ioctl": command == 0x5401,
        "prlimit64": pid == 0 and (third == 0 or command == 9),
    }[name]
    answer = bpf.answer(
        bpf.read(seccomp.program(machine)), MACHINES[machine], number_of(machine, name), arguments
    )
    assert answer == (ALLOW if allowed else REFUSE)


@pytest.mark.parametrize("machine", MACHINES)
def test_another_architecture_ends_the_process(machine: str) -> None:
    program = bpf.read(seccomp.program(machine))
    others = {0, 0xFFFFFFFF, *FOREIGN.values(), *MACHINES.values()} - {MACHINES[machine]}
    for architecture in others:
        for number in range(HIGHEST + 1):
            assert bpf.answer(program, architecture, number, ()) == KILL


def test_x32_ends_the_process() -> None:
    program = bpf.read(seccomp.program("x86_64"))
    for number in (*range(HIGHEST + 1), 0x3FFFFFFE):
        assert bpf.answer(program, MACHINES["x86_64"], 0x40000000 + number, ()) == KILL


def test_this_machine_gets_its_own_program() -> None:
    assert seccomp.program() == seccomp.program(platform.machine())


def test_an_architecture_without_a_list_is_refused() -> None:
    with pytest.raises(LookupError, match="x86_64 and aarch64, not for riscv64"):
        seccomp.program("riscv64")


def test_a_name_that_libseccomp_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "_DEADLY", ("of_a_later_kernel",))
    with pytest.raises(LookupError, match="does not know the system call of_a_later_kernel"):
        seccomp.program.__wrapped__("x86_64")


def test_security_md_counts_them() -> None:
    (said,) = re.findall(r"\((\d+) of about 400", (ROOT / "SECURITY.md").read_text())
    assert int(said) == len(ALLOWED | CONDITIONAL)


# uretprobe and uprobe of x86-64 belong to the kernel's own trampolines, and newer kernels let them past every
# filter. Called from anywhere else they do nothing but fail, the first with SIGILL.
PAST_EVERY_FILTER = {"x86_64": {335, 336}, "aarch64": set[int]()}

# Reads a filter and numbers, then prints what the kernel answers to each: its errno, or the signal that came.
ASK = """
import ctypes, json, os, sys
filter, numbers = json.load(sys.stdin)
if os.getuid() == 0:
    os.setgroups([])
    os.setresuid(65534, 65534, 65534)
libc = ctypes.CDLL(None, use_errno=True)
class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))
code = bytes.fromhex(filter)
buffer = ctypes.create_string_buffer(code, len(code))
program = Program(len(code) // 8, ctypes.addressof(buffer))
answers = {}
for number in numbers:
    pid = os.fork()
    if pid == 0:
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        assert libc.prctl(22, 2, ctypes.byref(program)) == 0
        failed = libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0) == -1
        os._exit(ctypes.get_errno() if failed else 255)
    answers[number] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps(answers))
"""


def test_the_kernel_here_answers_the_same() -> None:
    machine = platform.machine()
    code = seccomp.program()
    program = bpf.read(code)
    simulated = {n: bpf.answer(program, MACHINES[machine], n, ()) for n in range(HIGHEST + 1)}
    expected = {n: 1 if a == REFUSE else -31 for n, a in simulated.items() if a != ALLOW}  # EPERM, SIGSYS
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ASK],
        input=json.dumps([code.hex(), list(expected)]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = {int(number): answer for number, answer in json.loads(done.stdout).items()}
    for number in PAST_EVERY_FILTER[machine]:
        assert answers.pop(number) in (1, 6, -4)  # EPERM, ENXIO, SIGILL
        del expected[number]
    assert answers == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_written_by_hand_are_the_kernels(machine: str) -> None:
    clone, pivot_root = namespaces._NUMBERS[machine]
    written = {
        "close_range": confine._CLOSE_RANGE,
        "landlock_create_ruleset": confine._LANDLOCK_CREATE,
        "landlock_restrict_self": confine._LANDLOCK_RESTRICT,
        "clone": clone,
        "pivot_root": pivot_root,
    }
    assert written == {name: number_of(machine, name) for name in written}
