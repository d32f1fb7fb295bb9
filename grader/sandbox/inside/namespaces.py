"""Namespaces: what a child cannot see at all, and the one system call that makes a child.

The zygote goes first: `leave_the_machine` takes away its file system, network and host name for good. Each
child is then made with process ids, IPC objects, mounts and a host name of its own. The network is one for
all children, empty as it is: one for each would cost more than all the rest of a child's namespaces, and
nobody in here can make a socket (docs/decisions/0008).

Run as a program this tries it all in a process that ends at once, and prints what failed.
"""

import ctypes
import errno
import os
import signal
import sys

_NEWNS, _NEWUTS, _NEWIPC = 0x20000, 0x4000000, 0x8000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_PIDFD = 0x1000
_PER_CHILD = _NEWPID | _NEWNS | _NEWUTS | _NEWIPC

_READ_ONLY, _NOSUID, _NODEV, _NOEXEC, _RECURSIVE, _PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000
_DETACH = 2

#: Numbers of clone and pivot_root, on the machines whose clone takes flags, stack and pidfd in this order.
_NUMBERS = {"x86_64": (56, 155), "aarch64": (220, 41), "riscv64": (220, 41)}

# Keeps the GIL, without which a new process could not go on in Python.
_libc = ctypes.PyDLL(None, use_errno=True)


def fork(*, apart: bool) -> tuple[int, int]:
    """Make a child, `apart` in namespaces of its own: its pid and a pidfd; in the child, pid 0.

    Unlike os.fork this runs no hooks of Python or libc, which would have each child write to 200 pages that
    it could have shared. A process of one thread that holds no locks needs none of them. Raises OSError.
    """
    pidfd = ctypes.c_int(-1)
    flags = (_PER_CHILD if apart else 0) | _PIDFD | signal.SIGCHLD
    pid = _syscall("clone", _numbers()[0], flags, 0, ctypes.addressof(pidfd), 0, 0)
    return pid, pidfd.value


def leave_the_machine(*, through_user_namespace: bool) -> None:
    """Move this process to a network without interfaces and to an empty, read-only file system.

    Through a user namespace, which an ordinary user needs, it keeps its ids. Raises OSError, naming the
    step that failed.
    """
    if through_user_namespace:
        _become_somebody()
    _check("unshare", _libc.unshare(_NEWNS | _NEWNET | _NEWUTS | _NEWIPC))
    _check("sethostname", _libc.sethostname(b"sandbox", 7))
    _check("mount propagation", _libc.mount(None, b"/", None, _RECURSIVE | _PRIVATE, None))
    flags = _READ_ONLY | _NOSUID | _NODEV | _NOEXEC
    # Any folder will do to stand on; this one is there.
    _check("mount of a tmpfs", _libc.mount(b"tmpfs", b"/proc", b"tmpfs", flags, b"nr_inodes=1"))
    os.chdir("/proc")
    here = ctypes.create_string_buffer(b".")
    _syscall("pivot_root", _numbers()[1], ctypes.addressof(here), ctypes.addressof(here))
    _check("unmounting the old root", _libc.umount2(b".", _DETACH))
    os.chdir("/")


def _become_somebody() -> None:
    uid, gid = os.geteuid(), os.getegid()
    _check("user namespace", _libc.unshare(_NEWUSER))
    _write("setgroups", b"deny")
    _write("uid_map", b"%d %d 1" % (uid, uid))
    _write("gid_map", b"%d %d 1" % (gid, gid))


def _write(file: str, line: bytes) -> None:
    # Bytes: here the interpreter may have lost sight of its own files, with codecs among them.
    with open(f"/proc/self/{file}", "wb", buffering=0) as ids:  # noqa: PTH123 - pathlib would be one more import
        ids.write(line)


def _numbers() -> tuple[int, int]:
    machine = os.uname().machine
    if machine not in _NUMBERS:
        known = ", ".join(_NUMBERS)
        raise OSError(errno.ENOSYS, f"the system calls of {machine} are not known here, only of {known}")
    return _NUMBERS[machine]


def _syscall(step: str, *arguments: int) -> int:
    result: int = _libc.syscall(*(ctypes.c_long(n) for n in arguments))
    _check(step, result)
    return result


def _check(step: str, result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{step}: {os.strerror(number)}")


def _try() -> None:
    leave_the_machine(through_user_namespace=sys.argv[1] == "user")
    pid, _pidfd = fork(apart=True)
    if pid == 0:
        os._exit(os.getpid() != 1)
    if os.waitpid(pid, 0)[1] != 0:
        raise OSError(errno.ENOSYS, "a child did not get process ids of its own")


if __name__ == "__main__":
    try:
        _try()
    except OSError as error:
        sys.exit(error.strerror)
