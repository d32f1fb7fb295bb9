"""How a public case is written for people: as Python that can be pasted, digits and all."""

from collections.abc import Sequence

import numpy as np

from grader.report import Returned
from grader.sandbox.job import Value

_WHOLE = 400  # elements; of larger arrays only the ends of each axis are shown, as a comment


def assignment(name: str, value: Value) -> str:
    """`name = value` as Python, arrays with their shape beside them."""
    if not isinstance(value, np.ndarray):
        return f"{name} = {_python(value)}"
    start = f"{name} = np.array("
    if value.size <= _WHOLE:
        return f"{start}{_elements(value, start)})  # {value.shape}"
    lines = [f"{name}: {value.shape}, too large to show whole", *_elements(value, "# ").splitlines()]
    return "\n".join(f"# {line.strip()}" for line in lines)


def returned_text(values: Sequence[Returned]) -> str:
    """What came back, as a report keeps it, written like the expected values beside it."""
    alone = len(values) == 1
    return "\n".join(_returned("got" if alone else f"got_{one.output}", one) for one in values)


def _returned(name: str, one: Returned) -> str:
    if not one.shape:
        return assignment(name, float(one.value) if _is_named(one) else one.value)  # type: ignore[arg-type]
    if one.value is None:
        return f"# {name}: {tuple(one.shape)}, too large to keep"
    array = np.array(one.value)
    if array.dtype.kind == "U":  # among its numbers are some that are not finite
        array = array.astype(np.float64)
    return assignment(name, array.reshape(one.shape))


def _is_named(one: Returned) -> bool:
    """Whether it is a number that is not finite, which JSON does not have."""
    return one.shape == [] and isinstance(one.value, str)


def _elements(value: "np.ndarray", prefix: str = "") -> str:
    # Every digit: with rounded inputs the expected outputs would not come out within the tolerance.
    return np.array2string(
        value, separator=", ", threshold=_WHOLE, floatmode="unique", max_line_width=72, prefix=prefix
    )


def _python(value: Value) -> str:
    match value:
        case np.ndarray():
            return f"np.array({_elements(value)})"
        case list():
            return f"[{', '.join(map(_python, value))}]"
        case tuple():
            inside = ", ".join(map(_python, value))
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        case dict():
            return "{" + ", ".join(f"{key!r}: {_python(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)
