"""The child's end of its socket and of its bell; see `frames`."""

import os
import time
from typing import NoReturn

import numpy as np

from .frames import BELL, CHANNEL, HEADER, LARGE, Kind, frame

_ROOM = 2**16  # bytes received at once; a larger frame gets room of its own


class Conversation:
    """Receives frames and answers them, with as few system calls and changes of process as possible."""

    def __init__(self, channel: int = CHANNEL, bell: int = BELL) -> None:
        self._channel, self._bell = channel, bell
        self._view = np.empty(_ROOM, np.uint8).data  # pages that are not used are not there
        self._start = self._end = 0
        self._following = 0  # frames that are on their way
        self._unheard = 0  # bytes sent since the bell was rung
        self._cpu, self._wall = time.thread_time(), time.perf_counter()

    def receive(self) -> memoryview | None:
        """The payload of the next frame, or None when none will come. The next call may overwrite it."""
        while True:
            begin = self._start + HEADER.size
            if begin <= self._end:
                _kind, size, self._following, _ = HEADER.unpack_from(self._view, self._start)
                if begin + size <= self._end:
                    self._start = begin + size
                    return self._view[begin : self._start]
                if HEADER.size + size > _ROOM:
                    return self._large(begin, size)
            self._make_room()
            count = self._read(self._view[self._end :])
            if count == 0:
                return None
            self._end += count

    def send(self, kind: Kind, payload: bytes = b"") -> None:
        """Answer, with the time since the last answer or the last wait."""
        cpu, wall = time.thread_time(), time.perf_counter()
        data = frame(kind, payload, int(1e6 * (cpu - self._cpu)), int(1e6 * (wall - self._wall)))
        self._cpu, self._wall = cpu, wall
        if len(data) > LARGE:
            self._ring()
        write(data, self._channel)
        self._unheard += len(data)
        if self._unheard > LARGE:
            self._ring()

    def _large(self, begin: int, size: int) -> memoryview | None:
        data = bytearray(size)
        have = self._end - begin
        data[:have] = self._view[begin : self._end]
        self._start = self._end = 0
        rest = memoryview(data)[have:]
        while rest:
            count = self._read(rest)
            if count == 0:
                return None
            rest = rest[count:]
        return memoryview(data)

    def _make_room(self) -> None:
        have = self._end - self._start
        self._view[:have] = self._view[self._start : self._end]
        self._start, self._end = 0, have

    def _read(self, room: memoryview) -> int:
        if self._unheard and not self._following:
            self._ring()
        count = os.readv(self._channel, [room])
        self._cpu, self._wall = time.thread_time(), time.perf_counter()
        return count

    def _ring(self) -> None:
        os.write(self._bell, b"!")
        self._unheard = 0


def write(data: bytes, channel: int = CHANNEL) -> None:
    """Send all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(channel, view) :]


def leave(last: bytes) -> NoReturn:
    """Send a last frame and end: that closes the bell, which is heard as well."""
    write(last)
    os._exit(0)
