"""The tool's configuration in the form that Canvas reads from an address or a pasted text. Pure.

Source: Canvas, "Configuring LTI Advantage Tools", anatomy of a JSON configuration.
"""

from typing import Any

from lti_app.lti.configuration import ToolConfiguration
from lti_app.lti.verified import MessageType

PLATFORM = "canvas.instructure.com"
TOOL_ID = "rapport"
#: Of the window in which a teacher chooses an activity.
SELECTION_WIDTH, SELECTION_HEIGHT = 1000, 720
#: What may be begun from a placement; other messages need none.
_PLACED = (MessageType.RESOURCE_LINK, MessageType.DEEP_LINKING)


def canvas_json(asked: ToolConfiguration) -> dict[str, Any]:
    """Return what `/lti/canvas.json` holds."""
    return {
        "title": asked.title,
        "description": asked.description,
        "oidc_initiation_url": asked.login_url,
        "target_link_uri": asked.launch_url,
        "public_jwk_url": asked.jwks_url,
        "scopes": list(asked.scopes),
        "custom_fields": dict(asked.custom_parameters),
        "extensions": [
            {
                "platform": PLATFORM,
                "domain": asked.domain,
                "tool_id": TOOL_ID,
                "privacy_level": asked.canvas_privacy_level,
                "settings": {
                    "text": asked.title,
                    "icon_url": asked.icon_url,
                    "placements": _placements(asked),
                },
            }
        ],
    }


def _placements(asked: ToolConfiguration) -> list[dict[str, Any]]:
    return [
        {
            "placement": placement,
            "message_type": message.type.value,
            "target_link_uri": message.target_link_uri,
            "text": message.label or asked.title,
            "icon_url": asked.icon_url,
            "enabled": True,
            "selection_width": SELECTION_WIDTH,
            "selection_height": SELECTION_HEIGHT,
        }
        for message in asked.messages
        if message.type in _PLACED
        for placement in message.placements
    ]
