"""Words that several commands use. Sentences of commands are English: their readers run servers."""

from datetime import datetime

from lti_app.core.reason import Reason

_REASONS = {
    "unknown_outcome": "The platform did not answer in a way we understand; it is asked first.",
    "not_sent": "The platform could not be reached.",
    "throttled": "The platform asked us to wait.",
    "unauthorised": "The platform does not accept our key.",
    "not_offered": "The platform does not allow us to send scores for this course.",
    "refused": "The platform refused it.",
    "gone": "The platform says that it is gone.",
    "stale_time": "The platform has something newer.",
    "not_gradable": "The platform does not grade this person.",
    "platform_disabled": "The platform is switched off here.",
    "address_refused": "The column is at an address that this platform has not named before.",
    "column_missing": "The gradebook column is being made.",
    "column_taken": "Another copy of the activity took the gradebook column.",
    "column_changing": "The gradebook column gets its new maximum first.",
    "own_maximum": "Somebody chose another maximum for the column in the platform.",
    "time_ahead": "The last score was sent moments ago.",
    "newer_score": "A newer score came while the last one was sent.",
    "job_crashed": "Something went wrong on our side; the log of that moment says what.",
    "roster_goes_on": "The list of people is being read, page by page.",
    "roster_anew": "What has changed could not be had; everybody is read anew.",
    "groups_go_on": "The groups are being read, some people at a time.",
    "subscribed": "It was asked for and is looked at again every day.",
    "database_busy": "The database did not answer in time.",
}


def moment(at: datetime) -> str:
    """Return a time as commands print it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def reason_in_words(reason: Reason) -> str:
    """Return why, with the platform's status and own words where it said something."""
    said = _REASONS.get(reason.code, f"Reason: {reason.code}.")
    status, words = reason.params.get("status"), reason.params.get("words")
    answer = f" It answered {status}." if status else ""
    # A platform's words may hold what moves a terminal's cursor.
    quoted = "".join(sign for sign in str(words) if sign.isprintable()) if words else ""
    return f"{said}{answer}" + (f" In its words: {quoted}" if quoted else "")
