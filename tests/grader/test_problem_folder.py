"""A folder that holds everything itself, its solution too."""

from pathlib import Path

import pytest

from grader.check import check
from grader.problem import BrokenProblem, load_problem
from tests.grader.fake_sandbox import InProcess

pytestmark = pytest.mark.anyio

_PROBLEM = """\
title = "Halve it"
summary = "One half of every number."
difficulty = "easy"
entry_point = "halve"
reference = "solution.halve"

[inputs]
x = { draw = "normal", shape = [3] }

[outputs]
y = { shape = [3] }

[[cases]]
name = "three numbers"
visibility = "public"
"""
_SOLUTION = "def halve(x):\n    return x / 2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "halve-it"
    folder.mkdir()
    for name, text in {
        "problem.toml": _PROBLEM,
        "statement.md": "Halve every number.\n",
        "starter.py": "def halve(x):\n    ...\n",
        "solution.py": _SOLUTION,
    }.items():
        (folder / name).write_text(text)
    return folder


async def test_its_solution_is_the_reference(folder: Path) -> None:
    problem = load_problem(folder)
    assert problem.reference_modules == {"solution": _SOLUTION}
    assert problem.reference_entry == "solution.halve"
    assert problem.solution == _SOLUTION
    assert (await check(folder, InProcess())).complaints == []


def test_it_may_import_what_ships(folder: Path) -> None:
    (folder / "solution.py").write_text("from reference.rnn_lm import train_step as halve_not\n" + _SOLUTION)
    assert list(load_problem(folder).reference_modules) == ["solution", "reference.rnn_lm"]


def test_a_loss_may_stand_there_too(folder: Path) -> None:
    (folder / "solution.py").write_text(_SOLUTION + "\n\ndef loss(x):\n    return x @ x / 4\n")
    with (folder / "problem.toml").open("a") as file:
        file.write('\n[gradients]\nloss = "solution.loss"\nof = { y = "x" }\n')
    gradients = load_problem(folder).gradients
    assert gradients is not None
    assert gradients.loss == "solution.loss"


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("solution.py", "def halve", "def half", "problem.toml: solution.py does not define 'halve'"),
        ("solution.py", _SOLUTION, "", "solution.py is empty; write it"),
        ("solution.py", "return", "return (", "solution.py is not Python: '(' was never closed"),
        (
            "solution.py",
            "def",
            "from reference.nowhere import f\n\ndef",
            "reference/nowhere.py does not exist",
        ),
        ("problem.toml", "solution.halve", "rnn_lm.train_step", "solution.py is not used; write reference ="),
        ("problem.toml", "solution.halve", "solution", "reference: String should match"),
    ],
)
def test_what_is_wrong_with_it_is_said(folder: Path, file: str, old: str, new: str, reason: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    with pytest.raises(BrokenProblem) as caught:
        load_problem(folder)
    assert reason in caught.value.reason


def test_a_missing_one_is_said(folder: Path) -> None:
    (folder / "solution.py").unlink()
    with pytest.raises(BrokenProblem, match=r"solution\.py cannot be read"):
        load_problem(folder)
