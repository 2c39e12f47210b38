"""All course packs, read once when the program starts, and items by their address."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lti_app.catalog.loading import load_pack
from lti_app.catalog.pack import CoursePack, ItemSource, Module, PackItem


@dataclass(frozen=True)
class Library:
    """What instructors can choose from."""

    packs: tuple[CoursePack, ...] = ()

    def find_item(self, address: str) -> PackItem | None:
        """Return the item of `<pack>/<item id>`, None when there is no such item."""
        items = (item for pack in self.packs for module in pack.modules for item in module.items)
        return next((item for item in items if item.address == address), None)

    def find_module(self, pack: str, item: str) -> tuple[CoursePack, Module] | None:
        """Return the course and module that an item stands in, None when no pack has it."""
        modules = (
            (one, module) for one in self.packs if one.slug == pack for module in one.modules
        )
        return next(
            (
                (course, module)
                for course, module in modules
                if any(found.spec.id == item for found in module.items)
            ),
            None,
        )


def load_library(folder: Path, sources: Sequence[ItemSource]) -> Library:
    """Read every pack below a folder.

    Raises:
        PackError: a pack that cannot be taught stops the start, and says which line to mend.
    """
    packs = sorted(path.parent for path in folder.glob("*/course.yaml"))
    return Library(tuple(load_pack(pack, sources) for pack in packs))
