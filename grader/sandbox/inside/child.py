"""The life of one child: get warm, be confined, wait for a job, answer case by case, end."""

import gc
import os
from collections.abc import Sequence
from typing import NoReturn

from . import wire
from .confine import Confinement
from .conversation import Conversation, write
from .frames import BELL, CHANNEL, Kind, frame
from .rehearsal import rehearse
from .serving import serve
from .student import StudentModules


def live(
    channel: int,
    bell: int,
    entrance: Sequence[int],
    uid: int,
    confinement: Confinement,
    modules: StudentModules,
) -> NoReturn:
    """Never returns: whatever happens, this process ends here and not in the zygote's code."""
    try:
        rehearse(modules)
        gc.freeze()  # what is here now is never garbage, so collections need not touch its pages
        gc.enable()
        conversation = Conversation()
        channel, bell = _out_of_the_way(channel), _out_of_the_way(bell)
        confinement.enter(channel, bell, entrance, uid)
        conversation.send(Kind.READY)
        serve(conversation, modules, confinement.address_space)
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


def _out_of_the_way(descriptor: int) -> int:
    """The same file under a number that no place of a child's own has."""
    while descriptor <= BELL:
        descriptor = os.dup(descriptor)
    return descriptor
