import sys
from dataclasses import MISSING, fields, replace
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from lti_app.activities.exercise.kind import RULES
from lti_app.catalog.library import Library
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.submissions import registry as room
from lti_app.submissions.contract import KindPages, KindRules
from lti_app.submissions.registry import KindError, Registry, load_registry
from tests.conftest import FrozenClock
from tests.submissions.factories import make_course


def test_the_kinds_of_the_house_are_found_by_their_folders() -> None:
    assert "exercise" in list(load_registry(with_pages=True))


def test_a_worker_knows_rules_and_no_pages() -> None:
    kinds = load_registry(with_pages=False)

    assert kinds.rules("exercise").name == "exercise"
    with pytest.raises(KeyError):
        kinds.pages("exercise")


@pytest.mark.parametrize("contract", [KindRules, KindPages])
def test_a_kind_with_a_missing_part_is_refused_when_it_is_made(contract: type) -> None:
    required = [field.name for field in fields(contract) if field.default is MISSING]
    parts = dict.fromkeys(required[:-1])

    with pytest.raises(TypeError, match="missing 1 required"):
        contract(**parts)


def add_kind(monkeypatch: pytest.MonkeyPatch, rules: object) -> None:
    module = ModuleType("their_kind.kind")
    module.RULES = rules  # type: ignore[attr-defined]  # a module made by hand
    monkeypatch.setitem(sys.modules, "their_kind", ModuleType("their_kind"))
    monkeypatch.setitem(sys.modules, "their_kind.kind", module)
    entry = EntryPoint("theirs", "their_kind", room.ENTRY_POINT_GROUP)
    monkeypatch.setattr(room, "entry_points", lambda group: [entry] if group else [])


def test_a_kind_of_somebody_else_comes_by_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    source = replace(RULES.source, kind="theirs", files="theirs/*.yaml")
    add_kind(monkeypatch, replace(RULES, name="theirs", source=source))

    assert "theirs" in list(load_registry(with_pages=False))


def test_two_kinds_of_one_name_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    add_kind(monkeypatch, RULES)

    with pytest.raises(KindError, match="share a name"):
        load_registry(with_pages=False)


def test_what_is_no_kind_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    add_kind(monkeypatch, object())

    with pytest.raises(KindError, match="is not a KindRules"):
        load_registry(with_pages=False)


def test_new_settings_are_the_defaults_with_their_version() -> None:
    settings, version = load_registry(with_pages=False).new_settings("exercise")

    assert (settings["attempts"], settings["counts"], version) == (1, "best", 2)


def copied_by(rules: KindRules | None, activity: ActivityView) -> tuple[dict[str, object], int]:
    known = {rules.name: rules} if rules else {}
    return Registry(Library(), known, {}).copied_settings(activity)


@pytest.fixture
def stored(database: Database, clock: FrozenClock) -> ActivityView:
    with database.write() as session:
        return make_course(session, now=clock()).activity


def test_copy_starts_with_all_settings_of_the_original(stored: ActivityView) -> None:
    changed = replace(stored, settings={**stored.settings, "attempts": 4})

    assert copied_by(RULES, changed) == (changed.settings, RULES.settings_version)


def test_kind_says_what_a_copy_does_not_start_with(stored: ActivityView) -> None:
    fresh = replace(RULES, copy_settings=lambda settings: type(settings)())
    changed = replace(stored, settings={**stored.settings, "attempts": 4})

    settings, _version = copied_by(fresh, changed)

    assert settings == RULES.settings_model().model_dump(mode="json")


def test_settings_of_a_kind_that_is_not_installed_are_copied_as_they_are(
    stored: ActivityView,
) -> None:
    unknown = replace(stored, settings={"depth": 3}, settings_version=9)

    assert copied_by(None, unknown) == ({"depth": 3}, 9)
