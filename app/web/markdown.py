"""Markdown with LaTeX mathematics to HTML with MathML, on the server, so that no page waits for a script."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from math_core import LatexToMathML
from mdit_py_plugins.dollarmath import dollarmath_plugin

from app.web.code import python_html

_MATH_TAGS = frozenset(
    """
    math mrow mi mo mn mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot mtable mtr mtd
    mstyle mpadded mphantom menclose mmultiscripts mprescripts semantics
    """.split()  # noqa: SIM905 -- a list would take a screen
)
_TAGS = _MATH_TAGS | frozenset(
    """
    h1 h2 h3 h4 h5 h6 p a em strong code pre ul ol li blockquote hr br table thead tbody tr th td span div
    """.split()  # noqa: SIM905 -- a list would take a screen
)
_MATH_ATTRIBUTES = frozenset(
    """
    accent accentunder class columnalign columnspan display displaystyle form height intent largeop
    linethickness lspace mathvariant maxsize minsize movablelimits rowspan rspace scriptlevel separator
    stretchy symmetric voffset width
    """.split()  # noqa: SIM905 -- a list would take a screen
)
_ATTRIBUTES = {
    **{tag: set(_MATH_ATTRIBUTES) for tag in _MATH_TAGS},
    "a": {"href", "title"},
    "code": {"class"},
    "span": {"class", "title"},
    "div": {"class"},
    "ol": {"start"},
}
# The converter aligns equations with style attributes, which the pages' content policy forbids.
_ALIGNMENT = re.compile(r'style="text-align: (left|right|center)[^"]*"')

_latex = LatexToMathML(continue_on_error=True, fancy_error=False)


def _code_block(source: str, language: str, _attributes: str) -> str:
    # A plain str: markdown-it adds tags to it, which Markup would escape.
    return str(python_html(source)) if language == "python" else ""


def _formula(latex: str, options: dict[str, object]) -> str:
    display = bool(options.get("display_mode"))
    mathml = _latex.convert_with_local_state(latex, displaystyle=display)
    return _ALIGNMENT.sub(r'class="align-\1"', mathml)


_markdown = (
    MarkdownIt("commonmark", {"html": False, "highlight": _code_block})
    .enable("table")
    .use(dollarmath_plugin, renderer=_formula, allow_labels=False, double_inline=True)
)


@lru_cache(maxsize=256)
def markdown_html(text: str) -> Markup:
    """Markdown with `$...$` and `$$...$$` as clean HTML; a formula nobody can read is shown as written."""
    html = nh3.clean(
        _markdown.render(text), tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes={"http", "https"}
    )
    return Markup(_tables(html))  # noqa: S704 -- nh3 has just cleaned it


def _tables(html: str) -> str:
    """Tables in frames that scroll sideways; a heading without a word is none."""
    html = html.replace("<th></th>", "<td></td>")
    return html.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")
