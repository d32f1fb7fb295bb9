"""The shape language: sizes such as ``T``, ``3``, ``d_h * V`` or ``T - 1``, read without eval."""

import re
from collections.abc import Mapping, Sequence

#: One length: a number, or a sum of products of sizes.
Size = int | str

_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z_]\w*)|([-+*()]))")


class ShapeError(ValueError):
    """A size expression that cannot be read, or that names a size nobody knows."""


def evaluate(expression: Size, sizes: Mapping[str, int]) -> int:
    """The number an expression stands for. Raises ShapeError naming what is wrong."""
    if isinstance(expression, int):
        return expression
    return _Reader(expression, sizes).read()


def evaluate_shape(shape: Sequence[Size], sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Every length of a shape. Raises ShapeError, also for a negative length."""
    lengths = tuple(evaluate(length, sizes) for length in shape)
    for length, expression in zip(lengths, shape, strict=True):
        if length < 0:
            raise ShapeError(f"'{expression}' is {length}, and a length cannot be negative")
    return lengths


def symbolic(shape: Sequence[Size]) -> str:
    """How a shape is written for people: ``(d_h * V,)``, ``(V, d_emb)``, ``()``."""
    inside = ", ".join(str(length) for length in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


def terms(expression: Size) -> list[str]:
    """What a length is a sum of: ``d_emb + d_h`` gives both, and whatever is no plain sum gives itself."""
    text = str(expression)
    return [text] if re.search(r"[-()]", text) else [term.strip() for term in text.split("+")]


class _Reader:
    """Recursive descent over ``sum := product (('+' | '-') product)*``, ``product := atom ('*' atom)*``."""

    def __init__(self, text: str, sizes: Mapping[str, int]) -> None:
        self._text = text
        self._sizes = sizes
        self._tokens = self._split(text)
        self._at = 0

    def read(self) -> int:
        value = self._sum(depth=0)
        if self._at != len(self._tokens):
            raise ShapeError(f"'{self._text}' has '{self._tokens[self._at]}' where it should end")
        return value

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens: list[str] = []
        at = 0
        if len(text) > 100:
            raise ShapeError(f"'{text[:20]}...' is longer than 100 characters")
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise ShapeError(f"'{text}' holds '{text[at:].strip()[0]}'; use sizes, numbers, + - * and ()")
            tokens.append(found.group().strip())
            at = found.end()
        return tokens

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise ShapeError(f"'{self._text}' ends too early")
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _sum(self, depth: int) -> int:
        value = self._product(depth)
        while self._peek() in ("+", "-"):
            sign = 1 if self._next() == "+" else -1
            value += sign * self._product(depth)
        return value

    def _product(self, depth: int) -> int:
        value = self._atom(depth)
        while self._peek() == "*":
            self._next()
            value *= self._atom(depth)
        return value

    def _atom(self, depth: int) -> int:
        token = self._next()
        if token.isdecimal():
            return int(token)
        if token == "(" and depth < 20:  # noqa: S105 - a parenthesis
            value = self._sum(depth + 1)
            if self._next() != ")":
                raise ShapeError(f"'{self._text}' lacks a ')'")
            return value
        if token in self._sizes:
            return self._sizes[token]
        known = ", ".join(self._sizes) or "none"
        raise ShapeError(f"'{self._text}' names '{token}', which is not a size (sizes: {known})")
