"""Runs jobs in children that were forked, warmed and confined before they were needed.

Theory of operation::

    service (asyncio)                zygote                          child (one per attempt)
    +---------------------+          +---------------------+         +-----------------------------+
    | SandboxPool         | control  | python -I -S        |  fork   | namespaces, uid, rlimits,   |
    |   Nursery  <--------+----------+-> NumPy loaded,     +-------->| no_new_privs, Landlock,     |
    |                     | SEQPACKET|   one thread,       |         | seccomp allow-list          |
    |   Child 1  <--------+----------+-------- private socket -------+-> fd 3                      |
    |            <--------+----------+-------- bell (a pipe) --------+-- fd 4                      |
    |   Child 2  <--------+-- ...    |   no secrets        |         | fd 0, 1, 2: /dev/null       |
    |   pidfd 1, pidfd 2  |          |                     |         | no other descriptor         |
    +---------------------+          +---------------------+         +-----------------------------+

The parent makes a socket pair for each child and sends one end to the zygote, which forks and answers with
the pid and a pidfd. The child rehearses a whole job, so that the pages it will touch are its own; confines
itself; says READY, and waits. `slots` jobs run at a time, and as many children and `spare` more stand by, so
that nobody waits for a fork or a filter: the next ones get ready when a job is over, or while one runs if
there are few.

Where the machine allows it, the zygote has left the file system and the network for empty ones, each child is
made in namespaces of its own (`inside/namespaces`), and it enters a cgroup that the parent keeps (`cgroups`).

A job goes to one child: limits and sources with the public inputs, and the hidden inputs once the public
answers are there, all as bytes that `given` made. The child rings when it has nothing left to do. The parent
trusts nothing that comes back: `channel` bounds frames and time, `wire` decodes values, `answers` cleans
text, `execution` decides how each case ended and what of it may be told. A child never serves a second job;
it is killed by its pidfd, and the zygote reaps it and says how it had ended.

When the zygote dies, its children die with it (PDEATHSIG). A new zygote is started, and a job that was
running goes on in a new child from the case it was at: once, and then it is our fault.
"""

import asyncio
import heapq
import logging
import os
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from types import TracebackType
from typing import Self

from grader.sandbox import tiers
from grader.sandbox.cgroups import Cgroups
from grader.sandbox.channel import Child, Death
from grader.sandbox.execution import Execution
from grader.sandbox.job import CaseOutcome, Job, Limits
from grader.sandbox.nursery import PATIENCE, Nursery, SandboxFault

_log = logging.getLogger(__name__)
_PAUSE = 0.01  # seconds after a job until its successor's child is made, so that its outcome is told first
_TICK = 0.01  # seconds
MOST_SLOTS = tiers.MAX_UIDS // 4


class SandboxPool:
    """The `Sandbox` of this machine. Belongs to one event loop, between `start` and `close`."""

    def __init__(
        self,
        slots: int | None = None,
        *,
        spare: int = 2,
        facts: tiers.Facts | None = None,
    ) -> None:
        """`facts` says what layers to use, for a machine that has more than are wanted."""
        self.slots = os.cpu_count() or 1 if slots is None else slots
        if not 1 <= self.slots <= MOST_SLOTS:
            raise ValueError(f"A sandbox has 1 to {MOST_SLOTS} slots, not {self.slots}.")
        self._facts = facts or tiers.probe()
        self._standing_by = self.slots + spare
        self._turns = asyncio.Semaphore(self.slots)
        self._nursery: Nursery | None = None
        self._cgroups: Cgroups | None = None
        self._starting = asyncio.Lock()
        self._closed = True
        self._idle: deque[Child] = deque()
        self._waiting: deque[asyncio.Future[Child]] = deque()
        self._growing: set[asyncio.Task[None]] = set()
        self._memory = Limits().memory_bytes  # of the last job, and so most likely of the next
        self._free_uids: list[int] = []
        self._next_uid = tiers.FIRST_UID

    @property
    def tier(self) -> str:
        """`full`, `strict` or `minimal`; `insecure` if the operator insisted."""
        return self._facts.tier

    @property
    def at_rest(self) -> bool:
        """Whether nothing runs, is born or dies, and as many children stand by as should."""
        standing_by = len(self._idle)
        return self._nursery is not None and standing_by == self._nursery.population >= self._standing_by

    @property
    def trusts_kills(self) -> bool:
        return self._facts.seccomp

    async def start(self) -> None:
        """Start the zygote and see one child confined. Raises `tiers.SandboxUnavailable`."""
        self._facts = tiers.usable(self._facts)
        self._cgroups = self._make_cgroups()
        self._closed = False
        try:
            self._idle.append(await self.take())
        except SandboxFault as error:
            await self.close()
            raise tiers.SandboxUnavailable(f"The sandbox does not work here: {error}.") from error
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Kill and reap every process. Jobs that still run end as our fault."""
        self._closed = True
        for task in list(self._growing):
            task.cancel()
        await asyncio.gather(*self._growing, return_exceptions=True)
        self._fail_waiting(SandboxFault("the sandbox is closed"))
        self._idle.clear()
        async with self._starting:
            if self._nursery is not None:
                await self._nursery.close()
                self._nursery = None
        if self._cgroups is not None:
            await _gone(self._cgroups)
            self._cgroups = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def run(self, job: Job) -> AsyncGenerator[CaseOutcome, None]:
        """Yield one outcome per case, in order, as each ends; see `Sandbox`.

        Waits for its turn when all slots are taken. Leaving the iteration kills the child. Raises
        ValueError for a job that cannot be meant, nothing for what its code does.
        """
        execution = Execution(job, self)
        self._memory = job.limits.memory_bytes
        async with self._turns:
            try:
                for index in range(len(job.cases)):
                    yield await execution.outcome(index)
            finally:
                execution.close()

    # What an execution needs: `execution.Children`.

    async def take(self) -> Child:
        while self._idle:
            child = self._idle.popleft()
            if not child.gone:
                self._grow_if_few()
                return child
            self.release(child)
        if self._closed:
            raise SandboxFault("the sandbox is closed")
        place: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        self._grow()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._stand_by(place.result())
            raise

    async def death(self, child: Child) -> Death | None:
        return None if self._nursery is None else await self._nursery.death(child)

    def release(self, child: Child) -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(self._bury, child)  # whoever waits for the last outcome comes first
        loop.call_later(_PAUSE, self._grow)

    def _bury(self, child: Child) -> None:
        if self._nursery is not None:
            self._nursery.bury(child)

    # Children and their zygote.

    def _grow_if_few(self) -> None:
        """While jobs run, make no more children than may be wanted: that would be at the jobs' cost."""
        if len(self._idle) < self.slots:
            asyncio.get_running_loop().call_soon(self._grow)

    def _grow(self) -> None:
        """See to it that as many children stand by, or are on their way, as should."""
        # A task that is done has its child stand by, though it has not been discarded yet.
        coming = sum(not task.done() for task in self._growing)
        for _ in range(0 if self._closed else self._standing_by - len(self._idle) - coming):
            task = asyncio.get_running_loop().create_task(self._raise_child())
            self._growing.add(task)
            task.add_done_callback(self._growing.discard)

    async def _raise_child(self) -> None:
        try:
            child = await self._new_child()
        except (SandboxFault, tiers.SandboxUnavailable) as error:
            _log.error("The sandbox has no child: %s", error)
            self._fail_waiting(SandboxFault(str(error)))
        else:
            self._stand_by(child)

    async def _new_child(self) -> Child:
        nursery = await self._living_nursery()
        try:
            return await self._child_of(nursery)
        except SandboxFault:
            if not nursery.lost:
                raise
        # The zygote was lost meanwhile, which says nothing of the next one.
        nursery = await self._living_nursery()
        return await self._child_of(nursery)

    async def _child_of(self, nursery: Nursery) -> Child:
        try:
            group = None if self._cgroups is None else self._cgroups.take()
        except OSError as error:
            raise SandboxFault(f"no cgroup: {error}") from error
        child = await nursery.child(self._new_uid(), group)
        if group is not None:
            with suppress(OSError, ValueError):  # whoever takes it finds out
                group.limit(self._memory)
        return child

    def _stand_by(self, child: Child) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(child)
                self._grow_if_few()
                return
        self._idle.append(child)

    def _fail_waiting(self, error: SandboxFault) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_exception(error)

    async def _living_nursery(self) -> Nursery:
        async with self._starting:
            if self._nursery is not None and self._nursery.lost:
                await self._nursery.close()
                self._nursery = None
            if self._nursery is None:
                self._nursery = await self._new_nursery()
            return self._nursery

    async def _new_nursery(self) -> Nursery:
        nursery = await Nursery.open(self._facts, self._buried, self._lost)
        if self._cgroups is not None:
            try:
                self._cgroups.admit(nursery.pid)
            except OSError as error:
                await nursery.close()
                raise tiers.SandboxUnavailable(f"The zygote cannot enter its cgroup: {error}.") from error
        return nursery

    def _lost(self) -> None:
        _log.warning("The sandbox's zygote died; a new one takes its place.")
        self._idle.clear()
        self._grow()

    def _new_uid(self) -> int:
        if self._free_uids:
            return heapq.heappop(self._free_uids)
        self._next_uid += 1
        return self._next_uid - 1

    def _buried(self, child: Child) -> None:
        heapq.heappush(self._free_uids, child.uid)
        if self._cgroups is not None and child.group is not None:
            self._cgroups.give_back(child.group)

    def _make_cgroups(self) -> Cgroups | None:
        if self._facts.cgroup == "none":
            return None
        try:
            # The zygote, which makes the next children meanwhile, has a processor as well.
            return Cgroups(self._facts.cgroup, processes=tiers.MAX_UIDS + 1, processors=self.slots + 1)
        except OSError as error:
            raise tiers.SandboxUnavailable(f"The sandbox's cgroups cannot be made: {error}.") from error


async def _gone(cgroups: Cgroups) -> None:
    """Remove them once the last process that was killed has left them."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not cgroups.remove():  # noqa: ASYNC110 - it waits for the kernel
                await asyncio.sleep(_TICK)
