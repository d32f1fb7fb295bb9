"""How a public case is written for people: as Python that can be pasted, digits and all."""

import numpy as np

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
