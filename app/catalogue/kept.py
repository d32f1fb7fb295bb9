"""What is computed of a version once, for all who look at it."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from grader.version import Version

T = TypeVar("T")
_AT_MOST = 16  # versions, the last ones looked at


def once_a_version(compute: Callable[[Version], T]) -> Callable[[Version], T]:
    """Keep what `compute` makes of a version. Its id is a hash of its content, so nothing goes stale."""
    kept: OrderedDict[str, T] = OrderedDict()

    @wraps(compute)
    def found(version: Version) -> T:
        if version.id not in kept:
            kept[version.id] = compute(version)
        kept.move_to_end(version.id)
        while len(kept) > _AT_MOST:
            kept.popitem(last=False)
        return kept[version.id]

    return found
