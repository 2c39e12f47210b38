"""Why work was not taken. Nothing that was sent is lost: the page keeps it on screen."""

from lti_app.core.errors import ConflictError, RapportError


class NotOpenError(ConflictError):
    """The activity opens later."""

    code = "activity_not_open"


class ClosedError(ConflictError):
    """The activity takes no more work."""

    code = "activity_closed"


class NoAttemptsLeftError(ConflictError):
    """The person has handed in as often as the activity allows."""

    code = "no_attempts_left"


class HandedInElsewhereError(ConflictError):
    """The attempt that the page showed was handed in from another tab or device."""

    code = "handed_in_elsewhere"


class ItemChangedError(ConflictError):
    """What the page asked for was changed after it was opened; answers to it mean nothing now."""

    code = "item_changed"


class DraftConflictError(ConflictError):
    """Another tab or device saved a draft after the page was opened; see both."""

    code = "draft_conflict"


class KeyReusedError(RapportError):
    """The same request key came with other answers; the first stand."""

    code = "key_reused"
    status = 422


class AnswersRefusedError(RapportError):
    """The answers are not what the activity asks for."""

    code = "answers_refused"
    status = 422
