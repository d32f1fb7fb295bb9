"""What the parent gives to a child, as bytes: with `marshal`, so that the child reads it at the speed of C.

In this direction alone. A child believes its parent, and nobody else can write to its channel; what a child
answers is read by `wire`, which believes nothing.

A message is a length, that many bytes of marshalled values, and then the elements of all arrays. Among the
values a tuple stands for what is not simply there::

    (dtype, layout, shape, offset)    an array
    (MANY, "tuple", forms)            a tuple, or what holds anything but plain values:
    (MANY, "list", forms)             a list
    (MANY, "dict", forms, keys)       a dict
"""

import marshal
import struct
from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import numpy as np

_SIZE = struct.Struct("<I")
_DTYPES = [np.dtype("<f8"), np.dtype("<i8"), np.dtype("?")]
_MANY = len(_DTYPES)


class Layout(IntEnum):
    C = 0
    FORTRAN = 1
    STRIDED = 2


_C, _FORTRAN = Layout.C.value, Layout.FORTRAN.value  # quicker to compare


def pack(values: Iterable[Any]) -> bytes:
    """Encode values, arrays of float64, int64 or bool among them. Raises TypeError for any other."""
    elements = bytearray()
    head = marshal.dumps([_form(value, elements) for value in values])
    return b"".join((_SIZE.pack(len(head)), head, elements))


def unpack(message: bytes | memoryview) -> list[Any]:
    """The values again: fresh, writable, aligned arrays, in the layout that they had."""
    begin = _SIZE.size + _SIZE.unpack_from(message)[0]
    forms = marshal.loads(message[_SIZE.size : begin])  # noqa: S302 - from the parent alone
    return [_built(form, message, begin) if type(form) is tuple else form for form in forms]


def _form(value: Any, elements: bytearray) -> Any:
    """What stands for a value among those that marshal writes, which knows no class but the built-in ones."""
    if isinstance(value, np.ndarray):
        if value.dtype not in _DTYPES:
            raise TypeError(f"An array of {value.dtype} cannot be given to a child.")
        layout = _layout(value)
        form = _DTYPES.index(value.dtype), layout.value, value.shape, len(elements)
        elements += value.tobytes("F" if layout is Layout.FORTRAN else "C")
        return form
    if isinstance(value, dict):
        items = {str(key): _form(item, elements) for key, item in value.items()}
        return (_MANY, "dict", [*items.values()], [*items]) if _any_built(items.values()) else items
    if isinstance(value, tuple):
        return _MANY, "tuple", [_form(item, elements) for item in value]
    if isinstance(value, list):
        forms = [_form(item, elements) for item in value]
        return (_MANY, "list", forms) if _any_built(forms) else forms
    if value is None or isinstance(value, (bool, np.bool_)):
        return None if value is None else bool(value)
    for kind, relatives in ((int, np.integer), (float, np.floating), (str, np.str_)):
        if isinstance(value, (kind, relatives)):
            return kind(value)
    raise TypeError(f"A value of type {type(value).__name__} cannot be given to a child.")


def _any_built(forms: Iterable[Any]) -> bool:
    return tuple in map(type, forms)


def _layout(array: np.ndarray) -> Layout:
    if array.flags.c_contiguous:
        return Layout.C
    return Layout.FORTRAN if array.flags.f_contiguous else Layout.STRIDED


def _built(form: tuple[Any, ...], message: bytes | memoryview, begin: int) -> Any:
    if form[0] != _MANY:
        return _array(form, message, begin)
    _many, kind, forms, *keys = form
    values = [_built(each, message, begin) if type(each) is tuple else each for each in forms]
    if kind == "dict":
        return dict(zip(keys[0], values, strict=True))
    return values if kind == "list" else tuple(values)


def _array(form: tuple[Any, ...], message: bytes | memoryview, begin: int) -> np.ndarray:
    dtype, layout, shape, offset = form
    if layout == _FORTRAN:
        return np.ndarray(shape, _DTYPES[dtype], message, begin + offset, order="F").copy("F")
    plain = np.ndarray(shape, _DTYPES[dtype], message, begin + offset)
    if layout == _C:
        return plain.copy()
    strided: np.ndarray = np.empty((*shape[:-1], 2 * shape[-1]), plain.dtype)[..., ::2]
    strided[...] = plain
    return strided
