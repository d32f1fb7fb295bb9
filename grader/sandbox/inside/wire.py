"""Values as bytes, in both directions: a closed grammar without pickle, dtype strings or classes.

A message is a count and that many values::

    message  = u32 count, value*
    value    = u8 tag, and by tag:
      NONE FALSE TRUE
      INT      u16 n, n bytes, little-endian two's complement
      FLOAT    f8
      TEXT     u32 n, n bytes of UTF-8
      LIST TUPLE      u32 n, value*
      DICT            u32 n, (u32 n, UTF-8, value)*
      FLOATS INTS     u32 n, f8* or i8*            a list of numbers of one type
      ARRAY    u8 dtype, u8 ndim, u64 dimension*, data         in C order

All numbers are little-endian, as on every machine this runs on. The decoder trusts nothing: every size is
checked against the bytes that are there before anything is allocated; what it refuses is a `Malformed`.
"""

import math
import struct
from array import array
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any

import numpy as np

MAX_DEPTH = 5  # containers in containers: a batch of sequences as lists, in a returned tuple, and one more
MAX_ITEMS = 65_536  # values of one message that need a tag of their own
ARRAY_ITEMS = 16  # what an array counts as: it takes that much longer to read
MAX_DIMENSIONS = 32
MAX_INT_BYTES = 1024
MAX_DIMENSION = 2**40  # keeps NumPy's own size arithmetic from overflowing when another dimension is 0

_U16 = struct.Struct("<H")
_U32 = struct.Struct("<I")
_F8 = struct.Struct("<d")


class Tag(IntEnum):
    NONE = 0
    FALSE = 1
    TRUE = 2
    INT = 3
    FLOAT = 4
    TEXT = 5
    LIST = 6
    TUPLE = 7
    DICT = 8
    FLOATS = 9
    INTS = 10
    ARRAY = 11


class Reason(IntEnum):
    """Why a value has no form on the wire."""

    TYPE = 0
    DTYPE = 1
    DEPTH = 2
    KEY = 3
    NUMBER = 4
    TEXT = 5
    ITEMS = 6


_DTYPES = [np.dtype("<f8"), np.dtype("<i8"), np.dtype("?")]
_CODES = {dtype: code for code, dtype in enumerate(_DTYPES)}
_ITEM_SIZES = tuple(dtype.itemsize for dtype in _DTYPES)
_BOOL = _DTYPES.index(np.dtype("?"))
_ARRAY_HEADS = [struct.Struct(f"<BBB{ndim}Q") for ndim in range(MAX_DIMENSIONS + 1)]


class Unusable(Exception):
    """The value has no form on the wire. `what` names the type or dtype in question."""

    def __init__(self, reason: Reason, what: str = "") -> None:
        super().__init__(reason, what)
        self.reason = reason
        self.what = what


class TooLarge(Exception):
    """The encoded message would pass its byte limit."""


class Malformed(ValueError):
    """These bytes are no message."""


def pack(values: Iterable[Any], limit: int | None = None) -> bytes:
    """Encode a message of at most `limit` bytes. Raises `Unusable` or `TooLarge`."""
    writer = _Writer(limit)
    count = 0
    for value in values:
        writer.value(value, 0)
        count += 1
    return b"".join((_U32.pack(count), *writer.parts))


def unpack(data: bytes | bytearray | memoryview) -> list[Any]:
    """Decode a message: fresh, writable, aligned arrays. Raises `Malformed` and nothing else."""
    reader = _Reader(data)
    try:
        values = [reader.value(0) for _ in range(reader.items())]
    except (struct.error, IndexError, UnicodeDecodeError, OverflowError) as error:
        raise Malformed(str(error)) from error
    if reader.position != len(data):
        raise Malformed("bytes left over")
    return values


class _Writer:
    def __init__(self, limit: int | None) -> None:
        self.parts: list[bytes] = []
        self._left = limit if limit is not None else 2**62
        self._items_left = MAX_ITEMS

    def _put(self, *parts: bytes) -> None:
        self._left -= sum(map(len, parts))
        if self._left < 0:
            raise TooLarge
        self.parts.extend(parts)

    def value(self, value: Any, depth: int) -> None:
        self._items_left -= 1
        if self._items_left < 0:
            raise Unusable(Reason.ITEMS)
        kind = type(value)
        if kind is np.ndarray:
            self._array(value)
        elif kind is str:
            self._put(_TEXT, *self._text(value))
        elif kind in _CONSTANTS:
            self._put(_TAGS[_CONSTANTS[kind](value)])
        elif issubclass(kind, (float, np.floating)):
            self._put(_TAGS[Tag.FLOAT], _F8.pack(float(value)))
        elif issubclass(kind, (int, np.integer)) and not issubclass(kind, np.timedelta64):
            self._int(int(value))
        elif issubclass(kind, str):
            self._put(_TEXT, *self._text(value))
        else:
            self._container(value, kind, depth)

    def _int(self, value: int) -> None:
        size = int.bit_length(value) // 8 + 1
        if size > MAX_INT_BYTES:
            raise Unusable(Reason.NUMBER)
        self._put(_TAGS[Tag.INT], _U16.pack(size), int.to_bytes(value, size, "little", signed=True))

    def _text(self, value: str) -> tuple[bytes, bytes]:
        try:
            data = str.encode(value)
        except UnicodeEncodeError:
            raise Unusable(Reason.TEXT) from None
        return _U32.pack(len(data)), data

    def _container(self, value: Any, kind: type, depth: int) -> None:
        if not issubclass(kind, (list, tuple, dict)):
            raise Unusable(Reason.TYPE, kind.__name__)
        if depth == MAX_DEPTH:
            raise Unusable(Reason.DEPTH)
        # The built-in class's own methods: a subclass may have replaced its.
        if issubclass(kind, dict):
            self._put(_TAGS[Tag.DICT], _U32.pack(dict.__len__(value)))
            for key, item in dict.items(value):
                if not isinstance(key, str):
                    raise Unusable(Reason.KEY, type(key).__name__)
                self._put(*self._text(key))
                self.value(item, depth + 1)
        elif issubclass(kind, tuple):
            self._put(_TAGS[Tag.TUPLE], _U32.pack(tuple.__len__(value)))
            for item in tuple.__iter__(value):
                self.value(item, depth + 1)
        elif not self._numbers(value):
            self._put(_TAGS[Tag.LIST], _U32.pack(list.__len__(value)))
            for item in list.__iter__(value):
                self.value(item, depth + 1)

    def _numbers(self, value: list[Any]) -> bool:
        """Put a list of numbers of one type as one block, and say whether it was one."""
        kinds = set(map(type, list.__iter__(value)))
        if not kinds or not (kinds <= {float, np.float64} or kinds <= {int, np.int64}):
            return False
        floats = kinds <= {float, np.float64}
        try:
            block = array("d" if floats else "q", list.__iter__(value))
        except OverflowError:
            return False
        self._put(_TAGS[Tag.FLOATS if floats else Tag.INTS], _U32.pack(len(block)), block.tobytes())
        return True

    def _array(self, value: np.ndarray) -> None:
        code = _CODES.get(value.dtype)
        if code is None:
            code = _dtype_code(value)
        self._items_left -= ARRAY_ITEMS - 1
        if self._items_left < 0:
            raise Unusable(Reason.ITEMS)
        dtype = _DTYPES[code]
        if value.ndim > MAX_DIMENSIONS:
            raise Unusable(Reason.DEPTH)
        if value.size * dtype.itemsize > self._left:
            raise TooLarge
        head = _ARRAY_HEADS[value.ndim].pack(_ARRAY, code, value.ndim, *value.shape)
        if value.dtype is not dtype:
            with np.errstate(all="ignore"):  # a float128 too large becomes inf, which is reported
                value = value.astype(dtype, copy=False)
        self._put(head, value.tobytes())


def _boolean(value: Any) -> Tag:
    return Tag.TRUE if value else Tag.FALSE


_TAGS = [bytes((tag,)) for tag in Tag]
_TEXT = _TAGS[Tag.TEXT]
_ARRAY = Tag.ARRAY.value
_CONSTANTS: dict[type, Callable[[Any], Tag]] = {
    type(None): lambda _value: Tag.NONE,
    bool: _boolean,
    np.bool_: _boolean,
}


def _dtype_code(value: np.ndarray) -> int:
    kind = value.dtype.kind
    if kind not in "fiub":
        raise Unusable(Reason.DTYPE, str(value.dtype))
    if kind == "u" and value.size and int(value.max()) > np.iinfo(np.int64).max:
        raise Unusable(Reason.NUMBER)
    return "fib".index("i" if kind == "u" else kind)


class _Reader:
    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self.position = 0
        self._data = data
        self._size = len(data)
        self._items_left = MAX_ITEMS

    def _take(self, size: int) -> int:
        """Where the next `size` bytes begin, which are there."""
        begin = self.position
        self.position = begin + size
        if self.position > self._size:
            raise Malformed("the message ends too early")
        return begin

    def _u32(self) -> int:
        size: int = _U32.unpack_from(self._data, self._take(4))[0]
        return size

    def items(self) -> int:
        count = self._u32()
        if count > self._items_left:
            raise Malformed("too many values")
        return count

    def value(self, depth: int) -> Any:
        self._items_left -= 1
        if self._items_left < 0:
            raise Malformed("too many values")
        position = self.position
        self.position = position + 1
        return _READERS[self._data[position]](self, depth)

    def integer(self, _depth: int) -> int:
        size = _U16.unpack_from(self._data, self._take(2))[0]
        if size > MAX_INT_BYTES:
            raise Malformed("an integer too long")
        begin = self._take(size)
        return int.from_bytes(self._data[begin : begin + size], "little", signed=True)

    def floating(self, _depth: int) -> float:
        begin = self.position
        self.position = begin + 8
        number: float = _F8.unpack_from(self._data, begin)[0]
        return number

    def text(self, _depth: int) -> str:
        size = self._u32()
        begin = self._take(size)
        return str(self._data[begin : begin + size], "utf-8")

    def _inside(self, depth: int) -> int:
        if depth == MAX_DEPTH:
            raise Malformed("nested too deep")
        return depth + 1

    def list_(self, depth: int) -> list[Any]:
        inside = self._inside(depth)
        return [self.value(inside) for _ in range(self.items())]

    def tuple_(self, depth: int) -> tuple[Any, ...]:
        return tuple(self.list_(depth))

    def dict_(self, depth: int) -> dict[str, Any]:
        inside = self._inside(depth)
        return {self.text(depth): self.value(inside) for _ in range(self.items())}

    def floats(self, depth: int) -> list[Any]:
        return self._block(0, depth)

    def integers(self, depth: int) -> list[Any]:
        return self._block(1, depth)

    def _block(self, code: int, depth: int) -> list[Any]:
        self._inside(depth)
        count = self._u32()
        begin = self._take(8 * count)
        numbers: list[Any] = np.ndarray(count, _DTYPES[code], self._data, begin).tolist()
        return numbers

    def array_(self, _depth: int) -> np.ndarray:
        self._items_left -= ARRAY_ITEMS - 1
        if self._items_left < 0:
            raise Malformed("too many values")
        data, begin = self._data, self.position - 1  # where the tag is
        head = _ARRAY_HEADS[data[begin + 2]]
        _tag, code, _ndim, *shape = head.unpack_from(data, begin)
        elements = math.prod(shape)
        if elements == 0 and math.prod(n for n in shape if n) > MAX_DIMENSION:
            raise Malformed("a dimension too large")
        flat = begin + head.size
        self.position = flat + elements * _ITEM_SIZES[code]
        if self.position > self._size:
            raise Malformed("the message ends too early")
        array = np.ndarray(shape, _DTYPES[code], data, flat).copy()
        if code == _BOOL and elements and array.view(np.uint8).max() > 1:
            raise Malformed("a boolean that is neither 0 nor 1")
        return array


_READERS: list[Callable[[_Reader, int], Any]] = [
    lambda _reader, _depth: None,
    lambda _reader, _depth: False,
    lambda _reader, _depth: True,
    _Reader.integer,
    _Reader.floating,
    _Reader.text,
    _Reader.list_,
    _Reader.tuple_,
    _Reader.dict_,
    _Reader.floats,
    _Reader.integers,
    _Reader.array_,
]
