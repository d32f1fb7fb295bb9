"""JSON from outside, without what Python's reader lets through: NaN, huge integers, deep nesting."""

import json
import math
import re
from collections.abc import Callable, Coroutine
from typing import Any, Never

from fastapi import Request, Response
from fastapi.routing import APIRoute

MAX_DEPTH = 32
_LARGEST = 2**63
# Whole strings are skipped at once (possessively: hostile text must not make this quadratic).
_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def read_json(body: bytes) -> Any:
    """What `body` says. Raises json.JSONDecodeError naming what cannot be taken and what to write instead."""
    text = body.decode("utf-8", errors="surrogateescape")

    def refuse(message: str) -> Never:
        raise json.JSONDecodeError(message, "", 0)

    def integer(digits: str) -> int:
        if len(digits) > 20 or not -_LARGEST <= int(digits) < _LARGEST:
            refuse("an integer must fit into 64 bits; write a large number with an exponent, as 1e20")
        return int(digits)

    def number(digits: str) -> float:
        value = float(digits)
        if not math.isfinite(value):
            refuse("a number must be finite and below 1.8e308")
        return value

    def constant(name: str) -> Never:
        refuse(f"{name} is not JSON; every number must be finite")

    if _depth(text) > MAX_DEPTH:
        refuse(f"values are nested more than {MAX_DEPTH} deep")
    value = json.loads(text, parse_int=integer, parse_float=number, parse_constant=constant)
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        refuse("text must be whole Unicode characters in UTF-8, without lone surrogates")
    return value


def _depth(text: str) -> int:
    """How deep the brackets nest, found without recursion."""
    deepest = depth = 0
    for token in _TEXT_OR_BRACKET.finditer(text):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


class _StrictRequest(Request):
    async def json(self) -> Any:
        return read_json(await self.body())


class StrictRoute(APIRoute):
    """A route whose JSON body is read by `read_json`; what it refuses becomes the framework's own 422."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strictly
