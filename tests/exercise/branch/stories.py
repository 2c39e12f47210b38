"""Stories to count on: a small one with everything in it, and the graph of module 1's."""

from typing import Any

from lti_app.activities.exercise.branch.spec import BranchItem

Document = dict[str, Any]


def option(to: str, points: int = 0, **more: Any) -> Document:
    """Return an option that is called after where it leads, unless it has an id."""
    return {"id": to, "text": f"Go to {to}.", "to": to, "points": points, **more}


def scene(name: str, *options: Document, **more: Any) -> Document:
    """Return a scene; without options it is an ending."""
    shape: Document = {"options": list(options), "question": "What do you do?"}
    return {
        "id": name,
        "title": f"Title of {name}",
        "text": f"Text of {name}.",
        **(shape if options else {"ending": True}),
        **more,
    }


def story(*scenes: Document, **changes: Any) -> Document:
    """Return the file of a story that starts in its first scene."""
    return {
        "id": "story",
        "kind": "branch",
        "title": "A story",
        "summary": "Somebody decides.",
        "minutes": 5,
        "points": "10",
        "setup": "The set-up.",
        "start": scenes[0]["id"],
        "scenes": list(scenes),
        **changes,
    }


def read(document: Document) -> BranchItem:
    return BranchItem.model_validate(document)


def small() -> Document:
    """Return a story of four complete paths, 0 to 6 points, one with a condition and a variant."""
    return story(
        scene(
            "monday",
            option("ask", 3, changes={"trust": 1}, feedback="Asking opened a door."),
            option("wait", feedback="The door stayed shut.", effects=["A day was lost"]),
        ),
        scene("ask", option("good", 3, when={"trust": {"at_least": 1}}), option("bad", 1)),
        scene("wait", option("ask", 2), option("bad", 0)),
        scene("good"),
        scene("bad", variants=[{"when": {"trust": {"at_least": 1}}, "text": "Trusted, yet late."}]),
        counters=[
            {
                "id": "trust",
                "title": "Trust in the team",
                "words": [{"from": 0, "word": "Cautious"}, {"from": 1, "word": "Growing"}],
            }
        ],
    )


def handover() -> Document:
    """Return the graph of module 1's story: 21 complete paths, 0 to 9 points."""
    return story(
        scene("n1", option("n2a", 1), option("n2b", 3), option("n2c", 0)),
        scene("n2a", option("n3", 3, id="aloud"), option("n3", 1, id="quietly")),
        scene("n2b", option("n3", 3, id="together"), option("n3", 2, id="forward")),
        scene("n2c", option("n2b", 2), option("n3", 0)),
        scene("n3", option("end-a", 3), option("end-b", 1), option("end-b", 0, id="no-need")),
        scene("end-a"),
        scene("end-b"),
        completion_credit="0.3",
    )
