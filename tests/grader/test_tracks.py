"""tracks.toml: which tracks there are, in which order, and what is said of a wrong one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from grader.problem import Problem
from grader.tracks import BrokenTracks, Track, load_tracks, without_order

_TWO = """\
[second]
title = "The second"
summary = "It comes first."
problems = ["b", "a"]

[first]
title = "The first"
summary = "It comes second."
problems = ["c", "not-there"]
"""
Known = Callable[..., Mapping[str, Problem]]


@pytest.fixture
def known(flagship: Problem) -> Known:
    """Problems by slug, each with its track."""

    def make(**tracks: str) -> Mapping[str, Problem]:
        return {slug: replace(flagship, slug=slug, track=track) for slug, track in tracks.items()}

    return make


def _written(folder: Path, text: str) -> Path:
    (folder / "tracks.toml").write_text(text)
    return folder


def test_tracks_and_their_problems_keep_the_order_of_the_file(tmp_path: Path, known: Known) -> None:
    tracks = load_tracks(_written(tmp_path, _TWO), known(a="second", b="second", c="first"))
    assert tracks == [
        Track("second", "The second", "It comes first.", ("b", "a")),
        Track("first", "The first", "It comes second.", ("c",)),
    ]


def test_what_the_file_leaves_out_comes_last(tmp_path: Path, known: Known) -> None:
    problems = known(a="second", b="second", x="second", w="second", y="", z="week 2", v="week 1", c="first")
    tracks = load_tracks(_written(tmp_path, _TWO), problems)
    assert [(track.title, track.problems) for track in tracks] == [
        ("The second", ("b", "a", "w", "x")),
        ("The first", ("c",)),
        ("week 1", ("v",)),
        ("week 2", ("z",)),
        ("Other problems", ("y",)),
    ]


def test_a_track_without_problems_is_none(tmp_path: Path, known: Known) -> None:
    assert [track.name for track in load_tracks(_written(tmp_path, _TWO), known(a="second"))] == ["second"]


def test_a_folder_without_the_file_has_the_tracks_of_its_problems(tmp_path: Path, known: Known) -> None:
    assert load_tracks(tmp_path, known(b="one", a="one")) == [Track("one", "one", "", ("a", "b"))]
    assert load_tracks(tmp_path, {}) == []
    assert without_order(known(b="one", a="one")) == load_tracks(tmp_path, known(b="one", a="one"))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('problems = ["c"', 'problems = ["a", "c"', "tracks.toml lists a twice; take one out"),
        (
            '"b", "a"',
            '"b", "a", "c2"',
            "tracks.toml lists c2 under 'second', but its problem.toml has the track 'first'; let them",
        ),
        ('title = "The first"\n', "", "tracks.toml: 'first.title' is missing; add it"),
        ("summary", "sumary", "unknown key 'second.sumary'; known are title, summary, problems"),
        ('"The first"', '" "', "tracks.toml: first.title: String should have at least 1 character"),
        ('["b", "a"]', "[]", "tracks.toml: second.problems: Tuple should have at least 1 item"),
        ("[second]", "second = 3\n[other]", "tracks.toml: second: Input should be"),
        ("[second]", "[second", "tracks.toml is not TOML: "),
    ],
)
def test_a_wrong_file_is_said(tmp_path: Path, known: Known, old: str, new: str, reason: str) -> None:
    assert old in _TWO
    problems = known(a="second", b="second", c="first", c2="first")
    with pytest.raises(BrokenTracks) as caught:
        load_tracks(_written(tmp_path, _TWO.replace(old, new, 1)), problems)
    assert reason in str(caught.value)


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "tracks.toml").write_bytes(b"title = '\xe9'")
    with pytest.raises(BrokenTracks, match=r"tracks\.toml is not UTF-8 at byte 9; save it as UTF-8"):
        load_tracks(tmp_path, {})
    (tmp_path / "tracks.toml").unlink()
    (tmp_path / "tracks.toml").mkdir()
    with pytest.raises(BrokenTracks, match=r"tracks\.toml cannot be read \(Is a directory\)"):
        load_tracks(tmp_path, {})
