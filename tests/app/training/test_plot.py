"""The chart is a picture that a person and a program can read."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from app.training.plot import Series, line_chart

SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = st.floats(-1e6, 1e6)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=400)


def test_every_series_is_a_line_with_a_key() -> None:
    chart = line_chart(
        [Series("your step", [(0, 27.0), (4000, 7.8)]), Series("a <mistake>", [(0, 27.0), (4000, 8.8)])],
        x="steps",
        y="perplexity",
    )
    root = ET.fromstring(chart)
    assert len(root.findall(f"{SVG}polyline")) == 2
    texts = [text.text for text in root.findall(f"{SVG}text")]
    assert {"your step", "a <mistake>", "steps", "perplexity", "4000", "25"} <= set(texts)
    label = root.get("aria-label")
    assert label == "perplexity over steps: your step from 27 to 7.8; a <mistake> from 27 to 8.8"


@given(st.lists(POINTS, min_size=1, max_size=3))
def test_everything_stays_inside(series: list[list[tuple[float, float]]]) -> None:
    chart = line_chart([Series(f"s{i}", points) for i, points in enumerate(series)], x="x", y="y")
    root = ET.fromstring(chart)
    for line in root.findall(f"{SVG}polyline"):
        for point in str(line.get("points")).split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 640
            assert 0 <= y <= 300
