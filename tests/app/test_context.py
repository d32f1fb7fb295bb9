"""What a process holds: its database alone on SQLite, its files for nobody else."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.context import open_context
from app.errors import CannotStart
from app.settings import Settings

_HOLD = """
import asyncio, sys
from pathlib import Path
from app.context import open_context
from app.settings import Settings

async def hold():
    async with open_context(Settings(data_dir=Path(sys.argv[1]))):
        print("held", flush=True)
        sys.stdin.read()

asyncio.run(hold())
"""


@pytest.mark.anyio
async def test_two_services_do_not_share_one_sqlite(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs meanwhile
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(CannotStart, match=r"Another Handgrad serves .*handgrad\.sqlite3 already"):
            async with open_context(Settings(data_dir=tmp_path)):
                pass
        other.kill()
    async with open_context(Settings(data_dir=tmp_path)) as context:  # a lock does not outlive its process
        assert context.catalogue.problems


@pytest.mark.anyio
async def test_the_data_directory_is_the_users_own(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    settings = Settings(data_dir=folder)
    async with open_context(settings):
        pass
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
    kept = settings.secret_key.get_secret_value()
    again = Settings(data_dir=folder)
    again.prepare_data_dir()
    assert again.secret_key.get_secret_value() == kept


@pytest.mark.anyio
async def test_a_broken_problem_is_left_out_and_the_others_serve(tmp_path: Path) -> None:
    problems = tmp_path / "problems"
    (problems / "broken-one").mkdir(parents=True)
    (problems / "broken-one" / "problem.toml").write_text("title = 3")
    from grader.problem import PROBLEMS

    (problems / "train-rnn-lm").symlink_to(PROBLEMS / "train-rnn-lm")
    async with open_context(Settings(data_dir=tmp_path / "var", problems_dir=problems)) as context:
        assert set(context.catalogue.problems) == {"train-rnn-lm"}
        assert set(context.catalogue.broken) == {"broken-one"}
