"""Whatever bytes a child sends: nothing raises, nothing grows beyond what was announced, nothing is right."""

import asyncio
import os
import socket
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox.channel import Budget, Child, Death
from grader.sandbox.execution import Execution
from grader.sandbox.inside import wire
from grader.sandbox.inside.frames import HEADER, Kind, frame
from grader.sandbox.job import CaseInput, Ending, Job, Limits
from tests.grader.sandbox.test_wire import values

SECRET = np.array([0.1234567, 7.654321])  # what only the parent knows
LIMITS = Limits(cpu_seconds=5.0, returned_bytes=1000, printed_bytes=100)
JOB = Job(
    {"student": ""},
    "student.solve",
    [CaseInput((), public=True), CaseInput((), public=False), CaseInput((), public=False)],
    LIMITS,
)

payloads = st.binary(max_size=60) | st.lists(values, max_size=4).map(wire.pack)
numbers = st.integers(0, 2**32 - 1)
frames = st.builds(frame, st.sampled_from(list(Kind)), payloads, numbers, numbers)
headers = st.builds(HEADER.pack, st.integers(0, 255), numbers, numbers, numbers)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
answers = st.tuples(text, values).map(lambda said: frame(Kind.RETURNED, wire.pack(said)))
streams = st.lists(answers | frames | headers | st.binary(max_size=40), max_size=8).map(b"".join)
#: As a child begins that is still compiling, whose code is loading, or whose code runs.
begun = st.sampled_from([b"", frame(Kind.COMPILED)]) | st.lists(answers, max_size=3).map(
    lambda given_back: b"".join([frame(Kind.COMPILED), frame(Kind.LOADED), *given_back])
)


def watched(run: Callable[[], Awaitable[None]]) -> None:
    """Run it, and see that no callback of the event loop raises meanwhile."""

    async def running() -> None:
        raised: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: raised.append(context))
        await run()
        assert raised == []

    asyncio.run(running())


class Fed:
    """Children that say what they are fed, and then end."""

    trusts_kills = False

    def __init__(self, stream: bytes, files: ExitStack) -> None:
        self._stream = stream
        self._files = files
        self.born: list[Child] = []

    async def take(self) -> Child:
        ours, theirs = socket.socketpair()
        bell, clapper = os.pipe()
        child = Child(len(self.born), 0, None, ours, bell)
        self.born.append(child)
        self._files.callback(child.kill)
        self._files.enter_context(theirs).sendall(frame(Kind.READY))
        os.write(clapper, b"!")
        assert (await child.next_frame()) is not None
        # Read as soon as the event loop turns again: whoever takes the child has asked by then.
        theirs.sendall(self._stream)
        os.close(clapper)
        return child

    async def death(self, child: Child) -> Death:
        return Death(status=0, out_of_memory=False)

    def release(self, child: Child) -> None:
        child.kill()


@given(begun, streams)
@settings(deadline=None)
def test_no_bytes_are_right_or_raise(first: bytes, stream: bytes) -> None:
    async def run() -> None:
        with ExitStack() as files:
            execution = Execution(JOB, Fed(first + stream, files))
            outcomes = [await execution.outcome(index) for index in range(len(JOB.cases))]
        assert all(isinstance(outcome.ending, Ending) for outcome in outcomes)
        given_back = [outcome.value for outcome in outcomes if isinstance(outcome.value, np.ndarray)]
        assert not any(np.array_equal(value, SECRET) for value in given_back)
        assert all(outcome.printed is None or len(outcome.printed) <= 100 for outcome in outcomes)

    watched(run)


@given(streams, st.integers(0, 4), st.integers(0, 200))
@settings(deadline=None)
def test_no_more_frames_than_asked_for_and_none_too_large(stream: bytes, asked: int, size: int) -> None:
    async def run() -> None:
        with ExitStack() as files:
            child = await Fed(stream, files).take()
            child.largest_frame = size
            child.ask(b"", [Budget(5.0, 5.0)] * asked)
            came = []
            while (one := await child.next_frame()) is not None:
                came.append(one)
            assert len(came) <= asked
            assert all(len(one.payload) <= size for one in came)
            assert len(child._received) < HEADER.size + size + len(stream)

    watched(run)


def test_a_frame_that_is_announced_takes_no_memory() -> None:
    async def run() -> None:
        with ExitStack() as files:
            fed = Fed(HEADER.pack(Kind.RETURNED, 2**32 - 1, 0, 0), files)
            tracemalloc.start()
            child = await fed.take()
            child.ask(b"", [Budget(5.0, 5.0)])
            assert await child.next_frame() is None
            assert tracemalloc.get_traced_memory()[1] < 2**20
            tracemalloc.stop()
            assert child.too_much

    watched(run)
