"""Stories to count on: a small one with everything in it, and the graph of module 1's."""

from typing import Any

from lti_app.activities.exercise.branch.spec import BranchItem

Document = dict[str, Any]


def option(name: str, points: int = 0, **more: Any) -> Document:
    """Return an option that leads to the scene it is called after, unless told otherwise."""
    return {"id": name, "text": f"Go to {name}.", "to": name, "points": points, **more}


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
        scene("n2a", option("aloud", 3, to="n3"), option("quietly", 1, to="n3")),
        scene("n2b", option("together", 3, to="n3"), option("forward", 2, to="n3")),
        scene("n2c", option("n2b", 2), option("n3", 0)),
        scene("n3", option("end-a", 3), option("end-b", 1), option("no-need", 0, to="end-b")),
        scene("end-a"),
        scene("end-b"),
        completion_credit="0.3",
    )


def told() -> Document:
    """Return a story of the usual length, to look at: two counters, effects, a variant."""
    words = [
        {"from": -9, "word": "Thin"},
        {"from": 0, "word": "Cautious"},
        {"from": 1, "word": "Growing"},
    ]
    notes = [{"from": 0, "word": "Not yet"}, {"from": 1, "word": "Yes"}]
    return story(
        scene(
            "monday",
            option(
                "quiet",
                1,
                to="noon",
                text="Ask two specialists to work on it and trouble nobody else.",
                feedback="Two good heads are on it. Whoever has seen it before is not among them.",
                effects=["A day went by"],
            ),
            option(
                "open",
                3,
                to="lunch",
                text="Describe the fault where every floor can read it, with what you have tried"
                " and when you need an answer, and ask who has met it before.",
                changes={"trust": 1},
                feedback="The question can be found now, and asking it aloud made asking easier"
                " for the next person.",
                effects=["Trust in the team grew", "Two days are left"],
            ),
            option("slip", 0, to="lunch", text="Tell the client that it will be late."),
            title="Monday, 9:00",
            text="The test rig fails for the third time, in the same way as last year. Nobody in"
            " the room was here last year.",
            question="What do you do first?",
        ),
        scene(
            "noon",
            option("call", 2, to="note", text="Call the person who left for another floor."),
            option("wait", 0, to="search", text="Give the two of them until the evening."),
            title="Tuesday, noon",
            text="No result. Somebody says quietly that another floor had this once.",
        ),
        scene(
            "lunch",
            option("together", 3, to="note", text="Call her with the whole team listening."),
            option("forward", 1, to="search", text="Send the note to your best engineer."),
            title="Monday, after lunch",
            text="Two answers: a guess, and a link to a note that somebody left unfinished.",
        ),
        scene(
            "note",
            title="In spring",
            text="A new colleague finds four lines, and is done in two minutes.",
            variants=[
                {"when": {"trust": {"at_most": 0}}, "text": "The note is there. Few add to it."}
            ],
        ),
        scene("search", title="In spring", text="The fault is back, and so is the search."),
        id="told",
        title="The answer was in the building",
        minutes=12,
        setup="You lead six people. The client calls on Wednesday at 10:00. Somebody in this"
        " building has solved this before, and nobody on your team knows.",
        completion_credit="0.3",
        counters=[
            {"id": "trust", "title": "Trust in the team", "words": words},
            {"id": "notes", "title": "Written down for others", "words": notes},
        ],
    )
