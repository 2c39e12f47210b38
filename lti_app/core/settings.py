"""Every setting, read once from the environment, checked, frozen. It decides no behaviour."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from lti_app.core.development import kept_encryption_key, kept_secret_key

PREFIX = "RAPPORT_"
_LEAST_SECRET_LENGTH = 32
_WEAK_SECRETS = ("change", "secret", "password", "example", "rapport")

Names = Annotated[tuple[str, ...], NoDecode]


class Environment(StrEnum):
    """Where the tool runs: development is lenient on loopback, production on nothing."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class SettingsError(Exception):
    """The environment is not fit to start with.

    Attributes:
        problems: one line for each, naming the variable and what to set.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class Settings(BaseSettings):
    """All settings. Each is the environment variable of its name with the prefix `RAPPORT_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    env: Environment = Field(
        Environment.PRODUCTION, description="development or production (the default)."
    )
    base_url: str = Field(
        "http://localhost:8000",
        description="The address under which browsers and platforms reach the tool.",
    )
    data_dir: Path = Field(
        Path("var"), description="Folder for the SQLite file and development keys."
    )
    database_url: str = Field(
        "", description="SQLAlchemy URL; empty means SQLite in the data folder."
    )
    secret_key: str = Field(
        "", repr=False, description="At least 32 characters; signs form tokens."
    )
    encryption_keys: Names = Field(
        (), repr=False, description="Fernet keys, newest first, separated by commas."
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="How many reverse proxies set X-Forwarded-*."
    )
    trusted_hosts: Names = Field(
        (),
        description="Hosts (host or host:port) reachable over http or on a private address.",
    )
    support_contact: str = Field(
        "", description="Shown on error pages: an e-mail address or a URL."
    )
    metrics_token: str = Field("", repr=False, description="Bearer token of /metrics; empty: 404.")
    redis_url: str = Field("", repr=False, description="Counters of rate limits; empty: in memory.")
    broker_url: str = Field(
        "",
        repr=False,
        description="Celery's broker, redis:// or amqp://; empty: RAPPORT_REDIS_URL.",
    )
    embedded_worker: bool = Field(
        True, description="Run background work inside the web server (0 to turn off)."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    approve_deployments: bool = Field(
        True, description="New deployments of a known platform wait for an operator."
    )
    key_rotation_days: int = Field(
        90, ge=0, description="How long a signing key is used before the next one; 0: until told."
    )
    key_published_before_hours: int = Field(
        48, ge=48, description="How long a new signing key is published before it signs."
    )
    key_published_after_days: int = Field(
        14, ge=14, description="How long an old signing key stays published after its last use."
    )
    login_rate_per_second: int = Field(
        200, ge=1, description="Logins a second and registration before 429."
    )
    login_burst_per_address: int = Field(
        2000, ge=1, description="Logins from one address within 200 seconds before 429."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let what is passed win over the environment; read no file behind the operator's back."""
        return init_settings, env_settings

    @field_validator("encryption_keys", "trusted_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("base_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("must be an address such as https://rapport.example.org")
        return value.rstrip("/")

    @field_validator("trusted_hosts")
    @classmethod
    def _named_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any("*" in host or "/" in host for host in value):
            raise ValueError("must be host names, without * and without a path")
        return tuple(host.lower() for host in value)

    @field_validator("encryption_keys")
    @classmethod
    def _fernet(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for key in value:
            try:
                Fernet(key)
            except ValueError as error:
                raise ValueError("must be Fernet keys: rapport keys encryption new") from error
        return value

    @model_validator(mode="after")
    def _safe_in_production(self) -> "Settings":
        if self.env is Environment.PRODUCTION:
            problems = list(_production_problems(self))
            if problems:
                raise ValueError(" | ".join(problems))
        return self

    @property
    def is_development(self) -> bool:
        """Whether loopback is trusted and keys are made by themselves."""
        return self.env is Environment.DEVELOPMENT

    @property
    def host(self) -> str:
        """Host and port of the base URL, as in the Host header."""
        return urlsplit(self.base_url).netloc

    @property
    def effective_trusted_hosts(self) -> tuple[str, ...]:
        """Hosts trusted over http; a developer's machine trusts its own loopback."""
        loopback = ("localhost", "127.0.0.1", "::1") if self.is_development else ()
        return (*self.trusted_hosts, *loopback)

    @property
    def effective_broker_url(self) -> str:
        """Where a fleet's messages go; empty when there is no broker."""
        return self.broker_url or self.redis_url

    @property
    def effective_database_url(self) -> str:
        """The database URL, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'rapport.sqlite3').absolute()}"


def _production_problems(settings: Settings) -> list[str]:
    problems = []
    secret = settings.secret_key
    if len(secret) < _LEAST_SECRET_LENGTH or len(set(secret)) < 10:
        problems.append("RAPPORT_SECRET_KEY: set at least 32 random characters")
    elif any(secret.lower().startswith(weak) for weak in _WEAK_SECRETS):
        problems.append("RAPPORT_SECRET_KEY: is a placeholder; set random characters")
    if not settings.encryption_keys:
        problems.append("RAPPORT_ENCRYPTION_KEYS: set at least one Fernet key")
    if not settings.base_url.startswith("https://"):
        problems.append("RAPPORT_BASE_URL: must begin with https:// in production")
    return problems


def load_settings(**given: Any) -> Settings:
    """Read and check all settings.

    Args:
        given: values that win over the environment, by field name.

    Raises:
        SettingsError: with a line for every problem, not only the first.
    """
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError(_lines(error)) from error
    return settings.model_copy(update=_missing_keys(settings))


def _missing_keys(settings: Settings) -> dict[str, object]:
    """Fill in keys on a developer's machine; production has refused to come this far without."""
    filled: dict[str, object] = {}
    if settings.is_development and not settings.secret_key:
        filled["secret_key"] = kept_secret_key(settings.data_dir)
    if settings.is_development and not settings.encryption_keys:
        filled["encryption_keys"] = (kept_encryption_key(settings.data_dir),)
    return filled


def _lines(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for problem in error.errors():
        message = problem["msg"].removeprefix("Value error, ")
        if problem["loc"]:
            lines.append(f"{PREFIX}{str(problem['loc'][0]).upper()}: {message}")
        else:
            lines.extend(message.split(" | "))
    return lines


def describe_settings() -> Mapping[str, str]:
    """Return every environment variable with the sentence that explains it."""
    return {
        PREFIX + name.upper(): field.description or ""
        for name, field in Settings.model_fields.items()
    }
