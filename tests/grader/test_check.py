"""What `handgrad check` complains of."""

import asyncio
import shutil
from pathlib import Path

import pytest

from grader.check import Checked, check
from grader.problem import PROBLEMS
from tests.grader.fake_sandbox import InProcess

RIGHT = Path(__file__).parent / "submissions" / "vectorised.py"


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
