"""The parent's end of one child: its frames, its clock, its kill switch."""

import asyncio
import os
import signal
import socket
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from grader.sandbox.cgroups import Group
from grader.sandbox.inside.frames import HEADER, Kind

_KINDS = {kind.value: kind for kind in Kind}
_SMALL = 4096  # bytes of a frame before any job
_CHUNK = 2**18  # bytes read at once
_PIPE = 2**16  # bytes that a pipe holds: all rings at once, however many there are
# Seconds: how soon a child that rings no bell is looked after, ever less often, and how often at last.
_FIRST_GLANCE, _GLANCE = 0.001, 0.02
_TICK = 0.001  # seconds: the shortest sleep of a clock that is nearly run out
_COARSE = 0.03  # seconds: a running process's CPU time is brought up to date at ticks (18 ms late was seen)


class Budget(NamedTuple):
    """What a child may use until its next frame."""

    cpu_seconds: float
    wall_seconds: float


class Frame(NamedTuple):
    """What a child sent, and what it used for it."""

    kind: Kind
    payload: bytes
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Death:
    """How a child ended, as the kernel told its zygote."""

    status: int  # of wait(2)
    out_of_memory: bool  # its cgroup's limit was met


class Child:
    """One confined process. Whatever it sends, nothing here raises.

    Time is taken here, from the kernel: CPU and wall seconds from one look at the child to the next. A child
    also says what each answer took. That is finer, and is believed as far as the kernel confirms it; else it
    only decides how answers that were found together share what was seen.

    Not an `asyncio.Protocol`: a transport that cannot write any more forgets what it could still read, and
    a child's last words often come while its next case is being sent.
    """

    def __init__(
        self, serial: int, uid: int, group: Group | None, connection: socket.socket, bell: int
    ) -> None:
        self.serial = serial
        self.uid = uid
        self.group = group
        self.pid = 0
        self.pidfd = -1
        self.largest_frame = _SMALL
        self.gone = False
        self.death: asyncio.Future[Death | None] | None = None  # once it is being buried
        self.timed_out = False
        self.too_much = False  # it announced more bytes than it may send
        self.disorderly = False  # it sent what is no frame, or one that nobody asked for
        self._owed: deque[Budget | None] = deque([None])  # frames it may still send; READY is the first
        self._next: tuple[bytes, Sequence[Budget]] | None = None  # what is sent once none is owed
        self._frames: deque[Frame] = deque()
        self._received = bytearray()
        self._unsent = memoryview(b"")
        self._writing = self._watching = False
        self._connection = connection
        self._bell = bell
        self._loop = asyncio.get_running_loop()
        connection.setblocking(False)
        os.set_blocking(bell, False)
        self._loop.add_reader(bell, self._rung)
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pause = _FIRST_GLANCE
        self._cpu_mark = self._wall_mark = 0.0  # the last look
        self._last_spent: Budget | None = None

    # The conversation.

    def ask(self, message: bytes, budgets: Sequence[Budget]) -> None:
        """Send frames. The child may answer with as many as there are budgets, and no more.

        It is killed when a budget is spent before its frame has come.
        """
        self._expect(budgets)
        self._send(message)

    def ask_next(self, message: bytes, budgets: Sequence[Budget]) -> None:
        """The same, but not before every answer has come that was asked for until now."""
        self._next = message, budgets

    def _expect(self, budgets: Sequence[Budget]) -> None:
        if not self._owed:
            self._cpu_mark, self._wall_mark = self._cpu_clock(), time.monotonic()
        self._owed.extend(budgets)
        if self._timer is None and not self.gone:
            self._pause = _FIRST_GLANCE
            self._timer = self._loop.call_later(self._pause, self._look)

    def _send(self, message: bytes) -> None:
        if not self.gone:
            self._unsent = memoryview(bytes(self._unsent) + message)
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
        """End the process at once. What had come from it can still be read."""
        if self.pidfd >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        self._end()

    # The clock.

    def spent(self) -> Budget:
        """CPU and wall seconds since the last frame, up to the child's end."""
        if self._last_spent is not None:
            return self._last_spent
        cpu = max(self._cpu_clock() - self._cpu_mark, 0.0)
        return Budget(cpu, time.monotonic() - self._wall_mark)

    def _cpu_clock(self) -> float:
        """CPU seconds of the whole process so far, as the kernel counts them."""
        try:
            # The clock id of another process's CPU time, as clock_getcpuclockid(3) makes it.
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:  # it is gone
            return 0.0

    def _look(self) -> None:
        """Take in what has come, and kill the child if the next frame is overdue."""
        self._timer = None
        self._take_in()
        if self.gone or not self._owed:
            return
        budget, spent = self._owed[0], self.spent()
        if budget is None:
            return
        left = min(budget.cpu_seconds - spent.cpu_seconds, budget.wall_seconds - spent.wall_seconds)
        if left <= 0:
            self.timed_out = True
            self.kill()
        else:
            self._pause = min(4 * self._pause, _GLANCE)
            self._timer = self._loop.call_later(min(max(left, _TICK), self._pause), self._look)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # The socket and the bell.

    def _write(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[self._connection.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:  # it is gone, as the bell will say after what it had sent
            self._unsent = memoryview(b"")
        if self._writing and not self._unsent:
            self._loop.remove_writer(self._connection)
        elif self._unsent and not self._writing:
            self._loop.add_writer(self._connection, self._write)
        self._writing = bool(self._unsent)

    def _rung(self) -> None:
        try:
            ended = not os.read(self._bell, _PIPE)
        except BlockingIOError:
            return
        more = self._take_in()
        if ended:
            while more:
                more = self._take_in()
            self._end()

    def _take_in(self) -> bool:
        """Read what has come, once, and say whether there may be more."""
        if self.gone:
            return False
        try:
            data = self._connection.recv(_CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._end()
            return False
        self._received += data
        came = self._cut()
        if came:
            budgets = self._go_on() if len(came) == len(self._owed) else ()
            self._share(came)
            if budgets:
                self._expect(budgets)
            self._wake()
        # Nobody rings for the rest of a long frame.
        self._watch(incomplete=not self.gone and bool(self._received))
        return not self.gone

    def _go_on(self) -> Sequence[Budget]:
        """Send what had to wait, if there is any, so that the child need not wait for anything else."""
        if self._next is None:
            return ()
        message, budgets = self._next
        self._next = None
        self._send(message)
        return budgets

    def _cut(self) -> list[tuple[Kind, bytes, int, int]]:
        """Take the frames off what was received that are complete and in order."""
        came: list[tuple[Kind, bytes, int, int]] = []
        begin, there = 0, len(self._received)
        with memoryview(self._received) as received:
            while there - begin >= HEADER.size:
                kind, size, cpu, wall = HEADER.unpack_from(received, begin)
                end = begin + HEADER.size + size
                if kind not in _KINDS or len(came) == len(self._owed):
                    self.disorderly = True
                    break
                if size > self.largest_frame:
                    self.too_much = True
                    break
                if end > there:
                    break
                came.append((_KINDS[kind], bytes(received[begin + HEADER.size : end]), cpu, wall))
                begin = end
        del self._received[:begin]
        if self.disorderly or self.too_much:
            self.kill()
        return came

    def _share(self, came: list[tuple[Kind, bytes, int, int]]) -> None:
        """Charge frames that came together for the time since the last look."""
        spent = self.spent()
        cpu_shares = _shares([cpu for _, _, cpu, _ in came], spent.cpu_seconds)
        wall_shares = _shares([wall for _, _, _, wall in came], spent.wall_seconds)
        for (kind, payload, _, _), cpu, wall in zip(came, cpu_shares, wall_shares, strict=True):
            self._owed.popleft()
            self._frames.append(Frame(kind, payload, cpu, wall))
        self._cpu_mark += spent.cpu_seconds
        self._wall_mark += spent.wall_seconds
        if self.gone:
            self._last_spent = Budget(0.0, 0.0)
        if not self._owed:
            self._rest()

    def _watch(self, *, incomplete: bool) -> None:
        if incomplete and not self._watching:
            self._loop.add_reader(self._connection, self._take_in)
        elif self._watching and not incomplete:
            self._loop.remove_reader(self._connection)
        self._watching = incomplete

    def _end(self) -> None:
        self._rest()
        if self.gone:
            return
        self._last_spent = self.spent()  # while it is still a zombie, whose clock can be read
        self.gone = True
        self._loop.remove_reader(self._bell)
        self._watch(incomplete=False)
        if self._writing:
            self._loop.remove_writer(self._connection)
        self._connection.close()
        os.close(self._bell)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _shares(said: list[int], seen: float) -> list[float]:
    """What each frame took, in seconds: as `said`, in microseconds, unless the whole was `seen` to differ."""
    whole = sum(said)
    scale = 1e-6 if abs(1e-6 * whole - seen) <= _COARSE else seen / whole if whole else 0.0
    return [scale * one for one in said] if scale else [seen / len(said)] * len(said)
