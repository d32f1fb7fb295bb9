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


def of_mistake(name: str, line: str) -> Change:
    """A line more in what problem.toml says of a mistake."""
    return replaced(f'file = "{name}.py"\n', f'file = "{name}.py"\n{line}\n')


def both(one: Change, other: Change) -> Change:
    return lambda folder: (one(folder), other(folder))


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
    "mistake twice": (
        replaced('"mean_over_tokens.py"', '"no_mean.py"'),
        "mistakes/no_mean.py twice; take one",
    ),
    "variant is gone": (removed("variants/loops.py"), "variants/loops.py cannot be read"),
    "variant not listed": (written("variants/new.py", "x=1\n"), "variants/new.py is not listed; add it"),
    "variant twice": (replaced('"einsum.py"', '"loops.py"'), "lists variants/loops.py twice; take one out"),
    "variant lacks it": (
        written("variants/loops.py", "x = 1\n"),
        "variants/loops.py does not define train_step",
    ),
    "shows on nothing": (
        of_mistake("mean_over_tokens", 'outputs = ["w"]'),
        "mistake 'mean_over_tokens.py': outputs names 'w', which is none of w_out",
    ),
    "like nothing": (
        of_mistake("mean_over_tokens", 'like = "no_men"'),
        "mistake 'mean_over_tokens.py': like names 'no_men', which is no mistake listed before it; name one",
    ),
    "like one that comes later": (
        of_mistake("mean_over_tokens", 'like = "sign_wrong"'),
        "mistake listed before it",
    ),
    "like one that cannot show": (
        both(of_mistake("no_mean", "outputs = []"), of_mistake("mean_over_tokens", 'like = "no_mean"')),
        "mistake 'mean_over_tokens.py': like names 'no_mean', which cannot show; take it out",
    ),
    "like one that is like another": (
        both(
            of_mistake("mean_over_tokens", 'like = "no_mean"'),
            of_mistake("sign_wrong", 'like = "mean_over_tokens"'),
        ),
        "like names 'mean_over_tokens', which is like 'no_mean' itself; name that one",
    ),
    "raises what Python does not know": (
        of_mistake("no_mean", 'raises = "ValueErr"'),
        "mistakes.0.raises: 'ValueErr' is not a built-in exception; use e.g. ValueError",
    ),
    "raises what is no exception": (of_mistake("no_mean", 'raises = "print"'), "'print' is not a built-in"),
    "like itself": (of_mistake("no_mean", 'like = "no_mean"'), "mistake 'no_mean.py': like names 'no_mean'"),
    "unknown in a mistake": (
        of_mistake("no_mean", 'output = ["w_out"]'),
        "'mistakes.0.output'; perhaps 'outputs'",
    ),
    "no loss": (replaced("train_step_full", "train_step_fool"), "does not define 'train_step_fool'"),
    "unknown rate": (
        replaced('rate = "lr"', 'rate = "rate"'),
        "gradients.rate names 'rate', which is none of tokens, w_emb, w_h, w_out, h0, lr",
    ),
    "gradient in no output": (
        replaced('rate = "lr"', 'of = { w = "w_out" }'),
        "gradients.of names 'w', which is none of w_out",
    ),
    "gradient of no input": (
        replaced('rate = "lr"', 'of = { w_out = "w" }'),
        "gradients.of.w_out names 'w', which is none of tokens, w_emb",
    ),
    "no gradient": (
        replaced('rate = "lr"', ""),
        "gradients: give 'rate', the input that scales the step, or",
    ),
    "unknown in gradients": (
        replaced('rate = "lr"', 'rat = "lr"'),
        "'gradients.rat'; perhaps 'rate' is meant",
    ),
    "rate is an array": (
        replaced('rate = "lr"', 'rate = "w_out"'),
        "gradients.rate names 'w_out', which is no plain real number; name one that is",
    ),
    "rate is a whole number": (
        both(
            replaced("lr = { ", 'count = { draw = "constant", value = 1, as = "int64" }\nlr = { '),
            replaced('rate = "lr"', 'rate = "count"'),
        ),
        "gradients.rate names 'count', which is no plain real number; name one that is",
    ),
    "rate of no step": (
        both(
            replaced(', updates = "w_out"', ""),
            replaced('law = "still"\ninput = "lr"', 'law = "repeat"'),
        ),
        "problem.toml: gradients.rate is given, and no output updates an input; give one 'updates', or use",
    ),
    "gradient of ids": (
        replaced('rate = "lr"', 'of = { w_out = "tokens" }'),
        "gradients.of.w_out names 'tokens', which is discrete; name a real input",
    ),
    "unknown law": (
        replaced('law = "still"', 'law = "stil"'),
        "problem.toml: metamorphic.1: there is no law 'stil'; perhaps 'still' is meant",
    ),
    "a law of another world": (
        replaced('law = "still"', 'law = "gravity"'),
        "metamorphic.1: there is no law 'gravity'; known are repeat, still, shift, relabel",
    ),
    "no law": (
        replaced('law = "still"\n', ""),
        "'metamorphic.1.law' is missing; add it: repeat, still, shift, relabel",
    ),
    "law lacks": (replaced("axis = 1", ""), "'metamorphic.2.shift.axis' is missing; add it"),
    "unknown in a law": (
        replaced("axis = 1", "axs = 1"),
        "'metamorphic.2.shift.axs'; perhaps 'axis' is meant",
    ),
    "still of nothing": (
        replaced('input = "lr"', 'input = "rate"'),
        "metamorphic: still: input names 'rate', which is none of tokens, w_emb",
    ),
    "shift of nothing": (
        replaced('input = "w_out"', 'input = "out"'),
        "metamorphic: shift: input names 'out', which is none of tokens, w_emb",
    ),
    "shift along nothing": (
        replaced("axis = 1", "axis = 2"),
        "shift: input: 'w_out' has 2 axes, so 2 is none",
    ),
    "relabel no ids": (
        replaced('ids = "tokens"', 'ids = "token"'),
        "relabel: ids names 'token', which is none",
    ),
    "relabel along nothing": (replaced("w_emb = 0", "w_emb = 2"), "relabel: axes: 'w_emb' has 2 axes, so 2"),
    "relabel along another axis": (
        replaced("w_emb = 0", "w_emb = 1"),
        "relabel: 'w_emb' is d_emb long along its axis, and 'tokens' holds another number of ids",
    ),
    "relabel no output": (
        replaced('ids = "tokens"', 'ids = "tokens"\noutputs = { loss = 0 }'),
        "metamorphic: relabel: outputs names 'loss', which is none of w_out",
    ),
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
        "from reference.inner import f\n\n"
        "def train_step(*a):\n    return f(a)\n\n"
        "def train_step_full(*a):\n    return f(a)\n"
    )
    (tmp_path / "inner.py").write_text("def f(a):\n    return a\n")
    monkeypatch.setattr("grader.problem._REFERENCE", tmp_path)
    problem = load_problem(folder)
    assert set(problem.reference_modules) == {"reference.rnn_lm", "reference.inner"}
    assert problem.reference_entry == "reference.rnn_lm.train_step"
