"""Which kinds of activity there are: a folder each in `activities/`, and entry points of others.

The group is `rapport.kinds`; an entry names a package with `kind.RULES` and `pages.PAGES`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TypeVar

from lti_app.catalog.library import Library, load_library
from lti_app.catalog.views import ActivityView
from lti_app.core.paths import package_path, resource_path
from lti_app.submissions.contract import KindPages, KindRules

ENTRY_POINT_GROUP = "rapport.kinds"
_BUILT_IN = "lti_app.activities"

T = TypeVar("T")


class KindError(RuntimeError):
    """A kind is not what the contract says; the program must not start."""


@dataclass(frozen=True)
class Registry:
    """Every kind, and what course packs offer of them. Iterating gives the names."""

    library: Library
    _rules: Mapping[str, KindRules]
    _pages: Mapping[str, KindPages]

    def rules(self, kind: str) -> KindRules:
        """Return the rules of a kind that is installed."""
        return self._rules[kind]

    def pages(self, kind: str) -> KindPages:
        """Return the pages of a kind that is installed; the worker has none."""
        return self._pages[kind]

    def new_settings(self, kind: str) -> tuple[dict[str, object], int]:
        """Return what a new activity of this kind starts with, and the version of it."""
        rules = self._rules[kind]
        return rules.settings_model().model_dump(mode="json"), rules.settings_version

    def copied_settings(self, activity: ActivityView) -> tuple[dict[str, object], int]:
        """Return what a copy of an activity starts with, and the version of it."""
        rules = self._rules.get(activity.kind)
        if rules is None:
            # A kind that is not installed now is not lost by a copy.
            return dict(activity.settings), activity.settings_version
        copied = rules.copy_settings(rules.settings_of(activity))
        return copied.model_dump(mode="json"), rules.settings_version

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the kinds, in alphabetical order."""
        return iter(sorted(self._rules))


def load_registry(*, with_pages: bool) -> Registry:
    """Find every kind and read the course packs; done once when a process starts.

    Args:
        with_pages: False in a worker, which draws nothing and loads no Flask.

    Raises:
        KindError: two kinds of one name, or a package without its parts.
        PackError: a course pack with a mistake.
    """
    rules = load_rules()
    names = [one.name for one in rules]
    pages = [_part(package, "pages", "PAGES", KindPages) for package in _packages() if with_pages]
    library = load_library(resource_path("courses"), [one.source for one in rules])
    return Registry(
        library,
        dict(zip(names, rules, strict=True)),
        dict(zip(names, pages, strict=True)) if with_pages else {},
    )


def load_rules() -> list[KindRules]:
    """Find the rules of every kind, without reading a course pack.

    Raises:
        KindError: two kinds of one name, or a package without its part.
    """
    rules = [_part(package, "kind", "RULES", KindRules) for package in _packages()]
    names = [one.name for one in rules]
    if len(set(names)) < len(names):
        raise KindError(f"two kinds share a name: {', '.join(sorted(names))}")
    return rules


def _packages() -> list[str]:
    folder = package_path("activities")
    built_in = [f"{_BUILT_IN}.{found.name}" for found in iter_modules([str(folder)])]
    return built_in + [entry.value for entry in entry_points(group=ENTRY_POINT_GROUP)]


def _part(package: str, module: str, name: str, expected: type[T]) -> T:
    try:
        part = getattr(import_module(f"{package}.{module}"), name)
    except (ImportError, AttributeError) as error:
        raise KindError(f"{package}.{module} has no {name}: {error}") from error
    if not isinstance(part, expected):
        raise KindError(f"{package}.{module}.{name} is not a {expected.__name__}")
    return part
