"""`handgrad bench` in a process of its own, as its users start it: it counts what that process has."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Bench = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    def run(*words: str, path: str = os.environ["PATH"]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "app.cli", "bench", *words],
            env={"PATH": path, "HANDGRAD_DATA_DIR": str(tmp_path), "COLUMNS": "200"},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
