"""The command line as its users meet it: real processes, right and wrong input, exit codes."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.cli import grading
from app.settings import Settings
from grader.check import Checked
from grader.runner import SandboxFailed
from tests.app.few import few_problems

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"


class Shell:
    """Runs `handgrad` with a data directory of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "HANDGRAD_DATA_DIR": str(folder),
            "HANDGRAD_SANDBOX_SLOTS": "1",
            "HANDGRAD_PROBLEMS_DIR": str(few_problems()),
            "COLUMNS": "200",
        }

    def __call__(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            env=self.environment | settings,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def handgrad(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize(("example", "code"), [("right.py", 0), ("no_mean.py", 1)])
def test_grade_says_by_its_exit_code_what_came_of_it(handgrad: Shell, example: str, code: int) -> None:
    assert handgrad("grade", "train-rnn-lm", str(EXAMPLES / example)).returncode == code


def test_grade_names_the_mistake(handgrad: Shell) -> None:
    done = handgrad("grade", "train-rnn-lm", str(EXAMPLES / "no_mean.py"))
    assert "n_steps times too large" in done.stdout
    assert done.stderr == ""


def test_grade_json_is_one_object_and_nothing_else(handgrad: Shell) -> None:
    done = handgrad("grade", "train-rnn-lm", str(EXAMPLES / "no_mean.py"), "--json")
    report = json.loads(done.stdout)
    assert set(report) == {
        "problem", "version", "verdict", "score", "sandbox_tier", "wall_seconds", "diagnosis", "cases",
    }  # fmt: skip
    assert report["verdict"] == "wrong_answer"
    assert 0 < report["score"] < 1
    assert report["diagnosis"]["name"] == "no_mean"
    hidden = [case for case in report["cases"] if case["visibility"] == "hidden"]
    assert len(hidden) == len(report["cases"]) - 3
    assert all(case["error"] is None and case["stdout"] is None for case in hidden)


def test_grade_public_leaves_hidden_cases_out(handgrad: Shell) -> None:
    done = handgrad("grade", "train-rnn-lm", str(EXAMPLES / "right.py"), "--json", "--public")
    assert [case["visibility"] for case in json.loads(done.stdout)["cases"]] == ["public"] * 3


def test_grade_ends_an_endless_loop(handgrad: Shell) -> None:
    done = handgrad("grade", "train-rnn-lm", str(EXAMPLES / "endless_loop.py"), "--json")
    verdicts = [case["verdict"] for case in json.loads(done.stdout)["cases"]]
    assert done.returncode == 1
    assert verdicts[:2] == ["time_limit_exceeded"] * 2
    assert set(verdicts[2:]) == {"skipped"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("grade", "no-such-problem", "examples/right.py"), "there is no problem 'no-such-problem'"),
        (("grade", "../problems/train-rnn-lm", "examples/right.py"), "there is no problem"),
        (("grade", "train-rnn-lm", "no_such_file.py"), "cannot read no_such_file.py"),
        (("grade", "train-rnn-lm", "examples"), "cannot read examples"),
        (("grade", "train-rnn-lm"), "Missing argument"),
        (("check", "no-such-problem"), "no problem folder 'no-such-problem'"),
        (("bench", "no-such-benchmark"), "there is no benchmark"),
        (("worker",), "HANDGRAD_DATABASE_URL"),
        (("users", "reset", "--email", "nobody@example.org"), "nobody@example.org"),
        (("users", "create", "--email", "not an address"), "email"),
        (("tokens", "create", "--email", "a@example.org", "--scope", "everything"), "everything"),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(handgrad: Shell, words: tuple[str, ...], said: str) -> None:
    done = handgrad(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"HANDGRAD_DATABASE_URL": "mysql://x"}, "must begin with sqlite+aiosqlite:///"),
        ({"HANDGRAD_DATABASE_URL": "postgresql+asyncpg://x/y"}, "HANDGRAD_SECRET_KEY is missing"),
        ({"HANDGRAD_PORT": "seventy"}, "HANDGRAD_PORT"),
        ({"HANDGRAD_SIGNUP": "domain"}, "HANDGRAD_SIGNUP_DOMAIN"),
    ],
)
def test_a_wrong_setting_is_named(handgrad: Shell, settings: dict[str, str], said: str) -> None:
    done = handgrad("serve", **settings)
    assert done.returncode == 2
    assert said in done.stderr


def test_check_passes_the_shipped_problems(handgrad: Shell) -> None:
    done = handgrad("check", "--json")
    assert done.returncode == 0
    assert {result["problem"]: result["ok"] for result in json.loads(done.stdout)}["train-rnn-lm"]


def test_check_says_how_much_room_there_is_and_what_holds(handgrad: Shell) -> None:
    done = handgrad("check", "train-rnn-lm", "problems/train-rnn-lm-full")
    first, output, laws, second, *_ = done.stdout.splitlines()
    assert (first.split(":")[0], second.split(":")[0]) == ("train-rnn-lm", "train-rnn-lm-full")
    assert re.fullmatch(
        r" +w_out: right variants need \S+ of the tolerance; "
        r"nearest mistake: weight_decay, is off by \S+ tolerances",
        output,
    )
    assert re.fullmatch(
        r" +9 slopes agree with central differences; laws kept: repeat, still, shift, relabel; "
        r"broken by .*momentum.*",
        laws,
    )


def test_check_says_where_no_mistake_can_show_and_where_none_does(handgrad: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "train-rnn-lm-full"
    shutil.copytree(ROOT / "problems/train-rnn-lm-full", folder)
    for file in folder.glob("mistakes/*.py"):
        if file.name != "loss_summed.py":
            file.unlink()
    head, *mistakes = (folder / "problem.toml").read_text().split("[[mistakes]]")
    (kept,) = (mistake for mistake in mistakes if '"loss_summed.py"' in mistake)
    kept = kept.replace('outputs = ["loss"]', 'outputs = ["loss", "w_h"]')
    (folder / "problem.toml").write_text(f"{head}[[mistakes]]{kept}")
    done = handgrad("check", str(folder))
    assert done.returncode == 1
    assert "no case shows mistakes/loss_summed.py on w_h" in done.stdout
    said = {line.split(":")[0].strip(): line for line in done.stdout.splitlines() if "tolerance" in line}
    assert re.search(r"; nearest mistake: loss_summed, is off by \S+ tolerances$", said["loss"])
    assert said["w_h"].endswith("; nearest mistake: loss_summed, which no case shows on it")
    assert said["w_emb"].endswith("; no mistake can show on it")


def test_check_tells_of_each_problem_when_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []

    async def check(folder: Path, *_: object) -> Checked:
        said.append(capsys.readouterr().out)
        if folder.name == "third":
            raise SandboxFailed("no child could be made")
        return Checked(problem=folder.name, ok=False, complaints=["it is empty"])

    monkeypatch.setattr(grading, "check_problem", check)
    folders = [tmp_path / name for name in ("first", "second", "third")]
    with pytest.raises(typer.Exit) as ended:
        grading._check(Settings(data_dir=tmp_path), folders, as_json=False)
    assert said == ["", "first: not fine\n  - it is empty\n", "second: not fine\n  - it is empty\n"]
    assert ended.value.exit_code == 3
    assert "handgrad: the sandbox failed, not the problem: no child could be made" in capsys.readouterr().err


def test_check_stops_at_a_broken_folder(handgrad: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "train-rnn-lm"
    shutil.copytree(ROOT / "problems/train-rnn-lm", folder)
    problem = folder / "problem.toml"
    problem.write_text(problem.read_text().replace("entry_point", "entrypoint"))
    done = handgrad("check", HANDGRAD_PROBLEMS_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "entrypoint" in done.stdout
    assert "entry_point" in done.stdout


def test_check_watches_for_changes(handgrad: Shell, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "problems/train-rnn-lm", tmp_path / "train-rnn-lm")
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "check", "--watch"],
        env=handgrad.environment | {"HANDGRAD_PROBLEMS_DIR": str(tmp_path)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        # A watch that misses the change says nothing for ever: then the test fails instead of waiting.
        patience = threading.Timer(60, process.kill)
        patience.start()
        said = (line for line in process.stdout if line.startswith("train-rnn-lm:"))
        assert next(said, "").startswith("train-rnn-lm: fine")
        (tmp_path / "train-rnn-lm/problem.toml").write_text("title = 3\n")
        assert next(said, "").startswith("train-rnn-lm: not fine")
        patience.cancel()
        process.kill()


def test_doctor_names_the_tier(handgrad: Shell) -> None:
    facts = json.loads(handgrad("doctor", "--json").stdout)
    assert facts["tier"] in {"full", "strict", "minimal"}
    assert facts["refused"] is None


def test_users_and_tokens(handgrad: Shell) -> None:
    made = handgrad("users", "create", "--email", "Ada@example.org", "--role", "instructor")
    assert made.returncode == 0
    assert re.search(r"http://127\.0\.0\.1:8000/links/\S{20,}", made.stdout)
    assert handgrad("users", "set-role", "--email", "ada@example.org", "--role", "admin").returncode == 0
    assert "/links/" in handgrad("users", "reset", "--email", "ada@example.org").stdout
    token = handgrad("tokens", "create", "--email", "ada@example.org", "--scope", "problems:read")
    assert re.fullmatch(r"hg_\S+\n", token.stdout)
    again = handgrad("users", "create", "--email", "ada@example.org")
    assert again.returncode == 2
    assert "ada@example.org" in again.stderr


def test_users_are_deleted_when_it_is_confirmed(handgrad: Shell) -> None:
    handgrad("users", "create", "--email", "bob@example.org")
    bob = ("users", "delete", "--email", "bob@example.org")
    unsure = handgrad(*bob)  # nobody answers
    assert unsure.returncode == 1
    assert "Delete bob@example.org with every attempt?" in unsure.stdout
    deleted = handgrad(*bob, "--yes")
    assert (deleted.returncode, deleted.stdout) == (0, "bob@example.org is deleted.\n")
    gone = handgrad(*bob, "--yes")
    assert gone.returncode == 2
    assert "There is no user bob@example.org" in gone.stderr
    unknown = handgrad("users", "delete", "--external-id", "s-7", "--yes")
    assert unknown.returncode == 2
    assert "No platform has named a learner 's-7'" in unknown.stderr
    whom = handgrad("users", "delete")
    assert whom.returncode == 2
    assert "--external-id" in whom.stderr


class Served:
    """A `handgrad serve` on a free port, and what it said."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            env=shell.environment | {"HANDGRAD_DATA_DIR": str(folder), "HANDGRAD_PORT": "0"},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        self.base_url = re.findall(r"http://\S+", self.said)[0]

    def rest(self) -> str:
        """Stop it and read what else it said."""
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=30)
        return said


@pytest.fixture
def served(handgrad: Shell, tmp_path: Path) -> Iterator[Served]:
    service = Served(handgrad, tmp_path / "data")
    yield service
    service.process.kill()
    service.process.communicate()


def test_serve_prints_the_administrators_link_while_there_is_none(served: Served, tmp_path: Path) -> None:
    with urllib.request.urlopen(f"{served.base_url}/healthz") as answer:
        assert answer.status == 200
    assert f"{served.base_url}/links/" in served.rest()
    assert served.process.returncode == -signal.SIGTERM
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_two_services_cannot_share_one_sqlite(served: Served, handgrad: Shell, tmp_path: Path) -> None:
    second = handgrad("serve", HANDGRAD_DATA_DIR=str(tmp_path / "data"), HANDGRAD_PORT="0")
    assert second.returncode == 3
    assert "Another Handgrad" in second.stderr
    assert "Traceback" not in second.stderr


def test_serve_says_when_the_port_is_taken(handgrad: Shell, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = handgrad("serve", HANDGRAD_PORT=port, HANDGRAD_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
