"""`handgrad train` as its users meet it: lines that parse, a chart, a race, and what wrong usage is told."""

import json
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.errors import Refusal
from app.training.corpora import python_docs
from tests.app.cli.test_commands import Shell

RAISES = """
def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    if tokens[0] == 5:
        raise KeyError("what now")
    return 3.3, w_emb, w_h, w_out
"""


@pytest.fixture(scope="module")
def handgrad(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("texts") / "short.txt"
    file.write_text(python_docs()[:4_500], encoding="utf-8")
    return str(file)


def lines(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_json_lines_and_a_chart(handgrad: Shell, text: str, tmp_path: Path) -> None:
    chart = tmp_path / "chart.svg"
    done = handgrad("train", "language-model", text, "--epochs=3", "--hidden=8", "--json", f"--plot={chart}")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = lines(done)
    assert [line["number"] for line in told] == [1, 2, 3]
    assert set(told[0]) == {
        "who", "unit", "number", "count", "loss", "perplexity", "validation_perplexity", "seconds", "sample",
    }  # fmt: skip
    assert told[-1]["sample"].startswith("time traveller")
    drawn = ET.fromstring(chart.read_text(encoding="utf-8"))
    assert len([element for element in drawn.iter() if element.tag.endswith("polyline")]) == 2
    words = {element.text for element in drawn.iter() if element.tag.endswith("text")}
    assert {"training", "validation", "epochs", "perplexity"} <= words


def test_for_a_person_it_prints_losses_and_samples(handgrad: Shell, text: str) -> None:
    done = handgrad("train", "vanilla", text, "--steps=40", "--hidden=8", "--sample-every=20", "--prefix=The")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("step 20") == 1
    assert "vanilla: loss " in done.stdout
    assert done.stdout.count("  The") == 2


def test_a_race_shows_the_gap(handgrad: Shell, text: str, tmp_path: Path) -> None:
    chart = tmp_path / "race.svg"
    words = "train", "rnn-lm", text, "--steps=20", "--hidden=8", "--against=dh_next_missing"
    told = lines(handgrad(*words, "--json", f"--plot={chart}"))
    assert [line["who"] for line in told[:4]] == ["reference", "dh_next_missing"] * 2
    race = told[-1]
    assert race["right"] == "reference"
    assert race["mistake"] == "dh_next_missing"
    assert race["steps"] == 2
    late = [line["loss"] for line in told[-5:-1]]
    assert race["right_loss"] == pytest.approx((late[0] + late[2]) / 2)
    assert race["gap"] == pytest.approx(race["mistake_loss"] - race["right_loss"])
    assert "dh_next_missing" in chart.read_text(encoding="utf-8")
    said = handgrad(*words).stdout
    assert "Over the last 2 steps" in said
    assert "another may show another gap, or none" in said


def test_a_students_own_step_that_raises_midway_is_their_fault(
    handgrad: Shell, text: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(RAISES, encoding="utf-8")
    done = handgrad("train", "rnn-lm", text, "--steps=100", "--hidden=8", f"--code={file}")
    assert done.returncode == 1
    assert "mine stopped after step" in done.stdout
    assert "KeyError: 'what now' (line 4)" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["rwkv"], "no system 'rwkv'; there is: language-model"),
        (
            ["vanilla", "nowhere.txt"],
            "no text 'nowhere.txt'; give the path of a file, or one of: python-docs",
        ),
        (["vanilla", "--epochs", "3"], "vanilla counts steps; give --steps"),
        (["elman", "--steps", "3"], "elman counts epochs; give --epochs"),
        (["elman", "--code", "x.py"], "go with rnn-lm"),
        (["vanilla", "--against", "no_mean"], "go with rnn-lm"),
        (["rnn-lm", "--against", "no_such"], "no mistake 'no_such'; there is: adagrad"),
        (["rnn-lm", "--code", "nowhere.py"], "cannot read nowhere.py: No such file"),
        (["vanilla", "--plot", "nowhere/x.svg"], "no folder nowhere for the chart"),
        (["vanilla", "--prefix", "Ω"], "never has 'Ω'"),
    ],
)
def test_wrong_usage_names_the_thing_and_the_cure(
    words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDGRAD_DATA_DIR", str(tmp_path))
    done = CliRunner().invoke(cli, ["train", *words])
    assert isinstance(done.exception, Refusal)  # which `main` tells in a sentence, and exits 2
    assert says in done.exception.detail


def test_a_text_that_is_too_short_ends_with_a_sentence(handgrad: Shell, tmp_path: Path) -> None:
    file = tmp_path / "short.txt"
    file.write_text("too short", encoding="utf-8")
    done = handgrad("train", "vanilla", str(file))
    assert done.returncode == 2
    assert done.stderr == "handgrad: the text holds 9 characters; give one of 2,000 or more\n"
