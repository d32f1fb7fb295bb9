"""The life of one child: get warm, be confined, wait for a job, answer case by case, end."""

import gc
import math
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any, NoReturn

import numpy as np

from . import wire
from .confine import Confinement, lower
from .conversation import Conversation, leave, write
from .frames import BELL, CHANNEL, ENVELOPE, Kind, frame
from .student import NoEntryPoint, Printed, StudentModules, describe, describe_refusal, entry_point

_MEMORY = frame(Kind.MEMORY)  # made ahead: when memory is short there is none to make it

_REHEARSAL = """
import numpy as np

def step(x, w, h):
    for _ in range(2):
        h = np.tanh(np.concatenate([x[0], h]) @ w)
    e = np.exp(h - h.max())
    w -= 0.1 * np.outer(np.zeros(len(w)), e / e.sum())
    print(f"{w.sum():.3f}")
    return {"w": w.reshape(-1), "loss": float(np.log(e.sum())), "ids": [1, 2]}

def fail(x):
    return x[0, 99]
"""


def live(
    channel: int,
    bell: int,
    entrance: Sequence[int],
    uid: int,
    confinement: Confinement,
    importable: Sequence[str],
) -> NoReturn:
    """Never returns: whatever happens, this process ends here and not in the zygote's code."""
    try:
        modules = StudentModules(importable)
        sys.meta_path[:] = [modules]
        rehearse(importable)
        conversation = Conversation()
        channel, bell = _out_of_the_way(channel), _out_of_the_way(bell)
        confinement.enter(channel, bell, entrance, uid)
        conversation.send(Kind.READY)
        _serve(conversation, modules, confinement.address_space)
    except Exception as error:  # noqa: BLE001 - the parent logs it
        # Before confinement ends the channel has its old number, after it the new one.
        text = f"{type(error).__name__}: {error}"
        for descriptor in (CHANNEL, channel):
            try:
                write(frame(Kind.BROKEN, wire.pack([text])), descriptor)
                break
            except OSError:
                continue
    finally:
        os._exit(0)


def rehearse(importable: Sequence[str]) -> None:
    """Walk the whole way of a job once, so that its pages are our own and its lazy parts are there."""
    modules = StudentModules(importable)
    sys.meta_path.insert(0, modules)
    stdout, stderr = sys.stdout, sys.stderr
    modules.compile({"rehearsal": _REHEARSAL})
    printed = Printed(10_000, lambda _text: None)
    step, fail = entry_point("rehearsal.step"), entry_point("rehearsal.fail")
    arguments = [np.ones((2, 6)), np.ones((12, 6), order="F"), np.zeros(6)]
    for function in (step, fail):
        received = wire.unpack(wire.pack(arguments, keep_layout=True))
        _answer(function, received if function is step else received[:1], printed, 10_000, modules)
    sys.stdout, sys.stderr = stdout, stderr
    del sys.modules["rehearsal"]
    sys.meta_path.remove(modules)
    gc.collect()
    gc.freeze()  # what is here now is never garbage, so collections need not touch its pages


def _serve(conversation: Conversation, modules: StudentModules, address_space: int) -> None:
    sources, entry, memory, cpu_seconds, may_print, may_return = wire.unpack(conversation.receive())
    # From outside this would take CAP_SYS_RESOURCE; nobody in here can raise them again.
    lower(resource.RLIMIT_AS, address_space + memory)
    lower(resource.RLIMIT_CPU, math.ceil(time.process_time()) + cpu_seconds)
    printed = Printed(may_print, _leave_printing)
    sys.stdout = sys.stderr = printed
    sys.stdin = StringIO("")
    try:
        modules.compile(sources)
    except Exception as error:  # noqa: BLE001 - the compiler raises more than SyntaxError
        conversation.send(Kind.NOT_COMPILED, wire.pack(describe_refusal(error)))
        return
    conversation.send(Kind.COMPILED)
    function = _load(conversation, entry, printed, modules)
    conversation.send(Kind.LOADED)
    while True:
        arguments = wire.unpack(conversation.receive())
        conversation.send(*_answer(function, arguments, printed, may_return, modules))


def _load(
    conversation: Conversation, entry: str, printed: Printed, modules: StudentModules
) -> Callable[..., Any]:
    try:
        return entry_point(entry)
    except MemoryError:
        leave(_MEMORY)
    except NoEntryPoint as error:
        conversation.send(Kind.NOT_COMPILED, wire.pack(("NameError", str(error), 0, 0)))
    except BaseException as error:  # noqa: BLE001 - SystemExit as well
        conversation.send(Kind.LOAD_RAISED, wire.pack((printed.take(), *describe(error, modules))))
    os._exit(0)


def _answer(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    printed: Printed,
    may_return: int,
    modules: StudentModules,
) -> tuple[Kind, bytes]:
    """Call the function and make a frame of what came of it."""
    sys.stdout = sys.stderr = printed
    try:
        value = function(*arguments)
        text = printed.take()
        limit = may_return + len(text.encode()) + ENVELOPE
        return Kind.RETURNED, wire.pack((text, value), limit)
    except wire.Unusable as error:
        return Kind.UNUSABLE, wire.pack((printed.take(), int(error.reason), error.what[:200]))
    except wire.TooLarge:
        leave(frame(Kind.TOO_MUCH, wire.pack((printed.take(),))))
    except MemoryError:
        leave(_MEMORY)
    except BaseException as error:  # noqa: BLE001 - SystemExit as well
        return Kind.RAISED, wire.pack((printed.take(), *describe(error, modules)))


def _leave_printing(text: str) -> None:
    leave(frame(Kind.TOO_MUCH, wire.pack((text,))))


def _out_of_the_way(descriptor: int) -> int:
    """The same file under a number that no place of a child's own has."""
    while descriptor <= BELL:
        descriptor = os.dup(descriptor)
    return descriptor
