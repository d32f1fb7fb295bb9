"""What the kernel would answer to a system call: its filter machine, as far as seccomp programs use it.

Numbers from linux/bpf_common.h, linux/filter.h and linux/seccomp.h.
"""

import operator
import struct
from collections.abc import Callable, Sequence

_LOAD_WORD, _RETURN_CONSTANT, _AND_CONSTANT, _JUMP = 0x20, 0x06, 0x54, 0x05
_BRANCHES: dict[int, Callable[[int, int], int | bool]] = {
    0x15: operator.eq,
    0x25: operator.gt,
    0x35: operator.ge,
    0x45: operator.and_,
}
_INSTRUCTION = struct.Struct("<HBBI")
_CALL = struct.Struct("<iIQ6Q")  # struct seccomp_data: number, architecture, instruction pointer, arguments
_WORDS = struct.Struct(f"<{_CALL.size // 4}I")

Instruction = tuple[int, int, int, int]


def read(program: bytes) -> list[Instruction]:
    return list(_INSTRUCTION.iter_unpack(program))


def answer(
    instructions: Sequence[Instruction], architecture: int, number: int, arguments: Sequence[int]
) -> int:
    """The program's return value: an action with its errno, as in linux/seccomp.h.

    Takes up to six arguments of 64 bits; the rest are 0. Raises ValueError for an instruction that
    seccomp programs do not have, IndexError if the program runs off its end or reads outside the call.
    """
    padded = [*arguments, *[0] * (6 - len(arguments))]
    words = _WORDS.unpack(_CALL.pack(number, architecture, 0, *padded))
    accumulator = position = 0
    while True:
        code, if_true, if_false, constant = instructions[position]
        position += 1
        if code == _LOAD_WORD:
            accumulator = words[constant // 4]
        elif code == _AND_CONSTANT:
            accumulator &= constant
        elif code == _JUMP:
            position += constant
        elif code in _BRANCHES:
            position += if_true if _BRANCHES[code](accumulator, constant) else if_false
        elif code == _RETURN_CONSTANT:
            return constant
        else:
            raise ValueError(f"no such instruction: {code:#x}")
