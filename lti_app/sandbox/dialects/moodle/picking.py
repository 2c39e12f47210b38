"""Deep linking in Moodle: it always takes several, always asks to confirm, and knows no labels."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode

from lti_app.sandbox.dialects.plain.picking import LinkDraft, Picking
from lti_app.sandbox.payloads import Body


class MoodlePicking(Picking):
    """Whatever comes becomes an activity, also what is no link; there is no `data`."""

    places: ClassVar[Mapping[str, bool]] = {"ContentArea": True}
    confirms: ClassVar = True
    takes_labels: ClassVar = False
    sends_data: ClassVar = False

    def return_query(self, key: str, place: str, data: str | None) -> str:
        del place, data
        return urlencode({"course": "2", "id": "1", "sesskey": key})

    def settings(self, return_url: str, place: str, data: str | None) -> dict[str, object]:
        said = super().settings(return_url, place, data)
        # Of columns nothing is said, and they are made.
        del said["accept_lineitem"]
        return {
            **said,
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_copy_advice": False,
            "accept_unsigned": False,
            "can_confirm": False,
            "title": "Rapport",
            "text": "",
        }

    def read(self, item: Body) -> LinkDraft | None:
        return super().read({**item, "type": "ltiResourceLink"})
