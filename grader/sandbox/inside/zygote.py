"""The zygote: a bare Python that already holds NumPy, and forks children on request.

It is executed with ``-I -S`` and an almost empty environment, stays single-threaded, holds nothing
secret, and exits when its control socket (see `control`) closes.
"""

import ctypes
import gc
import importlib
import os
import random
import select
import socket
import sys
from contextlib import suppress

from .child import live
from .confine import Confinement, hide
from .control import MAX_START, NOTE_SIZE, STARTED, Note, Start, Word
from .namespaces import fork, leave_the_machine
from .rehearsal import rehearse
from .student import StudentModules

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
_KEPT = 2**26  # bytes at the top of the heap
_KERNELS = 2**22  # bytes from which on memory comes from the kernel; NumPy asks for huge pages there
_REHEARSALS = 20  # Python specialises code that it has seen that often


def main(descriptor: int) -> None:
    """Obey the control socket until it closes."""
    with socket.socket(fileno=descriptor) as control:
        try:
            start = Start.from_bytes(control.recv(MAX_START))
            zygote = Zygote(control, start, _prepared(start))
            zygote.withdraw()
        except Exception as error:  # noqa: BLE001 - the parent must be able to say what it was
            control.send(f"{type(error).__name__}: {error}".encode())
            return
        control.send(STARTED)
        zygote.obey()


def _keep_memory() -> None:
    """Have malloc keep what is freed: else every larger array comes from the kernel anew, page by page."""
    with suppress(AttributeError):  # a libc that is not GNU's has no such wishes
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
        mallopt(_M_MMAP_THRESHOLD, _KERNELS)


def _prepared(start: Start) -> StudentModules:
    _keep_memory()
    for name in start.preloaded:
        importlib.import_module(name)
    os.dup2(0, 2)  # what it was started with is for complaints about the start only
    # From here on nothing is loaded from files, by anyone.
    for places in (sys.path, sys.path_hooks, sys.argv, sys.orig_argv):
        places.clear()
    sys.path_importer_cache.clear()
    # Children inherit it; once hidden, an unprivileged process cannot write it. Some containers forbid it.
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:  # noqa: PTH123
        score.write("1000")
    gc.disable()  # a collection here would only touch pages that children share
    modules = StudentModules(start.importable)
    sys.meta_path[:] = [modules]
    for _ in range(_REHEARSALS):
        rehearse(modules)
    gc.collect()
    gc.freeze()  # what is here now is never garbage, so that no child's collections need touch it
    return modules


class Zygote:
    def __init__(self, control: socket.socket, start: Start, modules: StudentModules) -> None:
        self._control = control
        self._layers = start.layers
        self._modules = modules
        self._confinement = Confinement(start.layers)
        self._children: dict[int, tuple[int, int]] = {}  # serial -> pid, pidfd
        self._dying: dict[int, int] = {}  # pidfd -> serial
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def withdraw(self) -> None:
        """Leave the machine, where that is possible, and be hidden from what remains on it."""
        if self._layers.namespaces:
            leave_the_machine(through_user_namespace=not self._layers.own_uid)
        hide()

    def obey(self) -> None:
        while True:
            for descriptor, _events in self._poll.poll():
                if descriptor != self._control.fileno():
                    self._bury(self._dying.pop(descriptor))
                elif not self._hear():
                    return

    def _hear(self) -> bool:
        data, descriptors, _flags, _address = socket.recv_fds(self._control, NOTE_SIZE, 3)
        if not data:
            return False
        note = Note.from_bytes(data)
        if note.word is Word.FORK:
            self._fork(note.serial, note.number, *descriptors)
        else:
            pidfd = self._children[note.serial][1]
            self._dying[pidfd] = note.serial
            self._poll.register(pidfd, select.POLLIN)
        return True

    def _fork(self, serial: int, uid: int, channel: int, bell: int, *entrance: int) -> None:
        try:
            pid, pidfd = fork(apart=self._layers.namespaces)
        except OSError as error:
            _close(channel, bell, *entrance)
            self._tell(Note(Word.BARREN, serial, error.errno or 0))
            return
        if pid == 0:
            random.seed()  # as os.fork has it: not every child the same numbers
            live(channel, bell, entrance, uid, self._confinement, self._modules)
        _close(channel, bell, *entrance)
        self._children[serial] = pid, pidfd
        self._tell(Note(Word.BORN, serial, pid), pidfd)

    def _bury(self, serial: int) -> None:
        pid, pidfd = self._children.pop(serial)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        _pid, status = os.waitpid(pid, 0)
        self._tell(Note(Word.DEAD, serial, status))

    def _tell(self, note: Note, *descriptors: int) -> None:
        socket.send_fds(self._control, [note.to_bytes()], descriptors)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
