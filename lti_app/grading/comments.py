"""The sentence that goes to the gradebook with a score, in the person's language."""

from lti_app.core.translation import _, best_locale, translations

#: Counts for being done; what was answered is not graded.
COMPLETE = "complete"

_SENTENCES = {
    COMPLETE: _("Complete. This counts for being done, not for what was answered."),
}


def comment_text(code: str | None, locale: str | None) -> str | None:
    """Return the sentence of a code; None where there is nothing to say.

    >>> comment_text(COMPLETE, "xx")
    'Complete. This counts for being done, not for what was answered.'
    """
    if code is None or code not in _SENTENCES:
        return None
    return translations(best_locale([locale or ""])).gettext(_SENTENCES[code])
