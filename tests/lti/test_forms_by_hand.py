"""The forms of five platforms hold every address of ours, and nothing else."""

import re
import shlex

import pytest
from click.testing import CliRunner

from lti_app.cli.platform import add
from lti_app.lti.configuration import configuration_for
from lti_app.lti.forms_by_hand import HandForm, How
from lti_app.lti.forms_of_platforms import forms_by_hand

BASE = "https://tool.test"
FORMS = list(forms_by_hand(BASE).values())
every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)


def pasted(form: HandForm) -> str:
    values = [entry.value for step in form.steps for entry in step.entries]
    return "\n".join(values)


@every_form
def test_a_form_asks_for_every_address_that_a_launch_needs(form: HandForm) -> None:
    asked = configuration_for(BASE)

    assert asked.launch_url in pasted(form)
    if form.key == "canvas":
        # The other addresses are in what Canvas reads from there.
        assert f"{BASE}/lti/canvas.json" in pasted(form)
    else:
        assert asked.login_url in pasted(form)
        assert asked.jwks_url in pasted(form)
        assert "history=$ResourceLink.id.history" in pasted(form)


@every_form
def test_every_address_is_our_own(form: HandForm) -> None:
    assert set(re.findall(r"https?://[^/\s]+", pasted(form))) == {BASE}


@every_form
def test_what_is_to_be_pasted_has_a_value(form: HandForm) -> None:
    for step in form.steps:
        for entry in step.entries:
            assert bool(entry.value) or entry.how is not How.PASTE, entry.label
            assert entry.value or entry.note or entry.how is How.TICK, entry.label


@every_form
def test_the_command_names_every_option_that_is_needed(form: HandForm) -> None:
    words = shlex.split(form.command.replace("\\\n", " "))

    told = CliRunner().invoke(add, ["--help"]).output
    options = [word for word in words if word.startswith("--")]
    assert {"--name", "--issuer", "--client-id", "--auth-url", "--token-url", "--jwks-url"} <= {
        *options
    }
    assert all(option in told for option in options)


def test_only_of_moodle_is_said_that_it_was_seen() -> None:
    assert [form.key for form in FORMS if form.was_observed] == ["moodle"]
