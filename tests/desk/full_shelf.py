"""A shelf with much on it."""

from dataclasses import replace

from flask import Flask

from lti_app.catalog.library import Library
from lti_app.catalog.pack import CoursePack, Module, PackItem
from lti_app.catalog.spec import CourseFile, ModuleHead
from lti_app.submissions.current import EXTENSION
from tests.peers.world import ITEM

MODULES, ITEMS = 8, 40


def fill_shelf(tool: Flask) -> CoursePack:
    """Put a pack of many modules with many items beside the real one."""
    kinds = tool.extensions[EXTENSION]
    like = kinds.library.find_item(ITEM)
    heads = tuple(
        ModuleHead(slug=f"part-{n}", title=f"Part {n}", objective="Learn.")
        for n in range(1, MODULES + 1)
    )
    course = CourseFile(
        title="Full",
        summary="Full.",
        version=1,
        locale="en",
        licence="CC BY 4.0",
        modules=heads,
    )

    def items(number: int, head: ModuleHead) -> tuple[PackItem, ...]:
        return tuple(
            PackItem(
                "full",
                like.kind,
                head,
                number,
                like.spec.model_copy(
                    update={"id": f"p{number}-{place}", "title": f"Task {place} of {number}"}
                ),
            )
            for place in range(1, ITEMS + 1)
        )

    pack = CoursePack(
        "full",
        course,
        tuple(Module(n, head, "", items(n, head)) for n, head in enumerate(heads, start=1)),
    )
    library = Library((*kinds.library.packs, pack))
    tool.extensions[EXTENSION] = replace(kinds, library=library)
    return pack
