"""What students' code says, made fit to show."""

import re
import sysconfig
from pathlib import Path

import numpy as np

#: The folder NumPy is installed in.
LIBRARY = str(Path(np.__file__).parent.parent)

# Control characters but tab and newline, bidirectional marks, surrogates: what forges a terminal or a page.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]",
)
_MARGIN = 10_000  # characters that may be taken away before a text counts as cut
_PROJECT = Path(__file__).parents[2]
_HOST_PATHS = tuple(f"{folder}/" for folder in (LIBRARY, sysconfig.get_path("stdlib"), _PROJECT))


def clean(text: str, limit: int) -> str:
    """At most `limit` characters, without control characters and without the paths of this host."""
    if not text:
        return text
    text = text[: limit + _MARGIN]
    for path in _HOST_PATHS:  # as in NumPy's own warnings, or a stack that is printed
        text = text.replace(path, "")
    text = _UNFIT.sub("", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
