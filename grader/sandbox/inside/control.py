"""The messages between the parent and the zygote, on a socket that keeps their boundaries.

The first message is a `Start`; its answer is `STARTED`, or the sentence why the zygote cannot work.
Then each message is a `Note`:

=======  ===============================  ==================================================
FORK     number = uid, + socket, bell     fork a child; answered by BORN or BARREN. With a third
                                          descriptor it has a cgroup to enter
BURY                                      reap a child that was killed; answered by DEAD
BORN     number = pid, + pidfd            the child is there, and will be READY soon
BARREN   number = errno                   it could not be forked
DEAD     number = wait status             it is gone
=======  ===============================  ==================================================
"""

import base64
import json
import struct
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import NamedTuple

from .confine import Layers

MAX_START = 2**16
STARTED = b"started"
_NOTE = struct.Struct("<BIq")
NOTE_SIZE = _NOTE.size


class Word(IntEnum):
    FORK = 1
    BURY = 2
    BORN = 3
    BARREN = 4
    DEAD = 5


class Note(NamedTuple):
    word: Word
    serial: int
    number: int = 0

    def to_bytes(self) -> bytes:
        return _NOTE.pack(*self)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Note":
        word, serial, number = _NOTE.unpack(data)
        return cls(Word(word), serial, number)


@dataclass(frozen=True)
class Start:
    """What the zygote needs to know; nothing of it is secret."""

    preloaded: tuple[str, ...]
    importable: tuple[str, ...]
    layers: Layers

    def to_bytes(self) -> bytes:
        content = asdict(self)
        content["layers"]["seccomp"] = base64.b64encode(self.layers.seccomp).decode()
        return json.dumps(content).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Start":
        content = json.loads(data)
        layers = content["layers"]
        layers["seccomp"] = base64.b64decode(layers["seccomp"])
        return cls(tuple(content["preloaded"]), tuple(content["importable"]), Layers(**layers))
