"""Settings: all problems at once, production refuses to start insecure."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lti_app.core.settings import Settings, SettingsError, describe_settings, load_settings

STRONG = "q7Zp2mVx9Kd4Rb8Ty3Lw6Nc1Hs5Jf0GaQe"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in describe_settings():
        monkeypatch.delenv(name, raising=False)


def production(tmp_path: Path, **changed: object) -> Settings:
    given: dict[str, object] = {
        "base_url": "https://tool.example",
        "secret_key": STRONG,
        "encryption_keys": Fernet.generate_key().decode(),
        "data_dir": tmp_path,
    }
    return load_settings(**{**given, **changed})


def test_production_is_the_default_and_starts_when_it_is_secure(tmp_path: Path) -> None:
    settings = production(tmp_path)

    assert not settings.is_development
    assert settings.effective_trusted_hosts == ()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"secret_key": ""}, "RAPPORT_SECRET_KEY"),
        ({"secret_key": "short"}, "RAPPORT_SECRET_KEY"),
        ({"secret_key": "a" * 64}, "RAPPORT_SECRET_KEY"),
        ({"secret_key": "change-me-0123456789-abcdefghijklmnop"}, "RAPPORT_SECRET_KEY"),
        ({"encryption_keys": ""}, "RAPPORT_ENCRYPTION_KEYS"),
        ({"encryption_keys": "not-a-key"}, "RAPPORT_ENCRYPTION_KEYS"),
        ({"base_url": "http://tool.example"}, "RAPPORT_BASE_URL"),
        ({"base_url": "tool.example"}, "RAPPORT_BASE_URL"),
        ({"trusted_hosts": "*"}, "RAPPORT_TRUSTED_HOSTS"),
        ({"trusted_hosts": "*.example"}, "RAPPORT_TRUSTED_HOSTS"),
        ({"trusted_proxies": 99}, "RAPPORT_TRUSTED_PROXIES"),
    ],
    ids=lambda value: (
        "" if isinstance(value, str) else ",".join(f"{k}={v}" for k, v in value.items())
    ),
)
def test_abuse_70_production_refuses_to_start_insecure_with_one_line(
    tmp_path: Path, changed: dict[str, object], named: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        production(tmp_path, **changed)

    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].startswith(named)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(base_url="http://tool.example")

    told = " ".join(refused.value.problems)
    assert all(
        name in told
        for name in ("RAPPORT_SECRET_KEY", "RAPPORT_ENCRYPTION_KEYS", "RAPPORT_BASE_URL")
    )


def test_development_makes_its_keys_once_and_keeps_them(tmp_path: Path) -> None:
    first = load_settings(env="development", data_dir=tmp_path / "var")
    second = load_settings(env="development", data_dir=tmp_path / "var")

    assert first.secret_key == second.secret_key != ""
    assert first.encryption_keys == second.encryption_keys != ()
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_loopback_is_trusted_in_development_and_not_in_production(tmp_path: Path) -> None:
    developing = load_settings(env="development", data_dir=tmp_path)

    assert "127.0.0.1" in developing.effective_trusted_hosts
    assert "127.0.0.1" not in production(tmp_path).effective_trusted_hosts


def test_settings_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_TRUSTED_HOSTS", "lms.internal, 10.0.0.7:8443")

    assert production(tmp_path).trusted_hosts == ("lms.internal", "10.0.0.7:8443")


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    assert STRONG not in repr(production(tmp_path))


def test_every_setting_is_explained() -> None:
    assert all(sentence.endswith((".", ")")) for sentence in describe_settings().values())
