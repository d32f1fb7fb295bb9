"""What is measured. Each benchmark takes how often to repeat and returns rows; `handgrad bench` prints them."""

from collections.abc import Callable, Mapping

from benchmarks.grading import grading
from benchmarks.rows import Row

BENCHMARKS: Mapping[str, Callable[[int], list[Row]]] = {"grading": grading}
