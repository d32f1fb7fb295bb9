"""The frames that the parent and a child exchange over the child's private socket.

A frame is a header and a payload; what a child sends is a message of `wire`. The header holds, little-endian,
one byte of kind, four bytes of the payload's length, and eight bytes more: in an answer the CPU and wall time
in microseconds that the child says it took; from the parent how many frames follow at once, and nothing.
A child sends exactly the frames it was asked for:

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

From the parent comes one JOB (modules, entry, bytes of memory, bytes it may print, bytes it may return), that
asks for COMPILED and LOADED, and then for each case a CASE (its arguments), which asks for one answer; these
are messages of `given`. All cases are sent ahead; a hidden one never before the last answer to a public one.

Nobody is woken by an answer. The child rings its bell, a pipe, when it has nothing left to do, and before it
sends a large answer: so that quick cases cost one change of process together, not two each. The parent looks
after whoever is silent for long.
"""

import struct
from collections.abc import Sequence
from enum import IntEnum

HEADER = struct.Struct("<BIII")
ENVELOPE = 64  # bytes that a RETURNED frame may need besides what was printed and the value
CHANNEL, BELL = 3, 4  # the descriptors of a child's socket and of its bell: never 1 or 2
LARGE = 2**16  # bytes that fit into the socket's buffer, so that sending them waits for nobody


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


def frame(kind: Kind, payload: bytes = b"", first: int = 0, second: int = 0) -> bytes:
    """Header and payload; what the last two numbers are, see above."""
    return HEADER.pack(kind, len(payload), first, second) + payload


def together(kind: Kind, payloads: Sequence[bytes]) -> bytes:
    """Frames of the parent that are sent at once."""
    parts: list[bytes] = []
    following = len(payloads)
    for payload in payloads:
        following -= 1
        parts += HEADER.pack(kind, len(payload), following, 0), payload
    return b"".join(parts)
