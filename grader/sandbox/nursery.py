"""The zygote seen from the parent: starts it, asks it for children, has it bury them."""

import asyncio
import itertools
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from grader.sandbox import imports
from grader.sandbox.cgroups import Group
from grader.sandbox.channel import Child, Death
from grader.sandbox.inside import wire
from grader.sandbox.inside.control import MAX_START, STARTED, Note, Start, Word
from grader.sandbox.inside.frames import Kind
from grader.sandbox.text import LIBRARY
from grader.sandbox.tiers import Facts, SandboxUnavailable

#: Seconds until a zygote or child counts as failed: a hundred times what they need.
PATIENCE = 20.0

_INSIDE = Path(__file__).parent / "inside"
# The package is found by its own folder, so that nothing else of this project can be imported there.
_BOOTSTRAP = (
    "import sys, types; package = types.ModuleType('inside'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['inside'] = package; sys.path.append(sys.argv[2]); "
    "from inside.zygote import main; main(int(sys.argv[3]))"
)
#: What keeps NumPy's linear algebra to one thread, in a process that is started with it.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class SandboxFault(Exception):
    """The sandbox itself failed: a zygote or a child did not come up, or went without the code's doing."""


class Nursery:
    """One zygote. When it is lost, so are its children; a new nursery takes its place."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        control: socket.socket,
        on_buried: Callable[[Child], None],
        on_lost: Callable[[], None],
    ) -> None:
        self.lost = False
        self._process = process
        self._control = control
        self._on_buried = on_buried
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._serials = itertools.count(1)
        self._children: dict[int, Child] = {}  # all that have not been buried
        self._births: dict[int, asyncio.Future[None]] = {}
        self._started: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(control, self._hear)

    @classmethod
    async def open(
        cls,
        facts: Facts,
        on_buried: Callable[[Child], None],
        on_lost: Callable[[], None],
    ) -> "Nursery":
        """Start a zygote and wait until it holds NumPy. Raises SandboxUnavailable."""
        with tempfile.TemporaryFile() as complaints:
            try:
                nursery = cls(*_execute(facts, complaints), on_buried, on_lost)
            except OSError as error:
                raise SandboxUnavailable(f"The sandbox's zygote cannot be executed: {error}.") from error
            try:
                async with asyncio.timeout(PATIENCE):
                    await nursery._started
            except (SandboxFault, TimeoutError) as error:
                await nursery.close()
                complaints.seek(0)
                said = complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
                reason = said or str(error) or "it is silent"
                raise SandboxUnavailable(f"The sandbox's zygote did not start: {reason}.") from error
            except BaseException:
                await nursery.close()
                raise
            return nursery

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def population(self) -> int:
        """How many children there are, those included that are being born or buried."""
        return len(self._children)

    async def child(self, uid: int, group: Group | None) -> Child:
        """A new child, confined and waiting for its job. Raises SandboxFault."""
        ours, theirs = socket.socketpair()
        bell, clapper = os.pipe()
        child = Child(next(self._serials), uid, group, ours, bell)
        self._children[child.serial] = child
        try:
            async with asyncio.timeout(PATIENCE):
                await self._fork(child, theirs.detach(), clapper)
                await _confined(child)
        except TimeoutError as error:
            self._lose("it is silent")
            raise SandboxFault("the zygote is silent") from error
        except (SandboxFault, OSError) as error:
            self.bury(child)
            raise SandboxFault(f"no child: {error}") from error
        except BaseException:
            self.bury(child)
            raise
        return child

    async def _fork(self, child: Child, *theirs: int) -> None:
        born = self._births[child.serial] = self._loop.create_future()
        try:
            try:
                entrance = [] if child.group is None else [child.group.open()]
                self._tell(Note(Word.FORK, child.serial, child.uid), *theirs, *entrance)
            finally:
                for descriptor in theirs:
                    os.close(descriptor)
            await born
        finally:
            del self._births[child.serial]

    def bury(self, child: Child) -> "asyncio.Future[Death | None]":
        """Kill the child if it still lives. The future says how it ended, or None if nobody knows."""
        if child.death is None:
            child.kill()
            child.death = self._loop.create_future()
            if child.pidfd < 0 or not self._told(Note(Word.BURY, child.serial)):
                self._buried(child, None)
        return child.death

    async def death(self, child: Child) -> Death | None:
        """Bury the child and wait for the news; None if the zygote has none."""
        news = self.bury(child)
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(news)
        except TimeoutError:
            self._lose("it is silent")
            return None

    def _buried(self, child: Child, death: Death | None) -> None:
        if self._children.pop(child.serial, None) is None or child.death is None:
            return
        if not child.death.done():
            child.death.set_result(death)
        if child.pidfd >= 0:
            os.close(child.pidfd)
            child.pidfd = -1
        self._on_buried(child)

    async def close(self) -> None:
        """Kill and reap everything. Safe to call twice."""
        self._on_lost = _nobody
        deaths = [self.bury(child) for child in list(self._children.values())]
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*deaths)
        self._lose("it was closed")
        self._process.kill()
        await self._loop.run_in_executor(None, self._process.wait)

    def _tell(self, note: Note, *descriptors: int) -> None:
        try:
            socket.send_fds(self._control, [note.to_bytes()], descriptors)
        except OSError as error:
            self._lose(f"it does not listen: {error}")
            raise SandboxFault("the zygote is gone") from error

    def _told(self, note: Note) -> bool:
        try:
            self._tell(note)
        except SandboxFault:
            return False
        return True

    def _hear(self) -> None:
        """Take in everything the zygote has said."""
        while not self.lost:
            try:
                data, descriptors, _flags, _address = socket.recv_fds(self._control, MAX_START, 1)
            except BlockingIOError:
                return
            except OSError as error:
                data, descriptors = b"", []
                self._lose(str(error))
            if not data:
                self._lose("it ended")
            elif not self._started.done():
                self._hear_first(data)
            else:
                self._obey(Note.from_bytes(data), descriptors)

    def _hear_first(self, data: bytes) -> None:
        if data == STARTED:
            self._started.set_result(None)
        else:
            self._lose(data.decode())

    def _obey(self, note: Note, descriptors: list[int]) -> None:
        child = self._children.get(note.serial)
        born = self._births.get(note.serial)
        if note.word is Word.DEAD and child is not None:
            overrun = child.group is not None and child.group.overrun()
            self._buried(child, Death(note.number, overrun))
        elif note.word is Word.BORN:
            if child is None or child.death is not None:  # given up meanwhile
                os.close(descriptors[0])
                self._told(Note(Word.BURY, note.serial))
                return
            child.pid, child.pidfd = note.number, descriptors[0]
            if born is not None and not born.done():
                born.set_result(None)
        elif note.word is Word.BARREN and born is not None and not born.done():
            born.set_exception(SandboxFault(f"it cannot fork: {os.strerror(note.number)}"))

    def _lose(self, reason: str) -> None:
        if self.lost:
            return
        self.lost = True
        self._loop.remove_reader(self._control)
        self._control.close()
        started = self._started.done()
        for future in (self._started, *self._births.values()):
            if not future.done():
                future.set_exception(SandboxFault(reason))
        for child in list(self._children.values()):
            self.bury(child)
            self._buried(child, None)
        if started:
            self._on_lost()


def _nobody() -> None:
    """Hears of the loss of a nursery that was closed on purpose."""


def _execute(facts: Facts, complaints: IO[bytes]) -> "tuple[subprocess.Popen[bytes], socket.socket]":
    start = Start(imports.PRELOADED, imports.STUDENT_MODULES, facts.layers).to_bytes()
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOTSTRAP, str(_INSIDE), LIBRARY, str(theirs.fileno())],
                env=ONE_THREAD,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                start_new_session=True,  # a terminal's Ctrl-C is not for it
            )
    except OSError:
        control.close()
        raise
    control.send(start)
    control.setblocking(False)
    return process, control


async def _confined(child: Child) -> None:
    frame = await child.next_frame()
    if frame is None:
        raise SandboxFault("it died before it was confined")
    if frame.kind is not Kind.READY:
        raise SandboxFault(f"it could not be confined: {wire.unpack(frame.payload)}")
