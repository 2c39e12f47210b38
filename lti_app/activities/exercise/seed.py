"""What decides an order that looks like chance: the same on every reload and every device."""

import hmac
from hashlib import sha256

from flask import current_app


def seed_of(*parts: str | int) -> str:
    """Return what only this server can make of these parts.

    Nothing is stored of it. Whoever knows the parts, such as their own attempt at an activity,
    cannot find out the order that a file had before it was shuffled.
    """
    told = "\x1f".join(str(part) for part in parts)
    return _digest(str(current_app.secret_key), told)


def dealt(seed: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return a mark for each name, in an order that neither the names nor their places tell."""
    marks = {name: _digest(seed, name)[:12] for name in names}
    return dict(sorted(marks.items(), key=lambda pair: pair[1]))


def _digest(key: str, told: str) -> str:
    return hmac.new(key.encode(), told.encode(), sha256).hexdigest()
