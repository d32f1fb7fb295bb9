"""One job, served in a child: its sources are compiled, its body runs, its cases are answered."""

import os
import resource
import sys
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

from . import given, wire
from .confine import lower
from .conversation import Conversation, leave
from .frames import ENVELOPE, Kind, frame
from .student import NoEntryPoint, Printed, StudentModules, describe, describe_refusal, entry_point

_MEMORY = frame(Kind.MEMORY)  # made ahead: when memory is short there is none to make it


def serve(conversation: Conversation, modules: StudentModules, address_space: int) -> None:
    """Wait for a job and answer all that is asked, until no more will come."""
    job = conversation.receive()
    if job is None:
        return
    sources, entry, memory, may_print, may_return = given.unpack(job)
    # From outside this would take CAP_SYS_RESOURCE; nobody in here can raise it again.
    lower(resource.RLIMIT_AS, address_space + memory)
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
    while (message := conversation.receive()) is not None:
        conversation.send(*_answer(function, given.unpack(message), printed, may_return, modules))


def _load(
    conversation: Conversation, entry: str, printed: Printed, modules: StudentModules
) -> Callable[..., Any]:
    try:
        return entry_point(modules, entry)
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
