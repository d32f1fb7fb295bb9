"""One job, case by case: which child runs it, what is sent when, and how each case ended."""

import os
import signal
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from grader.sandbox.answers import Answer, understand
from grader.sandbox.channel import Budget, Child, Death, Frame
from grader.sandbox.inside import given
from grader.sandbox.inside.frames import Kind, frame, together
from grader.sandbox.job import CaseInput, CaseOutcome, Ending, Job, StudentError
from grader.sandbox.nursery import SandboxFault

COMPILE_SECONDS = 2.0  # CPU, for 64 KiB of the densest source
MAX_SOURCE_BYTES = 64 * 2**10
_LIMITS_BEFORE_SKIPPING = 2
_LIMITS = frozenset({Ending.TIME_LIMIT, Ending.MEMORY_LIMIT, Ending.OUTPUT_LIMIT})
_COMPILING = Budget(COMPILE_SECONDS, 2 * COMPILE_SECONDS + 1)
_ADDRESS_SPACE = (
    16  # times the memory: NumPy may ask for more than it touches, where what it touches is counted
)
#: What a child may say in each place.
_COMPILED = frozenset({Kind.COMPILED, Kind.TOO_MUCH})
_LOADED = frozenset({Kind.NOT_COMPILED, Kind.LOAD_RAISED, Kind.MEMORY, Kind.TOO_MUCH})
_ANSWERS = frozenset({Kind.RETURNED, Kind.UNUSABLE, Kind.RAISED, Kind.MEMORY, Kind.TOO_MUCH})
_OTHER_TEXT = 2**16  # bytes of a frame besides value and print: an exception's message, names


class Children(Protocol):
    """Where an execution gets its children, and gives them back to die."""

    @property
    def trusts_kills(self) -> bool:
        """Whether a SIGKILL that nobody here sent cannot have come from student code."""
        ...

    async def take(self) -> Child:
        """A confined child that waits for its job. Raises SandboxFault."""
        ...

    async def death(self, child: Child) -> Death | None:
        """Bury the child and say how it ended; None if its zygote is gone."""
        ...

    def release(self, child: Child) -> None:
        """Kill and bury it."""
        ...


class Execution:
    """The state of one job between its cases."""

    def __init__(self, job: Job, children: Children) -> None:
        _check(job)
        self._job = job
        self._limits = job.limits
        self._budget = Budget(job.limits.cpu_seconds, job.limits.wall_seconds)
        self._children = children
        self._charge = Budget(0.0, 0.0)  # what the case at hand has used
        self._child: Child | None = None
        self._settled = _refusal(job)  # how every remaining case ends, once that is known
        self._limits_met = 0
        self._retried = False
        self._printable = job.limits.printed_bytes
        self._hidden_sent = False
        self._public_lines: set[int | None] = {None}

    def close(self) -> None:
        """Kill the child, if there is one."""
        if self._child is not None:
            self._children.release(self._child)
            self._child = None

    async def outcome(self, index: int) -> CaseOutcome:
        """Run the next case. Raises nothing for what the code does."""
        case = self._job.cases[index]
        if self._limits_met >= _LIMITS_BEFORE_SKIPPING:
            return CaseOutcome(index, Ending.SKIPPED)
        if self._settled is not None:
            return self._tell(index, case, self._settled, 0.0, 0.0)
        try:
            answer = await self._answer(index)
        except SandboxFault:
            self.close()
            if self._retried:
                self._settled = Answer(Ending.OUR_FAULT)
                return CaseOutcome(index, Ending.OUR_FAULT)
            self._retried = True
            return await self.outcome(index)
        outcome = self._tell(index, case, answer, *self._charge)
        self._limits_met += answer.ending in _LIMITS
        self._printable -= len(answer.printed.encode())
        over = answer.ending in _LIMITS or answer.ending is Ending.DIED or self._settled is not None
        if over or self._job.fresh_child_per_case:
            self.close()
        return outcome

    async def _answer(self, index: int) -> Answer:
        child = self._child
        if child is None:
            child = self._child = await self._children.take()
            answer = await self._load(child, index)
            if answer is not None:
                return answer
        self._hidden_sent |= not self._job.cases[index].public
        reply = await child.next_frame()
        if reply is None:
            return await self._no_answer(child)
        return self._understood(child, reply, _ANSWERS)

    async def _load(self, child: Child, index: int) -> Answer | None:
        """Compile the modules and run their bodies. None: all is well."""
        self._give(child, index)
        compiled = await child.next_frame()
        if compiled is None or compiled.kind not in _COMPILED:
            self._settled = await self._compiler_failed(child, compiled)
            return self._settled
        loaded = compiled if compiled.kind is not Kind.COMPILED else await child.next_frame()
        if loaded is None:
            return await self._no_answer(child)
        if loaded.kind is Kind.LOADED and not self._overdue(loaded):
            return None
        answer = self._understood(child, loaded, _LOADED)
        if loaded.kind in (Kind.NOT_COMPILED, Kind.LOAD_RAISED):
            self._settled = answer
        return answer

    def _give(self, child: Child, index: int) -> None:
        """Send the job with every case that the child will get, so that it need not wait for us.

        No hidden case is sent before the last public answer has come.
        """
        limits = self._limits
        child.largest_frame = limits.returned_bytes + 8 * limits.printed_bytes + _OTHER_TEXT
        memory = limits.memory_bytes
        if child.group is not None:
            try:
                child.group.limit(memory)
            except (OSError, ValueError) as error:
                raise SandboxFault(f"the child's memory cannot be limited: {error}") from error
            memory *= _ADDRESS_SPACE
        job = (
            dict(self._job.modules),
            self._job.entry,
            memory,
            self._printable,
            limits.returned_bytes,
        )
        cases = self._job.cases[index : index + 1 if self._job.fresh_child_per_case else None]
        public = [case.message for case in cases if case.public]
        hidden = [case.message for case in cases[len(public) :]]
        # The job first: the child has enough to do until its cases are put together.
        job_frame = frame(Kind.JOB, given.pack(job), len(public))
        child.ask(job_frame, [_COMPILING, self._budget])
        if public:
            child.ask(together(Kind.CASE, public), [self._budget] * len(public))
        if hidden:
            child.ask_next(together(Kind.CASE, hidden), [self._budget] * len(hidden))

    def _understood(self, child: Child, reply: Frame, expected: frozenset[Kind]) -> Answer:
        """What the frame says, unless a limit or a violation says more."""
        self._charge = Budget(reply.cpu_seconds, reply.wall_seconds)
        if child.disorderly:
            return Answer(Ending.DIED)
        answer = understand(reply, self._limits) if reply.kind in expected else Answer(Ending.DIED)
        if self._overdue(reply):
            return Answer(Ending.TIME_LIMIT, printed=answer.printed)
        return answer

    def _overdue(self, reply: Frame) -> bool:
        return reply.cpu_seconds > self._limits.cpu_seconds

    async def _compiler_failed(self, child: Child, reply: Frame | None) -> Answer:
        if reply is not None and reply.kind is Kind.NOT_COMPILED:
            return understand(reply, self._limits)
        if child.timed_out:
            return _not_compiled(f"Python needs more than {COMPILE_SECONDS:g} seconds to read this code.")
        broken = reply is not None and reply.kind is Kind.BROKEN  # before it saw the code
        if broken or await self._children.death(child) is None:
            raise SandboxFault("the child was lost")
        return _not_compiled("Python itself crashed while it was reading this code.")

    async def _no_answer(self, child: Child) -> Answer:
        """Why a child ended without an answer."""
        self._charge = child.spent()
        if child.disorderly:
            return Answer(Ending.DIED)
        if child.too_much:
            return Answer(Ending.OUTPUT_LIMIT)
        if child.timed_out or self._charge.cpu_seconds >= self._limits.cpu_seconds:
            return Answer(Ending.TIME_LIMIT)
        death = await self._children.death(child)
        if death is None:
            raise SandboxFault("the child was lost")
        if not os.WIFSIGNALED(death.status):
            return _died("exit", "The code ended the Python process.")
        number = os.WTERMSIG(death.status)
        if number == signal.SIGKILL and death.out_of_memory:
            return Answer(Ending.MEMORY_LIMIT)
        if number == signal.SIGKILL and self._children.trusts_kills:
            raise SandboxFault("somebody killed the child")  # the machine is out of memory, most likely
        if number == signal.SIGSYS:
            return _died("SIGSYS", "The code made a system call that no solution needs.")
        return _died(_signal_name(number), f"The code crashed Python ({_signal_name(number)}).")

    def _tell(self, index: int, case: CaseInput, answer: Answer, cpu: float, wall: float) -> CaseOutcome:
        printed = answer.printed if case.public else None
        error = None if answer.error is None and answer.secret is None else self._error(case, answer)
        return CaseOutcome(index, answer.ending, answer.value, error, printed, cpu, wall)

    def _error(self, case: CaseInput, answer: Answer) -> StudentError | None:
        """The answer's error, without what a hidden case must not say."""
        nothing_secret = answer is self._settled and not self._hidden_sent
        if case.public or (nothing_secret and answer.ending is Ending.NOT_COMPILED):
            if answer.error is not None:
                self._public_lines.add(answer.error.line)
            return answer.error
        if answer.secret is None or nothing_secret or answer.secret.line in self._public_lines:
            return answer.secret
        return replace(answer.secret, line=None)


def _not_compiled(message: str) -> Answer:
    error = StudentError("SyntaxError", message, built_in="SyntaxError")
    return Answer(Ending.NOT_COMPILED, error=error, secret=error)


def _died(kind: str, message: str) -> Answer:
    return Answer(Ending.DIED, error=StudentError(kind, message))


def _signal_name(number: int) -> str:
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


def _refusal(job: Job) -> Answer | None:
    """What no child needs to see to know that it cannot be compiled."""
    for source in job.modules.values():
        try:
            size = len(source.encode())
        except UnicodeEncodeError:
            return _not_compiled("The code is not valid Unicode.")
        if size > MAX_SOURCE_BYTES:
            return _not_compiled(f"The code is larger than {MAX_SOURCE_BYTES // 1024} KiB.")
    return None


def _check(job: Job) -> None:
    module = job.entry.rpartition(".")[0]
    if module not in job.modules:
        raise ValueError(f"The entry {job.entry!r} names no module of the job: {', '.join(job.modules)}.")
    publicity = [case.public for case in job.cases]
    if publicity != sorted(publicity, reverse=True):
        raise ValueError("The public cases of a job must stand before its hidden ones.")
