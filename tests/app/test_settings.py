"""Settings: what is missing is made up sensibly, or asked for with the cure."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = Settings()
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/var/handgrad.sqlite3"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.inline_worker
    assert not settings.is_https


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDGRAD_DATABASE_URL", "postgresql+asyncpg://handgrad@database/handgrad")
    monkeypatch.setenv("HANDGRAD_SECRET_KEY", "a long random word")
    monkeypatch.setenv("HANDGRAD_BASE_URL", "https://handgrad.example.edu/")
    monkeypatch.setenv("HANDGRAD_PORT", "")  # set to nothing is not set
    settings = Settings()
    assert settings.is_postgres
    assert settings.is_https
    assert not settings.inline_worker
    assert (settings.base_url, settings.port) == ("https://handgrad.example.edu", 8000)
    assert "a long random word" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("DATABASE_URL", "mysql://x", "must begin with sqlite"),
        ("DATABASE_URL", "postgresql+asyncpg://x", "openssl rand -hex 32"),
        ("SIGNUP", "domain", "HANDGRAD_SIGNUP_DOMAIN"),
        ("SIGNUP", "maybe", "open"),
        ("PORT", "70000", "65535"),
        ("SANDBOX_SLOTS", "0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_is_refused_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, cure: str
) -> None:
    monkeypatch.setenv(f"HANDGRAD_{name}", value)
    with pytest.raises(ValidationError, match=cure):
        Settings()
