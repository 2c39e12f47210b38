"""Deep linking in Canvas: one or many by the place, and the way back carries what is remembered."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode

from lti_app.sandbox.dialects.plain.picking import Picking


class CanvasPicking(Picking):
    """Its own data stand in the query of the return address, which has to stay as it is."""

    places: ClassVar[Mapping[str, bool]] = {
        "assignment_selection": False,
        "module_index_menu_modal": True,
    }
    sends_data: ClassVar = False

    def return_query(self, key: str, place: str, data: str | None) -> str:
        return urlencode({"data": f"{key}.{data or ''}", "modal": "true", "placement": place})

    def settings(self, return_url: str, place: str, data: str | None) -> dict[str, object]:
        said = super().settings(return_url, place, data)
        if not self.places[place]:
            # An assignment is graded; elsewhere nothing is said of columns.
            return said
        return {name: value for name, value in said.items() if name != "accept_lineitem"}
