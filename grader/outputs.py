"""What a returned value is made of: named numbers, arrays and texts."""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from grader.draws import Array
from grader.sandbox.job import Value
from grader.signature import OutputSpec, Signature


def is_built(outputs: Mapping[str, OutputSpec], value: Value) -> bool:
    """Whether there is one item for each output, where there are several."""
    return len(outputs) == 1 or (isinstance(value, tuple | list) and len(value) == len(outputs))


def leaves(outputs: Mapping[str, OutputSpec], value: Value) -> dict[str, Value]:
    """Every number, array or text of a reference's value, by its output's name and the way to it.

    Empty when the value is not made as [outputs] says.
    """
    return {name: leaf for name, leaf, _ in _walk_all(outputs, value, value)}


def paired(outputs: Mapping[str, OutputSpec], expected: Value, value: Value) -> dict[str, Value] | None:
    """The same of any value, as far as the expected one goes; None when it is built differently.

    Where one array is expected, a list of numbers is one leaf, however long.
    """
    try:
        return {name: leaf for name, _, leaf in _walk_all(outputs, expected, value)}
    except _BuiltDifferently:
        return None


def without_keys(name: str) -> str:
    """A leaf's name up to the first key of a dict: a hidden case's keys may hold its inputs."""
    return re.split(r"\[['\"]", name, maxsplit=1)[0]


def updated(signature: Signature, inputs: Sequence[Value]) -> dict[str, str]:
    """Of each leaf that is the new value of an input, the input's name."""
    names: list[Value] = [
        None if value is None else name for name, value in zip(signature.inputs, inputs, strict=True)
    ]
    known = {**dict(zip(signature.inputs, names, strict=True)), **signature.arguments_of(names)}
    return {
        leaf: str(name)
        for output, spec in signature.outputs.items()
        if spec.updates is not None
        for leaf, name, _ in _walk(output, known[spec.updates], known[spec.updates])
        if name is not None
    }


def updated_input(signature: Signature, leaf: str, inputs: Sequence[Value]) -> Array | None:
    """The array that this leaf is the new value of, if the problem names one."""
    name = updated(signature, inputs).get(leaf)
    if name is None:
        return None
    return np.asarray(inputs[list(signature.inputs).index(name)], dtype=np.float64)


def as_array(value: Value) -> Array | None:
    """A number, or numbers in arrays, lists or tuples, as one array; None for anything else."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, list | tuple):
        if not _numbers_only(value):
            return None
    elif not isinstance(value, bool | int | float):
        return None
    try:
        array = np.array(value)
        # Python's integers have no end, and NumPy's have: beyond int64 they count as real numbers.
        return array if array.dtype.kind in "fib" else array.astype(np.float64)
    except (ValueError, OverflowError):  # rows of different lengths, or beyond float64
        return None


_NUMBERS = {bool, int, float}


class _BuiltDifferently(Exception):
    pass


_Leaf = tuple[str, Value, Value]


def _walk_all(outputs: Mapping[str, OutputSpec], expected: Value, value: Value) -> Iterator[_Leaf]:
    if len(outputs) == 1:
        yield from _walk(next(iter(outputs)), expected, value)
    elif is_built(outputs, expected):
        assert isinstance(expected, tuple | list)
        if not isinstance(value, tuple | list) or len(value) != len(outputs):
            raise _BuiltDifferently
        for name, item, other in zip(outputs, expected, value, strict=True):
            yield from _walk(name, item, other)


def _walk(name: str, expected: Value, value: Value) -> Iterator[_Leaf]:
    match expected:
        case list() | tuple():
            if not isinstance(value, list | tuple) or len(value) != len(expected):
                raise _BuiltDifferently
            for i, (item, other) in enumerate(zip(expected, value, strict=True)):
                yield from _walk(f"{name}[{i}]", item, other)
        case dict():
            if not isinstance(value, dict) or value.keys() != expected.keys():
                raise _BuiltDifferently
            for key, item in expected.items():
                yield from _walk(f"{name}[{key!a}]", item, value[key])
        case _:
            yield name, expected, value


def _numbers_only(value: list[Value] | tuple[Value, ...]) -> bool:
    """By the set of types, because students' lists can be long and this runs in the service's process."""
    kinds = set(map(type, value))
    if kinds <= _NUMBERS:
        return True
    if not kinds <= _NUMBERS | {list, tuple, np.ndarray}:
        return False
    return all(_numbers_only(item) for item in value if isinstance(item, list | tuple))
