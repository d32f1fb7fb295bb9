"""The parent's end of one child: its frames, its clock, its kill switch."""

import asyncio
import signal
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from grader.sandbox.inside.frames import HEADER, Kind

_KINDS = frozenset(Kind)
_SMALL = 4096  # bytes of a frame before any job
_TICK = 0.001  # seconds: the shortest sleep of a clock that is nearly run out


class Frame(NamedTuple):
    kind: Kind
    payload: bytes


@dataclass(frozen=True, slots=True)
class Death:
    """How a child ended, as the kernel told its zygote."""

    status: int  # of wait(2)
    cpu_seconds: float


class Child(asyncio.Protocol):
    """One confined process. Whatever it sends, nothing here raises."""

    def __init__(self, serial: int, uid: int) -> None:
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
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._cpu_limit = self._wall_limit = 0.0
        self._cpu_start = self._wall_start = 0.0
        self._spent: tuple[float, float] | None = None

    # The conversation.

    def send(self, data: bytes, *, answers: int) -> None:
        """Send a frame, which the child may answer with so many frames and no more."""
        self._owed += answers
        if self._transport is not None and not self.gone:
            self._transport.write(data)

    async def next_frame(self) -> Frame | None:
        """The next frame, or None when none will come: the child died or was killed."""
        while not self._frames:
            if self.gone:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._frames.popleft()

    def kill(self) -> None:
        """End the process at once and forget whatever else it sent."""
        self._rest()
        if self.pidfd >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()
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
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        cpu, wall = self.spent()
        left = min(self._cpu_limit - cpu, self._wall_limit - wall)
        if left <= 0:
            self.timed_out = True
            self.kill()
        else:
            self._wake_in(max(left, _TICK))

    # asyncio.Protocol.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while not self.gone and len(self._received) >= HEADER.size:
            kind, size = HEADER.unpack_from(self._received)
            if kind not in _KINDS or self._owed == 0:
                self._misbehaves()
            elif size > self.largest_frame:
                self.too_much = True
                self.kill()
            elif not self._take_frame(Kind(kind), HEADER.size + size):
                return

    def _take_frame(self, kind: Kind, end: int) -> bool:
        if len(self._received) < end:
            return False
        with memoryview(self._received) as received:
            self._frames.append(Frame(kind, bytes(received[HEADER.size : end])))
        del self._received[:end]
        self._owed -= 1
        self._wake()
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it ended says the zygote
        self._end(keep_frames=True)

    def _misbehaves(self) -> None:
        self.disorderly = True
        self.kill()

    def _end(self, *, keep_frames: bool = False) -> None:
        self._rest()
        if not self.gone:
            self._spent = self.spent()  # while it is still a zombie, whose clock can be read
        self.gone = True
        if not keep_frames:
            self._frames.clear()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
