"""problem.toml and its folder: everything that can be wrong is said with its file, its key and the cure."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.problem import PROBLEMS, BrokenProblem, Problem, load_all, load_problem

Change = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROBLEMS / "train-rnn-lm", tmp_path / "train-rnn-lm"))


def replaced(old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        file = folder / "problem.toml"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    return change


def written(name: str, text: str | bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)

    return change


def removed(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


def test_the_flagship(flagship: Problem) -> None:
    assert flagship.slug == "train-rnn-lm"
    assert len(flagship.cases) == 17
    assert [case.public for case in flagship.cases] == [True] * 3 + [False] * 14
    assert flagship.solution == flagship.reference_modules["reference.rnn_lm"]
    assert "def train_step(" in flagship.solution
    assert list(flagship.signature.inputs) == ["tokens", "w_emb", "w_h", "w_out", "h0", "lr"]


def test_public_cases_come_first(folder: Path) -> None:
    replaced('visibility = "public"', 'visibility = "hidden"')(folder)
    cases = load_problem(folder).cases
    assert [case.name for case in cases[:3]] == [
        "typical sizes",
        "two tokens, large h0",
        "three tokens by hand",
    ]


BROKEN: dict[str, tuple[Change, str]] = {
    "no toml": (removed("problem.toml"), "problem.toml cannot be read (No such file or directory); add it"),
    "bad toml": (written("problem.toml", "title = \n"), "problem.toml is not TOML: Invalid value (at line 1"),
    "unknown key": (replaced("difficulty", "dificulty"), "unknown key 'dificulty'; perhaps 'difficulty' is"),
    "unknown limit": (replaced("memory_mb", "memory"), "'limits.memory'; perhaps 'memory_mb' is meant"),
    "unknown in an input": (replaced('as = "f', 'zzz = "f'), "'inputs.tokens.zzz'; known are scale"),
    "unknown in a case": (replaced("hint =", "hnt ="), "'cases.0.hnt'; perhaps 'hint' is meant"),
    "unknown in a draw": (replaced("low = -4.0", "lower = -4.0"), "cases.2.draws.h0.lower'; perhaps 'low'"),
    "unknown draw": (replaced('draw = "normal"', 'draw = "gauss"'), "inputs.w_emb.draw: Input should be"),
    "draw lacks": (replaced("low = -0.5, ", ""), "inputs.h0: draw 'uniform' also needs low"),
    "unknown size": (replaced('"d_emb + d_h"', '"d_emb + h"'), "inputs.w_h: 'd_emb + h' names 'h'"),
    "size in a case": (replaced("T = 8, V = 10", "T = 1, V = 10"), "Case 'typical sizes': size 'T' is 1"),
    "two of a name": (replaced('"sizes of one"', '"typical sizes"'), "two cases named 'typical sizes'"),
    "updates nothing": (replaced('updates = "w_out"', 'updates = "w"'), "updates names 'w', which is no"),
    "no reference": (replaced("rnn_lm.train_step", "nothing.train_step"), "reference/nothing.py does not"),
    "no such function": (replaced("rnn_lm.train_step", "rnn_lm.train"), "does not define 'train'"),
    "path as reference": (replaced('"rnn_lm.train_step"', '"../x.y"'), "reference: String should match"),
    "no statement": (removed("statement.md"), "statement.md cannot be read"),
    "empty statement": (written("statement.md", " \n"), "statement.md is empty; write it"),
    "not UTF-8": (written("statement.md", b"caf\xe9"), "statement.md is not UTF-8 at byte 3"),
    "starter lacks it": (written("starter.py", "x = 1\n"), "starter.py does not define train_step"),
    "starter is no Python": (written("starter.py", "def (\n"), "starter.py is not Python"),
    "mistake is gone": (removed("mistakes/no_mean.py"), "mistakes/no_mean.py cannot be read"),
    "mistake not listed": (written("mistakes/new.py", "x=1\n"), "mistakes/new.py is not listed; add it"),
    "path as mistake": (replaced('"no_mean.py"', '"../x.py"'), "mistakes.0.file: String should match"),
    "no cases": (written("problem.toml", 'title = "x"\n'), "'inputs' is missing; add it"),
    "bounds": (replaced("min = 2, max = 500", "min = 9, max = 5"), "sizes.T: min 9 is larger than max 5"),
    "infinite": (replaced("cpu_seconds = 2.0", "cpu_seconds = inf"), "limits.cpu_seconds: Input should be"),
}


@pytest.mark.parametrize(("change", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_folder(folder: Path, change: Change, reason: str) -> None:
    change(folder)
    with pytest.raises(BrokenProblem) as caught:
        load_problem(folder)
    assert reason in caught.value.reason
    assert str(folder) not in caught.value.reason


def test_a_broken_folder_does_not_stop_the_others(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "second")
    (folder / "starter.py").unlink()
    (folder.parent / "Bad Name").mkdir()
    (folder.parent / ".git").mkdir()
    problems, broken = load_all(folder.parent)
    assert set(problems) == {"second"}
    assert set(broken) == {"train-rnn-lm", "Bad Name"}
    assert "rename it" in broken["Bad Name"]


def test_a_reference_travels_with_what_it_imports(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rnn_lm.py").write_text(
        "from reference.inner import f\n\ndef train_step(*a):\n    return f(a)\n"
    )
    (tmp_path / "inner.py").write_text("def f(a):\n    return a\n")
    monkeypatch.setattr("grader.problem._REFERENCE", tmp_path)
    problem = load_problem(folder)
    assert set(problem.reference_modules) == {"reference.rnn_lm", "reference.inner"}
    assert problem.reference_entry == "reference.rnn_lm.train_step"
