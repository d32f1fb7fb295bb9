"""Streams of events while what they tell of may be deleted, as with its author's account."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from app.errors import NotFound

P = ParamSpec("P")
T = TypeVar("T")


def until_gone(stream: Callable[P, AsyncIterator[T]]) -> Callable[P, AsyncIterator[T]]:
    """A route's stream that ends when what it tells of is gone; for another status it would be too late."""

    @wraps(stream)
    async def told(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        with suppress(NotFound):
            async for event in stream(*args, **kwargs):
                yield event

    return told
