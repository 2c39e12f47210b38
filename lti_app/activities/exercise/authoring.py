"""What authors of exercises are asked for, in their words; the fields come from the models."""

from collections.abc import Mapping

from lti_app.activities.exercise.branch.spec import BranchItem
from lti_app.activities.exercise.likert.spec import LikertItem
from lti_app.activities.exercise.sort.spec import SortItem
from lti_app.catalog.authoring import Ask, Authored
from lti_app.core.translation import _

_LIKERT_ASKS: Mapping[str, Ask] = {
    "scale": Ask(_("Statements and answers")),
    "scale.labels": Ask(
        _("Answers, from the least to the most"),
        _("Every statement has the same ones."),
        each=_("Answer"),
        add=_("Add an answer"),
    ),
    "scale.subscales": Ask(
        _("Areas"),
        _("Statements of one area are shown together in the learner’s profile."),
        each=_("Area"),
        add=_("Add an area"),
    ),
    "scale.subscales.title": Ask(_("Name of the area")),
    "scale.subscales.about": Ask(_("What it is about, in one sentence")),
    "scale.statements": Ask(
        _("Statements"),
        _("Each says one thing about oneself."),
        each=_("Statement"),
        add=_("Add a statement"),
    ),
    "scale.statements.text": Ask(_("Statement")),
    "scale.statements.subscale": Ask(_("Area"), names="scale.subscales"),
    "scale.statements.reversed": Ask(_("Agreeing speaks against its area")),
    "what_it_is": Ask(
        _("What it is"), _("One line above the statements, such as “A mirror, not a test.”")
    ),
    "notice": Ask(
        _("What learners should know"),
        _("Stands beside the statements: what it is for, and who sees it."),
    ),
    "afterwards": Ask(
        _("A question for afterwards"), _("Learners read it when they have handed in.")
    ),
}
_LIKERT = Authored(
    name="likert",
    title=_("Self-assessment"),
    about=_("Statements to agree with, and a profile for the learner. Counts for being done."),
    icon="bar-chart-steps",
    model=LikertItem,
    asks=_LIKERT_ASKS,
    blank={
        "minutes": 8,
        "points": 10,
        "scale": {
            "labels": [
                _("Not at all like me"),
                _("A little like me"),
                _("Partly like me"),
                _("Mostly like me"),
                _("Very much like me"),
            ],
            "subscales": [{"id": "new-1"}],
            "statements": [{"id": f"new-{n}", "subscale": "new-1"} for n in (1, 2, 3)],
        },
    },
)

_WHEN = _("All of these must hold.")
_BRANCH_ASKS: Mapping[str, Ask] = {
    "setup": Ask(
        _("Where the story begins"), _("Who the learner is in it, and what has happened.")
    ),
    "start": Ask(_("First scene"), names="scenes"),
    "completion_credit": Ask(
        _("Part of the score for reaching any ending"),
        _("From 0 to 1, such as 0.3. The rest depends on what was chosen."),
        is_seldom=True,
    ),
    "counters": Ask(
        _("What the story keeps count of"),
        _("Such as trust. Options can change it, and scenes can depend on it."),
        each=_("Count"),
        add=_("Add a count"),
        is_seldom=True,
    ),
    "counters.title": Ask(_("Name")),
    "counters.starts": Ask(_("Starts at")),
    "counters.words": Ask(
        _("Words for it"),
        _("Without words it stays behind the scenes."),
        each=_("Word"),
        add=_("Add a word"),
    ),
    "counters.words.from": Ask(_("From")),
    "counters.words.word": Ask(_("Word")),
    "scenes": Ask(
        _("Scenes"),
        _("In each, learners read and choose what to do. Every path leads to an ending."),
        each=_("Scene"),
        add=_("Add a scene"),
    ),
    "scenes.title": Ask(_("Title of the scene")),
    "scenes.text": Ask(_("What happens")),
    "scenes.variants": Ask(
        _("Other texts for what happens"),
        _("The first whose conditions hold is shown instead."),
        each=_("Other text"),
        add=_("Add another text"),
        is_seldom=True,
    ),
    "scenes.variants.when": Ask(
        _("Shown when"), _WHEN, each=_("Condition"), add=_("Add a condition")
    ),
    "scenes.variants.when.key": Ask(_("Count"), names="counters"),
    "scenes.variants.when.at_least": Ask(_("At least")),
    "scenes.variants.when.at_most": Ask(_("At most")),
    "scenes.variants.text": Ask(_("What happens then")),
    "scenes.question": Ask(
        _("Question above the options"), _("Such as “What do you do?”"), unless="ending"
    ),
    "scenes.options": Ask(
        _("Options"),
        _("An ending has none."),
        each=_("Option"),
        add=_("Add an option"),
        unless="ending",
    ),
    "scenes.options.text": Ask(_("What to do")),
    "scenes.options.to": Ask(_("Leads to"), names="scenes"),
    "scenes.options.points": Ask(_("Points"), _("May be below 0. The best path gets all points.")),
    "scenes.options.changes": Ask(
        _("Changes"), each=_("Change"), add=_("Add a change"), is_seldom=True
    ),
    "scenes.options.changes.key": Ask(_("Count"), names="counters"),
    "scenes.options.changes.value": Ask(_("Goes up by"), _("Below 0 it goes down.")),
    "scenes.options.feedback": Ask(_("What it sets in motion"), _("Shown as feedback.")),
    "scenes.options.effects": Ask(
        _("In a few words"),
        _("Shown with the feedback."),
        each=_("Effect"),
        add=_("Add an effect"),
        is_seldom=True,
    ),
    "scenes.options.when": Ask(
        _("Offered only when"),
        _WHEN,
        each=_("Condition"),
        add=_("Add a condition"),
        is_seldom=True,
    ),
    "scenes.options.when.key": Ask(_("Count"), names="counters"),
    "scenes.options.when.at_least": Ask(_("At least")),
    "scenes.options.when.at_most": Ask(_("At most")),
    "scenes.ending": Ask(_("The story ends here")),
    "scenes.visits": Ask(
        _("How often a path may come here"),
        _("More than once only where options lead back."),
        is_seldom=True,
    ),
}
_BRANCH = Authored(
    name="branch",
    title=_("Branching story"),
    about=_("Scenes with choices, each with its consequence. Scored by the path."),
    icon="signpost-split",
    model=BranchItem,
    asks=_BRANCH_ASKS,
    blank={
        "minutes": 12,
        "points": 10,
        "start": "new-1",
        "scenes": [
            {
                "id": "new-1",
                "visits": 1,
                "question": _("What do you do?"),
                "options": [
                    {"id": "new-1", "to": "new-2", "points": 2},
                    {"id": "new-2", "to": "new-3", "points": 0},
                ],
            },
            {"id": "new-2", "visits": 1, "ending": True},
            {"id": "new-3", "visits": 1, "ending": True},
        ],
    },
)

_SORT = Authored(
    name="sort",
    title=_("Sorting"),
    about=_("Cards to put where they belong, with a reason for each. Scored by the cards."),
    icon="ui-checks-grid",
    model=SortItem,
    asks={
        "introduction": Ask(_("What to do"), _("Stands above the cards.")),
        "bins": Ask(_("Where cards can go"), each=_("Place"), add=_("Add a place")),
        "bins.title": Ask(_("Name of the place")),
        "bins.about": Ask(_("What belongs there, in one sentence")),
        "cards": Ask(_("Cards"), each=_("Card"), add=_("Add a card")),
        "cards.text": Ask(_("What the card says")),
        "cards.bin": Ask(_("Belongs to"), names="bins"),
        "cards.feedback": Ask(_("Why it belongs there"), _("Shown as feedback.")),
        "penalty": Ask(_("A card in a wrong place takes points away"), is_seldom=True),
        "conclusion": Ask(_("What to take from it"), _("Shown at the end, with the feedback.")),
    },
    blank={
        "minutes": 7,
        "points": 10,
        "bins": [{"id": "new-1"}, {"id": "new-2"}],
        "cards": [{"id": f"new-{n}"} for n in (1, 2, 3, 4)],
    },
)

#: In the order of the page that asks which one to make.
AUTHORED = (_LIKERT, _BRANCH, _SORT)
