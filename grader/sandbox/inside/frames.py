"""The frames that the parent and a child exchange over the child's private socket.

A frame is one byte of kind, four bytes of length (little-endian) and that many bytes of payload, which is
a message of `wire`. A child sends exactly the frames it was asked for:

====================  ==========================================================  =======================
from the child        payload                                                     when
====================  ==========================================================  =======================
READY                 nothing                                                     confined, before any job
COMPILED              nothing                                                     every module compiled
LOADED                nothing                                                     the modules' bodies have run
RETURNED              printed, value                                              ends a case
UNUSABLE              printed, reason, type                                       ends a case
RAISED                printed, class, built-in class, message, line               ends a case
NOT_COMPILED          class, message, line, column                                ends the job
LOAD_RAISED           printed, class, built-in class, message, line               ends the job
MEMORY                nothing                                                     ends the child
TOO_MUCH              printed                                                     ends the child
BROKEN                text                                                        our fault, before a job
====================  ==========================================================  =======================

From the parent comes one JOB (modules, entry, bytes of memory, CPU seconds in all, bytes it may print, bytes
it may return), which asks for COMPILED and LOADED, and then for each case a CASE (its arguments), which asks
for one answer. One case is sent ahead; a hidden one never before the last answer to a public one.
"""

import struct
from enum import IntEnum

HEADER = struct.Struct("<BI")
ENVELOPE = 64  # bytes that a RETURNED frame may need besides what was printed and the value
CHANNEL = 3  # the descriptor of the private socket in a child: never 1 or 2


class Kind(IntEnum):
    READY = 1
    COMPILED = 2
    LOADED = 3
    RETURNED = 4
    UNUSABLE = 5
    RAISED = 6
    NOT_COMPILED = 7
    LOAD_RAISED = 8
    MEMORY = 9
    TOO_MUCH = 10
    BROKEN = 11
    JOB = 12
    CASE = 13


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    return HEADER.pack(kind, len(payload)) + payload
