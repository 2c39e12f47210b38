"""Addresses of our static files: each names its content, so a browser may keep the file for a year.

It never builds them: `hatch_build.py` does, when the package is installed.
"""

from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from flask import g, url_for

from lti_app.core.paths import package_path

_VERSION_LENGTH = 12


def asset_url(name: str) -> str:
    """Return the address of a file in `lti_app/static/`, such as `vendor/app.css`.

    Raises:
        FileNotFoundError: there is no such file; `make assets` builds those in `vendor/`.
    """
    # An icon stands in every line of a table: its file is looked at once a page.
    known: dict[str, str] = g.setdefault("rapport_assets", {})
    if name not in known:
        known[name] = _address(name, asset_version(name))
    return known[name]


def asset_version(name: str) -> str:
    """Return the beginning of a file's SHA-256, read again when the file has changed."""
    path = _path(name)
    return _version(path, path.stat().st_mtime_ns)


@cache
def _address(name: str, version: str) -> str:
    return url_for("static.file", filename=name, v=version)


@lru_cache
def _path(name: str) -> Path:
    return package_path("static") / name


@cache
def _version(path: Path, _modified_ns: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:_VERSION_LENGTH]
