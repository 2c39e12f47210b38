"""Where templates, courses and migrations lie: in the wheel, or in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource_path(name: str) -> Path:
    """Return the folder `templates`, `courses` or `migrations`.

    A wheel carries them in `lti_app/_data`; a checkout has them beside the package.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for parent in (_PACKAGE / "_data", _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"{name}: neither in {_PACKAGE / '_data'} nor beside {_PACKAGE}")


def package_path(name: str) -> Path:
    """Return a folder inside the package, such as `static` or `translations`."""
    return _PACKAGE / name
