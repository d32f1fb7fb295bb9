"""A line chart as SVG, for a page or a file: axes, ticks, a legend, and colours that follow the theme."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 640.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, 22.0, 34.0, 46.0
_TICKS = 5
_MOST_POINTS = 300  # of a line: more cannot be told apart at this width


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name in the legend, and its points from left to right."""

    name: str
    points: Sequence[tuple[float, float]]


#: Variables of the pages' theme, and what stands for them in a file of its own. Dashes tell lines apart too.
_STROKES = (
    ("var(--accent, #2f5bd0)", "none"),
    ("var(--bad, #b3261e)", "7 4"),
    ("var(--good, #17703a)", "2 4"),
    ("var(--limit, #8a5200)", "9 3 2 3"),
)
_INK, _LINE = "var(--ink-2, #555b66)", "var(--line, #dddcd6)"


def line_chart(series: Sequence[Series], *, x: str, y: str, title: str = "") -> str:
    """The chart of at least one series with at least one point; `x` and `y` name the axes."""
    xs = _Scale.over([point[0] for one in series for point in one.points], _LEFT, _WIDTH - _RIGHT)
    ys = _Scale.over([point[1] for one in series for point in one.points], _HEIGHT - _BOTTOM, _TOP)
    label = title or f"{y} over {x}: " + "; ".join(_told(one) for one in series)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" '
        f'aria-label="{escape(label)}" font-family="system-ui, sans-serif" font-size="14">'
    )
    names = (
        f'<text x="{_LEFT - 48:g}" y="14" fill="{_INK}">{escape(y)}</text>'
        f'<text x="{_WIDTH - _RIGHT:g}" y="{_HEIGHT - 8:g}" fill="{_INK}" text-anchor="end">'
        f"{escape(x)}</text>"
    )
    parts = [opening, names]
    parts += [_horizontal(ys, tick) for tick in ys.ticks]
    parts += [_vertical(xs, tick) for tick in xs.ticks]
    for number, one in enumerate(series):
        parts += [_line(one, number, xs, ys), _key(one, number)]
    return "".join((*parts, "</svg>"))


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to places along one side of the chart."""

    ticks: tuple[float, ...]
    begin: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], begin: float, end: float) -> "_Scale":
        low, high = min(values), max(values)
        step = _round_step((high - low) / _TICKS or abs(high) / _TICKS or 1.0)
        first, last = floor(low / step), ceil(high / step)
        last = max(last, first + 1)
        return cls(tuple(step * number for number in range(first, last + 1)), begin, end)

    def at(self, value: float) -> float:
        share = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return self.begin + share * (self.end - self.begin)


def _round_step(wanted: float) -> float:
    """1, 2 or 5 times a power of ten, the next above what is wanted."""
    power = 10.0 ** floor(log10(wanted))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= wanted * (1 - 1e-9))


def _told(one: Series) -> str:
    first, last = one.points[0][1], one.points[-1][1]
    return f"{one.name} from {first:.3g} to {last:.3g}"


def _horizontal(ys: _Scale, tick: float) -> str:
    at = f"{ys.at(tick):.1f}"
    return (
        f'<line x1="{_LEFT:g}" x2="{_WIDTH - _RIGHT:g}" y1="{at}" y2="{at}" stroke="{_LINE}"/>'
        f'<text x="{_LEFT - 8:g}" y="{at}" dy="4" fill="{_INK}" text-anchor="end">{tick:g}</text>'
    )


def _vertical(xs: _Scale, tick: float) -> str:
    at, low = f"{xs.at(tick):.1f}", _HEIGHT - _BOTTOM
    return (
        f'<line x1="{at}" x2="{at}" y1="{low:g}" y2="{low + 5:g}" stroke="{_INK}"/>'
        f'<text x="{at}" y="{low + 19:g}" fill="{_INK}" text-anchor="middle">{tick:g}</text>'
    )


def _line(one: Series, number: int, xs: _Scale, ys: _Scale) -> str:
    every = ceil(len(one.points) / _MOST_POINTS)
    shown = [*one.points[::every], one.points[-1]]
    path = " ".join(f"{xs.at(px):.1f},{ys.at(py):.1f}" for px, py in shown)
    stroke, dashes = _STROKES[number % len(_STROKES)]
    return (
        f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="2" '
        f'stroke-dasharray="{dashes}" stroke-linejoin="round"/>'
    )


def _key(one: Series, number: int) -> str:
    stroke, dashes = _STROKES[number % len(_STROKES)]
    left = _LEFT + 68 + 176 * number
    return (
        f'<line x1="{left:g}" x2="{left + 26:g}" y1="10" y2="10" stroke="{stroke}" stroke-width="2" '
        f'stroke-dasharray="{dashes}"/>'
        f'<text x="{left + 32:g}" y="14" fill="{_INK}">{escape(one.name)}</text>'
    )
