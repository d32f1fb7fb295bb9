"""How a value of a public case is written for people."""

import numpy as np

from grader.sandbox.job import Value

_WHOLE = 120  # elements shown; of larger arrays the ends of each axis


def assignment(name: str, value: Value) -> str:
    """`name = value`, arrays as NumPy prints them and with their shape."""
    if not isinstance(value, np.ndarray):
        return f"{name} = {_plain(value)}"
    text = np.array2string(value, precision=6, threshold=_WHOLE, separator=", ", max_line_width=76)
    gap = "\n" if "\n" in text else " "
    return f"{name} = {_shape(value)}{gap}{text}"


def _shape(value: "np.ndarray") -> str:
    return f"array of shape {value.shape}:"


def _plain(value: Value) -> str:
    match value:
        case float():
            return f"{value:.10g}"
        case list() | tuple():
            inside = ", ".join(_item(item) for item in value)
            return f"[{inside}]" if isinstance(value, list) else f"({inside})"
        case dict():
            return "{" + ", ".join(f"{key!r}: {_item(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


def _item(value: Value) -> str:
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=6, threshold=_WHOLE, separator=", ")
    return _plain(value)
