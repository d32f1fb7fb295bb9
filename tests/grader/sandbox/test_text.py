"""What is shown of students' text."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.text import clean


@given(st.text(), st.integers(1, 20))
def test_at_most_the_limit_and_nothing_unfit(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert len(shown) <= limit
    assert all(character in "\t\n" or character.isprintable() or character > "~" for character in shown)


def test_what_forges_a_page_is_taken_away() -> None:
    assert clean("a\x00\x1b[1m\u202eb\ud800\tc\n", 100) == "a[1mb\tc\n"


def test_a_text_that_is_cut_says_so() -> None:
    assert clean("abcdef", 4) == "abc\u2026"


def test_no_folder_of_the_host_is_named() -> None:
    assert clean(f"{np.__file__}: a warning", 100) == "numpy/__init__.py: a warning"


def test_a_text_is_cut_before_it_is_cleaned() -> None:
    """So that a long one takes no long."""
    assert clean("\0" * 10**6 + "a", 100) == ""
