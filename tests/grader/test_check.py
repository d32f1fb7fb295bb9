"""What `handgrad check` complains of."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.check import Checked, CheckedLaw, check
from grader.freeze import freeze
from grader.problem import PROBLEMS, load_problem
from grader.version import FrozenCache
from tests.grader.fake_sandbox import InProcess

RIGHT = PROBLEMS / "train-rnn-lm" / "variants" / "vectorised.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROBLEMS / "train-rnn-lm", tmp_path / "train-rnn-lm"))


def checked(folder: Path) -> Checked:
    found = asyncio.run(check(folder, InProcess()))
    assert found.ok == (not found.complaints)
    return found


def only_cases(folder: Path, *names: str) -> None:
    file = folder / "problem.toml"
    head, *parts = file.read_text().split("[[cases]]")
    last, bracket, mistakes = parts[-1].partition("[[mistakes]]")
    parts[-1] = last
    kept = [part for part in parts if any(f'name = "{name}"' in part for name in names)]
    file.write_text(head + "".join(f"[[cases]]{part}" for part in kept) + bracket + mistakes)


def test_the_flagship() -> None:
    found = checked(PROBLEMS / "train-rnn-lm")
    assert found.complaints == []
    assert found.quality is not None
    assert (len(found.quality.cases), found.public) == (17, 3)
    assert found.quality.mutation.score == 1
    conditions = {case.name: case.condition for case in found.quality.cases}
    assert set(conditions) >= {"typical sizes", "a long sequence"}
    assert max(conditions.values()) < 1e5


def test_a_broken_folder_is_a_complaint(folder: Path) -> None:
    (folder / "problem.toml").unlink()
    found = checked(folder)
    assert (found.problem, found.ok, found.version) == ("train-rnn-lm", False, None)
    assert "problem.toml cannot be read" in found.complaints[0]


def test_an_unusable_case_is_a_complaint(folder: Path) -> None:
    file = folder / "problem.toml"
    file.write_text(file.read_text().replace("lr = 1.0", "lr = 1e-9"))
    assert "Case 'three tokens by hand': w_out hardly changes" in checked(folder).complaints[0]


def test_mistakes_that_too_few_cases_catch(folder: Path) -> None:
    only_cases(folder, "typical sizes", "the same", "logits too large for exp", "sizes of one")
    complaints = checked(folder).complaints
    assert "no case catches mistakes/softmax_global_max.py; add two that do" in complaints
    assert "only one case catches mistakes/unstable_softmax.py; add another" in complaints


def test_no_public_case(folder: Path) -> None:
    file = folder / "problem.toml"
    file.write_text(file.read_text().replace('visibility = "public"', 'visibility = "hidden"'))
    assert checked(folder).complaints == ["0 cases are public; make 1 to 3 of them public"]


def test_cases_that_weigh_nothing(folder: Path) -> None:
    only_cases(folder, "learning rate zero", "a vocabulary of one")
    assert any("no case weighs anything" in complaint for complaint in checked(folder).complaints)


def test_a_starter_that_is_right(folder: Path) -> None:
    shutil.copy(RIGHT, folder / "starter.py")
    assert any("starter.py is accepted as it is" in complaint for complaint in checked(folder).complaints)


TABLE = """
title = "Down a bowl"
summary = "One step towards the bottom of w * w / 2."
difficulty = "easy"
entry_point = "solve"
reference = "bowl.solve"
variants = ["other.py"]

[sizes]
n = { min = 1, max = 9 }

[inputs]
w = { draw = "normal", shape = ["n"] }
rate = { draw = "constant", value = 0.5 }

[outputs]
loss = { shape = [] }
w = { shape = ["n"], updates = "w" }

[gradients]
loss = "bowl.solve"
rate = "rate"

[[metamorphic]]
law = "still"
input = "rate"

[[cases]]
name = "two"
visibility = "public"
seed = 1
sizes = { n = 2 }

[[cases]]
name = "five"
seed = 2
sizes = { n = 5 }

[[mistakes]]
file = "uphill.py"
outputs = ["w"]
message = "You walk uphill."

[[mistakes]]
file = "rate_forgotten.py"
outputs = ["w"]
message = "Your step takes no notice of the rate."

[[mistakes]]
file = "in_place.py"
outputs = []
message = "Your step changes the array that the call was given."
"""
SOLVE = "def solve(w, rate):\n    loss = float((w * w).sum()) / 2\n    return loss, w - rate * w\n"
SHAPE = "\n\ndef shape(w, rate):\n    return str(w.shape)\n"
UPHILL = SOLVE.replace("w - rate", "w + rate")
FILES = {
    "problem.toml": TABLE,
    "statement.md": "Take one step.\n",
    "starter.py": "def solve(w, rate):\n    return None\n",
    "reference/bowl.py": SOLVE + SHAPE,
    "variants/other.py": SOLVE.replace("(w * w).sum()", "w.dot(w)"),
    "mistakes/uphill.py": UPHILL,
    "mistakes/rate_forgotten.py": SOLVE.replace("w - rate", "w - 1.0"),
    "mistakes/in_place.py": SOLVE.replace("return loss, w - rate * w", "w -= rate * w\n    return loss, w"),
}
Change = Callable[[Path], object]


@pytest.fixture
def bowl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A problem of a few numbers that there is nothing to say against."""
    folder = tmp_path / "bowl"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)
    monkeypatch.setattr("grader.problem._REFERENCE", folder / "reference")
    return folder


def replaced(name: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


def everywhere(old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        for file in folder.rglob("*.py"):
            file.write_text(file.read_text().replace(old, new))

    return change


def both(one: Change, other: Change) -> Change:
    return lambda folder: (one(folder), other(folder))


def with_mistake(name: str, source: str, says: str) -> Change:
    def change(folder: Path) -> None:
        (folder / f"mistakes/{name}.py").write_text(source)
        table = (folder / "problem.toml").read_text()
        entry = f'\n[[mistakes]]\nfile = "{name}.py"\nmessage = "It is wrong."\n{says}\n'
        (folder / "problem.toml").write_text(table + entry)

    return change


def test_a_small_problem(bowl: Path) -> None:
    found = checked(bowl)
    assert found.complaints == []
    assert found.gradients == found.agreeing == 2 * 3  # cases and directions
    assert found.laws == [
        CheckedLaw(law="still", title="still with rate 0", kept=True, breaks=["rate_forgotten"])
    ]
    assert found.quality is not None
    assert found.quality.mutation.unobservable == ["in_place"]
    assert found.suggestions == {}


# A change, what every complaint then speaks of, and how one of them goes on.
COMPLAINTS: dict[str, tuple[Change, str, str]] = {
    "a gradient of another loss": (
        everywhere("loss = float", "loss = 3 * float"),
        "the gradient in w",
        " of case 'two' is not the slope of the loss: ",
    ),
    "a gradient that is wrong": (
        everywhere("rate * w", "(1.001 * rate) * w"),
        "the gradient in w",
        ", and 5 more slopes of it differ; mend the reference, or name the loss that it belongs to",
    ),
    "a law that does not hold": (
        replaced("problem.toml", 'law = "still"\ninput = "rate"', 'law = "shift"\ninput = "w"\naxis = 0'),
        "the reference and 1 more break the law 'shift of w along axis 0'",
        ", first on case 'two'; take the law out, or mend the code",
    ),
    "a reference that breaks a law": (
        both(
            replaced("reference/bowl.py", "return loss", "w = w if rate else w + 1\n    return loss"),
            replaced("mistakes/in_place.py", "return loss", "w = w if rate else w + 1\n    return loss"),
        ),
        "the reference breaks the law 'still with rate 0'",
        " on case 'two'; take the law out, or mend the code",
    ),
    "a loss that is none": (
        replaced("problem.toml", '[gradients]\nloss = "bowl.solve"', '[gradients]\nloss = "bowl.shape"'),
        "reference.bowl.shape gives no number on case 'two'",
        "; name in gradients.loss a function whose value, or the first of it, is the loss",
    ),
    "a gradient in an output that is none": (
        replaced("problem.toml", 'rate = "rate"\n', 'rate = "rate"\nof = { loss = "w" }\n'),
        "loss of case 'two' is no array of as many numbers as 'w' holds",
        "so it cannot be its gradient; mend [gradients]",
    ),
    "a variant that breaks a law": (
        replaced("variants/other.py", "return loss", "w = w if rate else w + 1\n    return loss"),
        "variants/other.py breaks the law 'still with rate 0'",
        " on case 'two'; take the law out, or mend the code",
    ),
    "a variant that is wrong": (
        replaced("variants/other.py", "/ 2", "/ 3"),
        "Case 'two': variants/other.py",
        ", which is right, would fail on loss; make the case less extreme.",
    ),
    "a mistake on an output that is not declared": (
        replaced("mistakes/uphill.py", "/ 2", "/ 3"),
        "mistakes/uphill.py",
        " shows on loss, which its 'outputs' leaves out; add it",
    ),
    "a mistake that does not show where it is declared": (
        with_mistake("other_way", UPHILL.replace("w + rate", "w + 2 * rate"), 'outputs = ["w", "loss"]'),
        "mistakes/other_way.py",
        " on loss; add one, or take it out of its 'outputs'",
    ),
    "a mistake that fails instead": (
        with_mistake("beyond", SOLVE.replace("return loss, w", "return loss, w[99]"), ""),
        "mistakes/beyond.py",
        " ends by IndexError on case 'two', so it is caught for another reason than its own; ",
    ),
    "a mistake that never raises": (
        with_mistake(
            "other_way", UPHILL.replace("+ rate", "+ 2 * rate"), 'outputs = ["w"]\nraises = "KeyError"'
        ),
        "no case makes mistakes/other_way.py end by KeyError",
        "; add one, or take out its 'raises'",
    ),
    "a mistake that raises on other inputs": (
        replaced("mistakes/in_place.py", "return loss", "assert len(w) != 7\n    return loss"),
        "mistakes/in_place.py ends by AssertionError with n 7",
        "; mend it, or name the exception in its 'raises'",
    ),
    "two mistakes alike": (
        with_mistake("ascent", UPHILL.replace("w + rate * w", "w * (1 + rate)"), 'outputs = ["w"]'),
        "no case tells mistakes/ascent.py from mistakes/uphill.py",
        '; add one that does, or say like = "uphill"',
    ),
    "two mistakes said to be alike": (
        with_mistake("ascent", UPHILL.replace("+ rate", "+ 2 * rate"), 'outputs = ["w"]\nlike = "uphill"'),
        "mistakes/ascent.py",
        " is like uphill, but case 'two' tells them apart; take it out",
    ),
    "a mistake that other inputs show": (
        replaced("mistakes/in_place.py", "return loss", "return loss + (len(w) == 7)"),
        "mistakes/in_place.py",
        " shows on loss with n 7",
    ),
    "a mistake that one case catches": (
        replaced("mistakes/uphill.py", "w + rate", "w + (-rate if len(w) == 2 else rate)"),
        "mistakes/uphill.py",
        "; add another",
    ),
}


@pytest.mark.parametrize(("change", "about", "says"), COMPLAINTS.values(), ids=COMPLAINTS.keys())
def test_what_a_small_problem_is_told(bowl: Path, change: Change, about: str, says: str) -> None:
    change(bowl)
    complaints = checked(bowl).complaints
    assert any(says in complaint for complaint in complaints), complaints
    assert all(about in complaint for complaint in complaints), complaints


def test_what_is_wrong_is_said_once(bowl: Path) -> None:
    """A line for each gradient and each law, however many cases, directions and codes show it."""
    everywhere("rate * w", "(1.001 * rate) * w")(bowl)
    replaced("problem.toml", 'law = "still"\ninput = "rate"', 'law = "shift"\ninput = "w"\naxis = 0')(bowl)
    found = checked(bowl)
    assert len(found.complaints) == 2
    assert (found.gradients, found.agreeing) == (6, 0)
    assert [(law.title, law.kept) for law in found.laws] == [("shift of w along axis 0", False)]


def test_two_laws_of_a_kind_are_told_apart(bowl: Path) -> None:
    law = '[[metamorphic]]\nlaw = "shift"\ninput = "w"\naxis = 0\n\n[[cases]]\nname = "two"'
    replaced("problem.toml", '[[cases]]\nname = "two"', law)(bowl)
    replaced("problem.toml", 'w = { draw = "normal"', 'b = { draw = "normal" }\nw = { draw = "normal"')(bowl)
    replaced("problem.toml", "axis = 0\n", 'axis = 0\n\n[[metamorphic]]\nlaw = "still"\ninput = "b"\n')(bowl)
    everywhere("solve(w,", "solve(b, w,")(bowl)
    found = checked(bowl)
    assert [(law.title, law.kept) for law in found.laws] == [
        ("still with rate 0", True),
        ("shift of w along axis 0", False),
        ("still with b 0", False),
    ]
    assert [complaint.partition(" on case")[0] for complaint in found.complaints] == [
        "the reference and 1 more break the law 'shift of w along axis 0', first",
        "the reference and 1 more break the law 'still with b 0', first",
    ]


def test_a_law_without_a_case_is_not_kept(bowl: Path) -> None:
    replaced("problem.toml", "value = 0.5 }", "value = 0.5, optional = true }")(bowl)
    replaced("problem.toml", "n = 2 }", 'n = 2 }\nnone = ["rate"]')(bowl)
    replaced("problem.toml", "n = 5 }", 'n = 5 }\nnone = ["rate"]')(bowl)
    everywhere("    loss = float", "    rate = 0.5 if rate is None else rate\n    loss = float")(bowl)
    found = checked(bowl)
    assert [(law.title, law.kept) for law in found.laws] == [("still with rate 0", False)]
    small = "add one that raises nothing and whose inputs hold at most 2000 numbers"
    assert found.complaints == [
        f"no case tries [gradients]; {small}, with 'rate' not 0",
        f"no case tries the law 'still with rate 0'; {small}, rate among them",
    ]


def test_large_cases_alone_try_nothing(bowl: Path) -> None:
    for old, new in (("max = 9", "max = 3000"), ("n = 2 }", "n = 2000 }"), ("n = 5 }", "n = 2001 }")):
        replaced("problem.toml", old, new)(bowl)
    small = "add one that raises nothing and whose inputs hold at most 2000 numbers"
    assert checked(bowl).complaints == [
        f"no case tries [gradients]; {small}, with 'rate' not 0",
        f"no case tries the law 'still with rate 0'; {small}",
    ]


def test_twins_that_say_so_are_fine(bowl: Path) -> None:
    twin = UPHILL.replace("w + rate * w", "w * (1 + rate)")
    with_mistake("ascent", twin, 'outputs = ["w"]\nlike = "uphill"')(bowl)
    assert checked(bowl).complaints == []


def test_a_mistake_that_no_case_catches_is_told_with_a_case_that_would(bowl: Path) -> None:
    replaced("mistakes/uphill.py", "w + rate", "w + (rate if len(w) == 7 else -rate)")(bowl)
    found = checked(bowl)
    assert found.complaints == ["no case catches mistakes/uphill.py; add two that do"]
    assert {mistake: case.sizes for mistake, case in found.suggestions.items()} == {"uphill": {"n": 7}}


def test_a_reference_that_gave_something_else_before(bowl: Path, tmp_path: Path) -> None:
    replaced("problem.toml", '[gradients]\nloss = "bowl.solve"\nrate = "rate"\n', "")(bowl)
    problem = load_problem(bowl)
    version = asyncio.run(freeze(problem, problem.cases, InProcess()))
    two, five = version.cases
    cache = FrozenCache(tmp_path / "frozen")
    cache.put(replace(version, cases=(replace(two, expected=(1.0, two.arguments[0])), five)))
    found = asyncio.run(check(bowl, InProcess(), cache))
    assert found.complaints == [
        "the reference does not pass case 'two' a second time; take out what differs between two calls"
    ]
