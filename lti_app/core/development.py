"""Keys for a developer's machine: made once, kept in the data folder. Never used in production."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet


def kept_secret_key(folder: Path) -> str:
    """Return the secret key of this data folder; made at the first call, then the same for ever."""
    return _kept(folder / "secret_key", lambda: secrets.token_urlsafe(48))


def kept_encryption_key(folder: Path) -> str:
    """Return the Fernet key of this data folder, so that encrypted rows survive a restart."""
    return _kept(folder / "encryption_key", lambda: Fernet.generate_key().decode())


def _kept(path: Path, make: Callable[[], str]) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(value := make())
    return value
