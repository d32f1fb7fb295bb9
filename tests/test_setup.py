"""The set-up: locks that name no host, a script that says what is missing, files that match the settings."""

import importlib.metadata
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.cli import cli
from app.settings import Settings

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
EVERYTHING = """
import importlib, pkgutil, sys
from sqlalchemy.ext.asyncio import create_async_engine
for package in ("app", "benchmarks", "grader", "reference"):
    for module in pkgutil.walk_packages([f"{sys.path[1]}/{package}"], f"{package}."):
        if not module.name.endswith(("__main__", "migrations.env")):
            importlib.import_module(module.name)
for driver in ("postgresql+asyncpg", "sqlite+aiosqlite"):
    create_async_engine(f"{driver}://")
"""
HANDGRAD = "from app.cli import main; main()"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what requirements.lock installs, and nothing of what only the tests need."""

    def contents(distribution: importlib.metadata.Distribution) -> set[str]:
        return {
            file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")
        }

    names = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    ours = {name.lower().replace("_", "-") for name in [*names, "handgrad"]}
    folder = tmp_path_factory.mktemp("locked")
    linked, others = set[str](), set[str]()
    for distribution in importlib.metadata.distributions():
        if distribution.name.lower().replace("_", "-") not in ours:
            others |= contents(distribution)
            continue
        for name in contents(distribution) - linked:
            (folder / name).symlink_to(Path(str(distribution.locate_file(name))))
        linked |= contents(distribution)
    assert not linked & others
    return folder


def with_locked(folder: Path, code: str, *words: str) -> Sequence[str]:
    places = [str(folder), str(ROOT)]
    return [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {places}; {code}", *words]


def test_the_runtime_lock_has_all_that_is_imported(locked: Path) -> None:
    everything = f"exec({EVERYTHING!r})"
    done = subprocess.run(with_locked(locked, everything), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_package_of_the_tests_alone_is_not_seen(locked: Path) -> None:
    done = subprocess.run(with_locked(locked, "import pytest"), capture_output=True, text=True, check=False)
    assert "No module named 'pytest'" in done.stderr


def test_the_runtime_lock_suffices_to_grade(locked: Path) -> None:
    words = ("grade", "train-rnn-lm", str(ROOT / "examples/right.py"))
    done = subprocess.run(with_locked(locked, HANDGRAD, *words), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_runtime_lock_suffices_to_serve(locked: Path, tmp_path: Path) -> None:
    settings = {"HANDGRAD_DATA_DIR": str(tmp_path / "data"), "HANDGRAD_PORT": "0"}
    with subprocess.Popen(
        with_locked(locked, HANDGRAD, "serve"), env=os.environ | settings, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        said = service.stdout.readline()
        try:
            (address,) = re.findall(r"http://\S+", said)
            for page in ("/healthz", "/readyz", "/problems/train-rnn-lm", "/api/v1/docs"):
                with urllib.request.urlopen(address + page) as answer:
                    assert answer.status == 200
        finally:
            service.terminate()


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
