"""What the control page does to the platform as a whole: faults, tokens, keys, the clock."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from flask.typing import ResponseReturnValue

from lti_app.sandbox.access_tokens import expire_tokens
from lti_app.sandbox.control.page_forms import choice, not_understood, number, text, whole_number
from lti_app.sandbox.control.page_guard import back_to_controls, deeds_blueprint
from lti_app.sandbox.faults import Service
from lti_app.sandbox.presets import preset, preset_names
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.storage import Manner

blueprint = deeds_blueprint("platform")


class PlatformDeed(StrEnum):
    """What can be done to the platform as a whole."""

    END_TOKENS = "end_tokens"
    NEW_KEY = "new_key"
    NEW_KEY_ALONE = "new_key_alone"
    SET_CLOCK = "set_clock"


@blueprint.post("/faults")
def set_fault() -> ResponseReturnValue:
    """Set a named fault of one service, for some requests or some seconds where that is said."""
    sandbox = current_sandbox()
    service, name = choice("service", Service), text("preset")
    requests, seconds = whole_number("requests", least=1), number("seconds")
    if name not in preset_names():
        raise not_understood()
    fault = preset(name, sandbox.now())
    until = None if seconds is None else sandbox.now() + timedelta(seconds=seconds)
    sandbox.faults.set(service, replace(fault, request_count=requests, until=until))
    return back_to_controls()


@blueprint.post("/faults/clear")
def clear_fault() -> ResponseReturnValue:
    """Let one service work again."""
    current_sandbox().faults.clear(choice("service", Service))
    return back_to_controls()


@blueprint.post("/storage")
def set_manner() -> ResponseReturnValue:
    """Set how the pages that are opened from now on keep words for tools."""
    current_sandbox().storage.manner = choice("manner", Manner)
    return back_to_controls()


@blueprint.post("/platform")
def change_platform() -> ResponseReturnValue:
    """End all access tokens, sign with a new key, or set the clock off."""
    sandbox, deed = current_sandbox(), choice("deed", PlatformDeed)
    if deed is PlatformDeed.END_TOKENS:
        with sandbox.database.write() as session:
            expire_tokens(session)
    elif deed is PlatformDeed.SET_CLOCK:
        sandbox.skew.by = timedelta(seconds=number("offset", least=-1e9) or 0)
    else:
        sandbox.keys.rotate(keep_old=deed is PlatformDeed.NEW_KEY)
    return back_to_controls()
