"""Every row of `handgrad bench sandbox`, with hardly any repeats: that it is there and makes sense."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from benchmarks.sustained import _rate
from benchmarks.ways import COLD_WAYS
from tests.benchmarks.conftest import Bench


def rows_of(printed: str) -> dict[str, dict[str, Any]]:
    rows = json.loads(printed)
    assert {frozenset(row) for row in rows} == {frozenset({"name", "unit", "median", "p95", "ratio"})}
    named = {row["name"]: row for row in rows}
    assert len(named) == len(rows)
    return named


def test_every_row_is_there(bench: Bench) -> None:
    done = bench("sandbox", "--json", "--repeat", "3", "--seconds", "0.5")
    assert done.returncode == 0, done.stderr
    rows = rows_of(done.stdout)
    slots = os.cpu_count()
    for name in ("trivial, 17 cases", "real, 17 cases", "large, 12 cases"):
        plain = rows[f"{name}, in this process"]
        assert plain["ratio"] is None
        (confined,) = (row for title, row in rows.items() if title.startswith(f"{name}, sandbox ("))
        assert confined["ratio"] == pytest.approx(confined["median"] / plain["median"])
        assert f"{name}, sandbox above in-process" in rows
        assert rows[f"{name}, cold python subprocess"]["ratio"] > 1
        if name.startswith("large"):
            continue
        busy = f"{name}, {slots} slots busy"
        assert rows[f"{busy}, attempts"]["unit"] == "per s"
        assert rows[f"{busy}, attempts in plain processes"]["ratio"] > 0.1
        assert rows[f"{busy}, each"]["median"] > 0
        assert any(title.startswith(f"{busy}, the last ") for title in rows)
    assert rows["tiny, 1 case, sandbox"]["ratio"] == 1
    assert {"tiny, 16 cases, sandbox", "tiny, 64 cases, sandbox", "tiny, each further case"} <= set(rows)
    for way in COLD_WAYS:
        assert (f"real, 17 cases, {way.name}" in rows) != (f"{way.name} is not measured" in done.stderr)
    if os.geteuid() != 0:
        assert "Memory is not measured" in done.stderr
        return
    assert 5 < rows["zygote, with all that students can import"]["median"] < 200
    assert 1 < rows[f"idle child, of {(os.cpu_count() or 1) + 2}"]["median"] < 200


def test_a_jail_that_is_not_here_is_named_with_its_package() -> None:
    for way in COLD_WAYS[1:]:
        if shutil.which(way.prefix[0]) is None:
            assert f"`{way.prefix[0]}`; {way.package}." in (way.missing() or "")


def test_a_jail_that_does_not_work_is_no_row_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jail = tmp_path / "bwrap"
    jail.write_text("#!/bin/sh\necho no user namespaces >&2\nexit 1\n")
    jail.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    (way,) = (way for way in COLD_WAYS if "bwrap" in way.prefix)
    assert way.missing() == f"{way.name} is not measured: it does not work here (no user namespaces)."


def test_a_rate_is_of_whole_seconds_and_its_ratio_of_all() -> None:
    row = _rate("attempts", [0.2, 0.4, 0.6, 0.8, 1.5, 2.0], possible=6.0)
    assert (row.median, row.p95, row.ratio) == (3.0, 2.0, 0.5)
    assert _rate("attempts", [0.25, 0.5], possible=4.0).median == 4.0
