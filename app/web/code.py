"""Python with its words marked, for pages.

By one expression, in which each alternative takes what it has begun, closed or not: a student's code can be
made to keep a lexer of the whole language busy for minutes.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from keyword import kwlist

from markupsafe import Markup

_PART = re.compile(
    r"""
    (?P<c> \#[^\n]* )                                                   # comments
  | (?P<s> (?:\b[bfru]{1,2})?
        (?: \"{3} (?:[^"\\]|\\.|"(?!""))*+ (?:"{3}|\\?\Z)               # text
          | '{3}  (?:[^'\\]|\\.|'(?!''))*+ (?:'{3}|\\?\Z)
          | "     (?:[^"\\\n]|\\.)*+ "?
          | '     (?:[^'\\\n]|\\.)*+ '? ) )
  | (?P<m> \b0[xob][\da-f_]+ | (?:\b\d[\d_]*+\.?|\.\d)[\d_]*+(?:e[+-]?\d[\d_]*+)?j? )    # numbers
  | (?P<word> [^\W\d]\w*+ )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_KEYWORDS = frozenset({*kwlist, "self"}) - {"None", "True", "False"}
_CONSTANTS = frozenset({"None", "True", "False"})


@lru_cache(maxsize=64)
def python_html(source: str) -> Markup:
    """Any text as HTML, its words marked as if it were Python; the classes are those of code.css."""
    return Markup("".join(_marked(source)))  # noqa: S704 -- each piece is escaped


def _marked(source: str) -> Iterator[str]:
    end = 0
    defines = False  # whether the word before was `def` or `class`
    for found in _PART.finditer(source):
        yield escape(source[end : found.start()])
        end = found.end()
        text = found[0]
        kind = found.lastgroup if found.lastgroup != "word" else _kind(text, defines)
        defines = text in ("def", "class")
        yield f'<span class="{kind}">{escape(text)}</span>' if kind else escape(text)
    yield escape(source[end:])


def _kind(word: str, defines: bool) -> str:
    if word in _KEYWORDS:
        return "k"
    if word in _CONSTANTS:
        return "m"
    return "n" if defines else ""
