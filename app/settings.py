"""Settings, read from the environment once, at the start of a command. Nothing reads them at import time."""

import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SignUp(StrEnum):
    """Who may make an account on the page."""

    OPEN = "open"
    DOMAIN = "domain"  # only addresses of `signup_domain`
    CLOSED = "closed"  # an administrator makes accounts with `handgrad users create`


class Settings(BaseSettings):
    """Every setting is an environment variable `HANDGRAD_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="HANDGRAD_", env_ignore_empty=True)

    data_dir: Path = Field(default=Path("var"), description="Where SQLite, the secret key and caches live.")
    database_url: str = Field(
        default="",
        description="`sqlite+aiosqlite:///...` or `postgresql+asyncpg://...`; default: in the data dir.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    base_url: str = Field(
        default="", description="How users reach the service, for links; default: `http://HOST:PORT`."
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs cookies. Made in the data directory when missing; required with PostgreSQL.",
    )
    inline_worker: bool | None = Field(
        default=None,
        description="Run a worker inside the service; default: on with SQLite only.",
    )
    sandbox_slots: int = Field(
        default=max(1, os.cpu_count() or 1),
        ge=1,
        le=100,
        description="Attempts a worker grades at once.",
    )
    attempt_bucket: int = Field(
        default=20, ge=1, le=1000, description="Attempts at one problem that a learner has at once."
    )
    attempt_refill: float = Field(
        default=180, ge=0, le=86400, description="Seconds until a used one comes back; 0: no limit."
    )
    signup: SignUp = Field(default=SignUp.OPEN, description="Who may sign up: open, domain or closed.")
    signup_domain: str = Field(default="", description="The e-mail domain that may sign up.")
    problems_dir: Path | None = Field(default=None, description="Problems folder; default: the shipped one.")
    insecure_sandbox: bool = Field(
        default=False,
        description="Run student code without seccomp. Dangerous; every page says so.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.database_url:
            self.database_url = f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'handgrad.sqlite3'}"
        if not self.database_url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError(
                "HANDGRAD_DATABASE_URL must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://"
            )
        if self.is_postgres and not self.secret_key.get_secret_value():
            raise ValueError(
                "HANDGRAD_SECRET_KEY is missing: with PostgreSQL every process must share one;"
                " make one with `openssl rand -hex 32`"
            )
        if self.signup is SignUp.DOMAIN and not self.signup_domain:
            raise ValueError("HANDGRAD_SIGNUP=domain needs HANDGRAD_SIGNUP_DOMAIN, for example example.edu")
        if not self.base_url:
            self.base_url = f"http://{self.host}:{self.port}"
        self.base_url = self.base_url.rstrip("/")
        if self.inline_worker is None:
            self.inline_worker = not self.is_postgres
        return self

    @property
    def is_postgres(self) -> bool:
        return self.database_url.startswith("postgresql")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    def prepare_data_dir(self) -> None:
        """Make the data directory (0700) and, where it is missing, the secret key in it (0600)."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.data_dir.chmod(0o700)
        if self.secret_key.get_secret_value():
            return
        path = self.data_dir / "secret_key"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
        self.secret_key = SecretStr(path.read_text().strip())
