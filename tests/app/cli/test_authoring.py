"""`handgrad new`, and the guide in CONTRIBUTING.md, followed to the letter."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli.authoring import STEPS

_CONTRIBUTING = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text()
_GUIDE = _CONTRIBUTING.partition("## An exercise, in an hour\n")[2].partition("\n## ")[0]
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Told:
    """One thing that the guide tells its reader to do: commands with what they print, or a file's text."""

    kind: str
    before: str  # what stands before it, since the last one
    text: str


def _told() -> Iterator[Told]:
    ends = 0
    for found in _FENCED.finditer(_GUIDE):
        yield Told(found[1], _GUIDE[ends : found.start()].strip(), found[2])
        ends = found.end()


class Desk:
    """A directory where somebody works who has Handgrad: `.venv/bin/handgrad` is there, and `problems/`."""

    def __init__(self, folder: Path) -> None:
        (folder / ".venv").mkdir()
        (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
        self.folder = folder
        self.problem = folder / "problems/least-squares-step"

    def type(self, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "COLUMNS": "80",
            "HANDGRAD_SANDBOX_SLOTS": "1",
            "HANDGRAD_PROBLEMS_DIR": "problems",  # in a checkout that is where they are
        }
        return subprocess.run(
            command,
            shell=True,
            env=environment | settings,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def follow(self, told: Told) -> list[str]:
        """Do it; the names of the files that changed."""
        if not told.kind:
            for command, printed in _commands(told.text):
                _agree(self.type(command).stdout, printed)
            return []
        place = re.search(r"`([\w/.]+)`:$", told.before)
        assert place, f"the guide does not say where this goes:\n{told.text}"
        file = self.problem / place[1]
        if told.before.endswith(f"Add to the end of `{place[1]}`:"):
            file.write_text(file.read_text() + told.text)
        else:
            file.write_text(told.text)
        return [place[1]]


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command and what the guide shows of its output; a block without commands is a picture."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def _agree(said: str, shown: str) -> None:
    """Every line shown is there, in this order, up to its measurements; "..." stands for any lines."""
    lines = (line.rstrip() for line in _unmeasured(said).splitlines())
    for line in _unmeasured(shown).splitlines():
        assert line == "..." or line in lines, f"{line!r} is not in {said!r}"


def _unmeasured(text: str) -> str:
    measured = r"\d\.\d+e[+-]\d+|\d+ ms in the \w+|(?<=nearest mistake: )\w+"
    return re.sub(measured, "#", text)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_guide_leads_to_an_exercise_that_grades(desk: Desk) -> None:
    written: list[str] = []
    for told in _told():
        written += desk.follow(told)
    made = {str(path.relative_to(desk.problem)) for path in desk.problem.rglob("*") if path.is_file()}
    assert made == set(written), "the guide replaces every file that `handgrad new` wrote"
    checked = desk.type(".venv/bin/handgrad check least-squares-step")
    assert checked.returncode == 0, checked.stdout
    grade = ".venv/bin/handgrad grade least-squares-step problems/least-squares-step"
    assert desk.type(f"{grade}/solution.py").returncode == 0
    assert desk.type(f"{grade}/variants/loops.py").returncode == 0
    for file in sorted((desk.problem / "mistakes").glob("*.py")):
        graded = desk.type(f"{grade}/mistakes/{file.name}")
        assert graded.returncode == 1
        sentence = re.search(rf'file = "{file.name}".*?message = "([^"]+)"', _GUIDE, re.DOTALL)
        assert sentence
        assert sentence[1] in " ".join(graded.stdout.split())
    assert desk.type(f"{grade}/starter.py").returncode == 1


def test_the_guide_has_the_steps_that_the_command_names(desk: Desk) -> None:
    headings = re.findall(r"^### (\d)\. (.+)$", _GUIDE, re.MULTILINE)
    assert [int(number) for number, _ in headings] == list(range(1, len(STEPS) + 2))
    assert [title for _, title in headings[1:]] == list(STEPS)
    printed = desk.type(".venv/bin/handgrad new some-thing").stdout
    assert re.findall(r"^  (\d)\. (.+)$", printed, re.MULTILINE) == headings[1:]


def test_a_new_exercise_is_complete_at_once(desk: Desk) -> None:
    assert desk.type(".venv/bin/handgrad new some-thing").returncode == 0
    checked = desk.type(".venv/bin/handgrad check")
    assert checked.returncode == 0, checked.stdout
    assert "some-thing: fine" in checked.stdout
    assert 'title = "Some thing"' in (desk.folder / "problems/some-thing/problem.toml").read_text()


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("Least-Squares", "'Least-Squares' cannot name a folder: use small letters, digits and single"),
        ("least--squares", "cannot name a folder"),
        ("../elsewhere", "'../elsewhere' cannot name a folder"),
        ("''", "'' cannot name a folder"),
        ("old", "problems/old is there already. Choose another name, or take it away."),
        (f"long-{'x' * 300}", "cannot be written: File name too long."),
    ],
)
def test_what_cannot_be_made_is_refused(desk: Desk, slug: str, said: str) -> None:
    (desk.folder / "problems/old").mkdir(parents=True)
    done = desk.type(f".venv/bin/handgrad new {slug}")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (desk.folder / "problems").rglob("*")] == ["old"]
    assert not (desk.folder / "elsewhere").exists()


def test_a_folder_of_ones_own_is_made(desk: Desk) -> None:
    mine = desk.folder / "my exercises"
    done = desk.type(".venv/bin/handgrad new some-thing", HANDGRAD_PROBLEMS_DIR=str(mine))
    assert "my exercises/some-thing holds a small exercise" in done.stdout
    assert (mine / "some-thing/problem.toml").is_file()


def test_check_says_what_is_wrong_with_the_tracks(desk: Desk) -> None:
    desk.type(".venv/bin/handgrad new some-thing")
    (desk.folder / "problems/tracks.toml").write_text('[mine]\ntitle = "Mine"\nproblems = ["some-thing"]\n')
    checked = desk.type(".venv/bin/handgrad check")
    assert checked.returncode == 1
    assert "some-thing: fine" in checked.stdout
    assert checked.stderr == "handgrad: tracks.toml: 'mine.summary' is missing; add it\n"
