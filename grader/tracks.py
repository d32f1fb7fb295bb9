"""tracks.toml: the order in which a folder's problems are learned."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from grader.problem import Problem
from grader.strict import Strict

FILE = "tracks.toml"


class BrokenTracks(Exception):
    """A tracks.toml that orders nothing. The message names the file, the thing and the cure."""


@dataclass(frozen=True, slots=True)
class Track:
    """Problems that belong together, in the order in which they are learned."""

    name: str  # what the `track` of a problem.toml says
    title: str
    summary: str
    problems: tuple[str, ...]  # slugs


_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Table(Strict):
    title: _Line
    summary: _Line
    problems: tuple[str, ...] = Field(min_length=1)


_TABLES = TypeAdapter(dict[str, _Table])


def load_tracks(root: Path, problems: Mapping[str, Problem]) -> list[Track]:
    """Every track that has problems, in the file's order; those that it does not name come last.

    A slug that is not among `problems` is left out: its folder is missing, or broken and said to be so.
    A problem of a track whose list lacks it comes last there. Raises BrokenTracks.
    """
    tables = _tables(root)
    listed = [slug for table in tables.values() for slug in table.problems]
    for name, table in tables.items():
        for slug in table.problems:
            if listed.count(slug) > 1:
                raise BrokenTracks(f"{FILE} lists {slug} twice; take one out")
            if slug in problems and problems[slug].track != name:
                said = problems[slug].track
                raise BrokenTracks(
                    f"{FILE} lists {slug} under '{name}', but its problem.toml has the track '{said}';"
                    " let them agree"
                )
    others = _others(problems, listed)
    tracks = [
        Track(
            name,
            table.title,
            table.summary,
            (*(slug for slug in table.problems if slug in problems), *others.pop(name, ())),
        )
        for name, table in tables.items()
    ]
    return [track for track in [*tracks, *_unnamed(others)] if track.problems]


def without_order(problems: Mapping[str, Problem]) -> list[Track]:
    """The tracks of a folder that has no tracks.toml."""
    return _unnamed(_others(problems, []))


def _unnamed(others: Mapping[str, list[str]]) -> list[Track]:
    return [Track(name, name or "Other problems", "", tuple(slugs)) for name, slugs in others.items()]


def _others(problems: Mapping[str, Problem], listed: list[str]) -> dict[str, list[str]]:
    """The problems that no list names, by their tracks; those without a track come last."""

    def order(slug: str) -> tuple[bool, str, str]:
        track = problems[slug].track
        return not track, track, slug

    others: dict[str, list[str]] = {}
    for slug in sorted(set(problems) - set(listed), key=order):
        others.setdefault(problems[slug].track, []).append(slug)
    return others


def _tables(root: Path) -> dict[str, _Table]:
    """What the file says; a folder without it has no order of its own."""
    try:
        return _TABLES.validate_python(tomllib.loads((root / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except OSError as wrong:
        raise BrokenTracks(f"{FILE} cannot be read ({wrong.strerror})") from wrong
    except UnicodeDecodeError as wrong:
        raise BrokenTracks(f"{FILE} is not UTF-8 at byte {wrong.start}; save it as UTF-8") from wrong
    except tomllib.TOMLDecodeError as wrong:
        raise BrokenTracks(f"{FILE} is not TOML: {wrong}") from wrong
    except ValidationError as wrong:
        raise BrokenTracks("; ".join(map(_sentence, wrong.errors()))) from wrong


def _sentence(error: Mapping[str, object]) -> str:
    assert isinstance(error["loc"], tuple)
    where = ".".join(map(str, error["loc"]))
    match error["type"]:
        case "missing":
            return f"{FILE}: '{where}' is missing; add it"
        case "extra_forbidden":
            return f"{FILE}: unknown key '{where}'; known are {', '.join(_Table.model_fields)}"
        case _:
            return f"{FILE}: {where}: {error['msg']}"
