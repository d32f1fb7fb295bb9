"""`handgrad bench`: it speaks before it has measured anything."""

import subprocess
import sys
from pathlib import Path

_HANDGRAD = Path(sys.executable).with_name("handgrad")


def test_what_is_measured_is_said_at_once_and_beside_the_rows() -> None:
    command = [str(_HANDGRAD), "bench", "freezing", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as bench:
        assert bench.stdout is not None
        assert bench.stderr is not None
        assert bench.stderr.readline() == "Measuring freezing ...\n"
        assert bench.poll() is None  # there is a good deal to be measured
        bench.terminate()
        assert bench.stdout.read() == ""
