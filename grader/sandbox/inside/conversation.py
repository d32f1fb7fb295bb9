"""The child's end of its socket and of its bell; see `frames`."""

import os
import time
from typing import NoReturn

from .frames import BELL, CHANNEL, HEADER, LARGE, Kind, frame

_ROOM = 2**16  # bytes received at once; a larger frame gets room of its own
_LONG = 0.002  # seconds of work that are worth waking somebody for


class Conversation:
    """Receives frames and answers them, with as few system calls and changes of process as possible."""

    def __init__(self) -> None:
        self._buffer = bytearray(_ROOM)
        self._view = memoryview(self._buffer)
        self._start = self._end = 0
        self._unheard = 0  # bytes sent since the bell was rung
        self._cpu, self._wall = time.thread_time(), time.perf_counter()
        self._rang = self._wall

    def receive(self) -> memoryview:
        """The payload of the next frame. It may be overwritten by the next call."""
        while True:
            begin = self._start + HEADER.size
            if begin <= self._end:
                size = HEADER.unpack_from(self._buffer, self._start)[1]
                if begin + size <= self._end:
                    self._start = begin + size
                    return self._view[begin : self._start]
                if HEADER.size + size > _ROOM:
                    return self._large(begin, size)
            self._make_room()
            self._end += self._read(self._view[self._end :])

    def send(self, kind: Kind, payload: bytes = b"") -> None:
        """Answer, with the time since the last answer or the last wait."""
        cpu, wall = time.thread_time(), time.perf_counter()
        data = frame(kind, payload, int(1e6 * (cpu - self._cpu)), int(1e6 * (wall - self._wall)))
        self._cpu, self._wall = cpu, wall
        if len(data) > LARGE:
            self._ring()
        write(data)
        self._unheard += len(data)
        if self._unheard > LARGE or wall - self._rang > _LONG:
            self._ring()

    def _large(self, begin: int, size: int) -> memoryview:
        data = bytearray(size)
        have = self._end - begin
        data[:have] = self._view[begin : self._end]
        self._start = self._end = 0
        rest = memoryview(data)[have:]
        while rest:
            rest = rest[self._read(rest) :]
        return memoryview(data)

    def _make_room(self) -> None:
        have = self._end - self._start
        self._buffer[:have] = self._buffer[self._start : self._end]
        self._start, self._end = 0, have

    def _read(self, room: memoryview) -> int:
        if self._unheard:
            self._ring()
        count = os.readv(CHANNEL, [room])
        if count == 0:  # the parent is done with this child
            os._exit(0)
        self._cpu, self._wall = time.thread_time(), time.perf_counter()
        return count

    def _ring(self) -> None:
        os.write(BELL, b"!")
        self._unheard = 0
        self._rang = time.perf_counter()


def write(data: bytes, channel: int = CHANNEL) -> None:
    """Send all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(channel, view) :]


def leave(last: bytes) -> NoReturn:
    """Send a last frame and end: that closes the bell, which is heard as well."""
    write(last)
    os._exit(0)
