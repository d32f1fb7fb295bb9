"""tracks.toml names what ships, and nothing else."""

import tomllib

from grader.problem import PROBLEMS, load_all
from grader.tracks import load_tracks


def test_every_problem_that_ships_has_a_place_in_a_track() -> None:
    problems, _ = load_all()
    listed = tomllib.loads((PROBLEMS / "tracks.toml").read_text())
    assert {slug for track in listed.values() for slug in track["problems"]} == set(problems)
    assert [track.name for track in load_tracks(PROBLEMS, problems)] == list(listed)
