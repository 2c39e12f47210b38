"""The sentence that goes to the gradebook with a score, in the person's language."""

from lti_app.core.translation import _, best_locale, translations

#: Counts for being done; what was answered is not graded.
COMPLETE = "complete"
#: Counts for what was chosen; the activity itself says more, once it may.
FROM_CHOICES = "from_choices"
#: A person entered the points.
SET_BY_HAND = "set_by_hand"
#: The activity closed, and whoever runs the course wants a nought then.
NOT_HANDED_IN = "not_handed_in"

_SENTENCES = {
    COMPLETE: _("Complete. This counts for being done, not for what was answered."),
    FROM_CHOICES: _("Scored from your choices. Open the activity to read what they set in motion."),
    SET_BY_HAND: _("Set by the people who run the course."),
    NOT_HANDED_IN: _("Nothing was handed in before this closed."),
}


def comment_text(code: str | None, locale: str | None) -> str | None:
    """Return the sentence of a code; None where there is nothing to say.

    >>> comment_text(COMPLETE, "xx")
    'Complete. This counts for being done, not for what was answered.'
    """
    if code is None or code not in _SENTENCES:
        return None
    return translations(best_locale([locale or ""])).gettext(_SENTENCES[code])
