"""An operator at a terminal, whose settings name a test's database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_app.cli import main
from lti_app.core.db import Database
from lti_app.core.settings import describe_settings

RunOn = Callable[..., Result]


@pytest.fixture
def run_on(
    database: Database, encryption_key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> RunOn:
    """Type a command of an operator whose settings name this test's database."""
    for name in describe_settings():
        monkeypatch.delenv(name, raising=False)
    given = {
        "BASE_URL": "https://rapport.example.org",
        "SECRET_KEY": "q7Zp2mVx9Kd4Rb8Ty3Lw6Nc1Hs5Jf0GaQe",
        "ENCRYPTION_KEYS": encryption_key,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
    }
    for name, value in given.items():
        monkeypatch.setenv(f"RAPPORT_{name}", value)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return call
