"""The parent's end of one child: its frames, its clock, its kill switch."""

import asyncio
import signal
import socket
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from grader.sandbox.inside.frames import HEADER, Kind

_KINDS = frozenset(Kind)
_SMALL = 4096  # bytes of a frame before any job
_CHUNK = 2**18  # bytes read at once
_TICK = 0.001  # seconds: the shortest sleep of a clock that is nearly run out


class Frame(NamedTuple):
    kind: Kind
    payload: bytes


@dataclass(frozen=True, slots=True)
class Death:
    """How a child ended, as the kernel told its zygote."""

    status: int  # of wait(2)
    cpu_seconds: float


class Child:
    """One confined process. Whatever it sends, nothing here raises.

    Not an `asyncio.Protocol`: a transport that cannot write any more forgets what it could still read, and
    a child's last words often come while its next case is being sent.
    """

    def __init__(self, serial: int, uid: int, connection: socket.socket) -> None:
        self.serial = serial
        self.uid = uid
        self.pid = 0
        self.pidfd = -1
        self.largest_frame = _SMALL
        self.gone = False
        self.death: asyncio.Future[Death | None] | None = None  # once it is being buried
        self.timed_out = False
        self.too_much = False  # it announced more bytes than it may send
        self.disorderly = False  # it sent what is no frame, or one that nobody asked for
        self._owed = 1  # frames it may still send; READY is the first
        self._frames: deque[Frame] = deque()
        self._received = bytearray()
        self._unsent = bytearray()
        self._writing = False
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        connection.setblocking(False)
        self._loop.add_reader(connection, self._receive)
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._cpu_limit = self._wall_limit = 0.0
        self._cpu_start = self._wall_start = 0.0
        self._spent: tuple[float, float] | None = None

    # The conversation.

    def send(self, data: bytes, *, answers: int) -> None:
        """Send a frame, which the child may answer with so many frames and no more."""
        self._owed += answers
        if not self.gone:
            self._unsent += data
            self._write()

    async def next_frame(self) -> Frame | None:
        """The next frame, or None when none will come: the child died or was killed."""
        while not self._frames:
            if self.gone:
                return None
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._frames.popleft()

    def kill(self) -> None:
        """End the process at once. What it had sent before can still be read."""
        self._rest()
        if self.pidfd >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        self._end()

    # The clock.

    def cpu_seconds(self) -> float:
        """CPU time of the whole process so far, as the kernel counts it."""
        try:
            # The clock id of another process's CPU time, as clock_getcpuclockid(3) makes it.
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:  # it is gone
            return 0.0

    def allow(self, cpu_seconds: float, wall_seconds: float) -> None:
        """Start the clock: the child is killed when either limit is reached before `stop`."""
        self._rest()
        self._spent = None
        self._cpu_limit, self._wall_limit = cpu_seconds, wall_seconds
        self._cpu_start, self._wall_start = self.cpu_seconds(), time.monotonic()
        # One thread cannot use more CPU time than time passes, so there is nothing to see earlier.
        self._wake_in(cpu_seconds)

    def spent(self) -> tuple[float, float]:
        """CPU and wall seconds since `allow`, up to `stop` or the child's end."""
        if self._spent is not None:
            return self._spent
        cpu = max(self.cpu_seconds() - self._cpu_start, 0.0)
        return cpu, time.monotonic() - self._wall_start

    def stop(self) -> tuple[float, float]:
        """Stop the clock, and say what it showed: CPU and wall seconds."""
        self._rest()
        self._spent = self.spent()
        return self._spent

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake_in(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._look)

    def _look(self) -> None:
        cpu, wall = self.spent()
        left = min(self._cpu_limit - cpu, self._wall_limit - wall)
        if left <= 0:
            self.timed_out = True
            self.kill()
        else:
            self._wake_in(max(left, _TICK))

    # The socket.

    def _write(self) -> None:
        try:
            del self._unsent[: self._connection.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:  # it is gone, as `_receive` will see after what it had sent
            self._unsent.clear()
        if self._writing and not self._unsent:
            self._loop.remove_writer(self._connection)
        elif self._unsent and not self._writing:
            self._loop.add_writer(self._connection, self._write)
        self._writing = bool(self._unsent)

    def _receive(self) -> None:
        try:
            data = self._connection.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end()
        self._received += data
        while not self.gone and len(self._received) >= HEADER.size and self._take_frame():
            pass

    def _take_frame(self) -> bool:
        """Move the first frame to where it is waited for, if it is complete and in order."""
        kind, size = HEADER.unpack_from(self._received)
        end = HEADER.size + size
        if kind not in _KINDS or self._owed == 0:
            self.disorderly = True
            self.kill()
        elif size > self.largest_frame:
            self.too_much = True
            self.kill()
        if self.gone or len(self._received) < end:
            return False
        with memoryview(self._received) as received:
            self._frames.append(Frame(Kind(kind), bytes(received[HEADER.size : end])))
        del self._received[:end]
        self._owed -= 1
        self._wake()
        return True

    def _end(self) -> None:
        self._rest()
        if self.gone:
            return
        self._spent = self.spent()  # while it is still a zombie, whose clock can be read
        self.gone = True
        self._loop.remove_reader(self._connection)
        self._loop.remove_writer(self._connection)
        self._connection.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
