"""The set-up: locks that name no host, a script that says what is missing, files that match the settings."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path
from typing import Any

import pytest

from app.cli import cli
from app.settings import Settings
from tests.app.few import few_problems

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "package-lock.json"])
def test_lock_names_no_host(name: str) -> None:
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text())
    unhashed = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert unhashed == []


def test_both_locks_agree() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text().splitlines()
        return {line.removesuffix(" \\") for line in lines if re.match(r"[a-z0-9].*==", line)}

    assert pins("requirements.lock") <= pins("requirements-test.lock")


# Imports all of the project, and what SQLAlchemy imports only when it is asked for a driver.
EVERYTHING = f"""
import importlib, pkgutil
from sqlalchemy.ext.asyncio import create_async_engine
for package in ("app", "benchmarks", "grader", "reference"):
    for module in pkgutil.walk_packages([f"{ROOT}/{{package}}"], f"{{package}}."):
        if not module.name.endswith(("__main__", "migrations.env")):
            importlib.import_module(module.name)
for driver in ("postgresql+asyncpg", "sqlite+aiosqlite"):
    create_async_engine(f"{{driver}}://")
"""


@pytest.fixture(scope="module")
def runtime(pytestconfig: pytest.Config) -> Path:
    """The programs of a virtual environment with what requirements.lock installs, and nothing else.

    Installing takes half a minute, so it is kept until the lock or the project's own file changes.
    """
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("runtime")
    made_from = hashlib.sha256(sys.version.encode())
    for name in ("requirements.lock", "pyproject.toml"):
        made_from.update((ROOT / name).read_bytes())
    stamp, programs = kept / "made-from", kept / "venv" / "bin"
    if not stamp.exists() or stamp.read_text() != made_from.hexdigest():
        stamp.unlink(missing_ok=True)
        venv.create(kept / "venv", with_pip=True, clear=True)
        locked = ("--require-hashes", "-r", ROOT / "requirements.lock")
        ourselves = ("--no-build-isolation", "--no-deps", "-e", ROOT)
        for what in (locked, ourselves):
            install = (programs / "pip", "install", "--quiet", "--disable-pip-version-check", *what)
            subprocess.run(install, check=True)
        stamp.write_text(made_from.hexdigest())
    return programs


def test_the_runtime_lock_has_all_that_is_imported(runtime: Path) -> None:
    done = subprocess.run([runtime / "python", "-I", "-c", EVERYTHING], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_a_package_of_the_tests_alone_is_not_there(runtime: Path) -> None:
    done = subprocess.run([runtime / "python", "-I", "-c", "import pytest"], capture_output=True, check=False)
    assert b"No module named 'pytest'" in done.stderr


def test_the_runtime_lock_suffices_to_grade(runtime: Path) -> None:
    words = ("grade", "train-rnn-lm", ROOT / "examples/right.py")
    done = subprocess.run([runtime / "handgrad", *words], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_runtime_lock_suffices_to_serve_pages_and_grade_an_attempt(runtime: Path, tmp_path: Path) -> None:
    environment = os.environ | {
        "HANDGRAD_DATA_DIR": str(tmp_path / "data"),
        "HANDGRAD_PORT": "0",
        "HANDGRAD_PROBLEMS_DIR": str(few_problems()),
    }

    def handgrad(*words: str) -> str:
        done = subprocess.run(
            [runtime / "handgrad", *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    handgrad("users", "create", "--email", "ada@example.edu", "--password", "correct horse")
    scopes = ("--scope", "attempts:write", "--scope", "results:read")
    token = handgrad("tokens", "create", "--email", "ada@example.edu", *scopes)
    with subprocess.Popen(
        [runtime / "handgrad", "serve"], env=environment, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        (address,) = re.findall(r"http://\S+", service.stdout.readline())
        try:
            for page in ("/healthz", "/readyz", "/problems/train-rnn-lm", "/api/v1/docs"):
                with urllib.request.urlopen(address + page) as answer:
                    assert answer.status == 200
            attempt = _graded(f"{address}/api/v1/problems/train-rnn-lm/attempts?wait=30", token)
        finally:
            service.terminate()
    assert (attempt["state"], attempt["verdict"], attempt["score"]) == ("graded", "accepted", 1.0)


def _graded(address: str, token: str) -> dict[str, Any]:
    """The right solution handed in, as soon as there are cases to grade it by."""
    source = (ROOT / "examples/right.py").read_text()
    request = urllib.request.Request(
        address,
        json.dumps({"source": source}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    while True:
        try:
            with urllib.request.urlopen(request) as answer:
                attempt: dict[str, Any] = json.load(answer)
                return attempt
        except urllib.error.HTTPError as refused:
            if refused.code != 503:
                raise
            time.sleep(0.1)


def stub(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def set_up(path: Path, purpose: str = "runtime") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "script/setup"), purpose],
        env={"PATH": f"{path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_setup_without_root_says_what_to_install(tmp_path: Path) -> None:
    stub(tmp_path, "id", "echo 1000")
    stub(tmp_path, "python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    done = set_up(tmp_path)
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv" in done.stderr


def test_setup_as_root_installs_what_is_missing(tmp_path: Path) -> None:
    # The stub stands for apt-get failing, so nothing is installed here and the set-up must stop.
    stub(tmp_path, "id", "echo 0")
    stub(tmp_path, "apt-get", 'echo "apt-get $*" >&2; exit 100')
    stub(tmp_path, "python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    done = set_up(tmp_path)
    assert done.returncode != 0
    assert "Installing python3-venv" in done.stdout
    assert "apt-get update" in done.stderr


def test_setup_refuses_an_unknown_purpose(tmp_path: Path) -> None:
    done = set_up(tmp_path, "everything")
    assert done.returncode == 2
    assert "neither runtime nor test" in done.stderr


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_container_files_use_settings_that_exist(name: str) -> None:
    known = {f"HANDGRAD_{field.upper()}" for field in Settings.model_fields}
    used = set(re.findall(r"HANDGRAD_[A-Z_]+", (ROOT / name).read_text()))
    assert used
    assert used <= known


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_container_files_use_commands_that_exist(name: str) -> None:
    groups = {group.name: group.typer_instance for group in cli.registered_groups}
    known = {(command.name,) for command in cli.registered_commands} | {
        (group, command.name)
        for group, instance in groups.items()
        if instance is not None
        for command in instance.registered_commands
    }
    used = {
        tuple(re.findall(r'"([a-z]+)"', line))
        for line in re.findall(r'\["handgrad", (.*?)\]', (ROOT / name).read_text())
    }
    assert used
    assert used <= known


def test_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text()
    missing = [field for field in Settings.model_fields if f"HANDGRAD_{field.upper()}" not in readme]
    assert missing == []
