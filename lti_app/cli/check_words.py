"""What `rapport platform check` says: for each finding what it is, and what to do about it."""

import shlex
from collections.abc import Iterator

from lti_app.lti.findings import Finding, Verdict

_INDENT = " " * 9
_ABOUT_WIDTH = 12
_UNREACHED = "Open it in a browser on this machine, and compare it with what the platform shows."
_SAYS = "The platform's words: {words}"
#: By the code of a finding: what is, and what to do (empty when nothing is).
WORDS: dict[str, tuple[str, str]] = {
    "disabled": (
        "This platform is switched off here: every launch is refused, no score is sent.",
        "Nothing else is wrong because of it; what follows is checked all the same.",
    ),
    "is_untried": (
        "This platform was registered by a link and has not been opened yet.",
        "Open an activity once from a course: the first launch that is proven makes it active.",
    ),
    "is_waiting": (
        "This platform was registered by a link and waits for your word; launches are refused.",
        "Let it in: rapport platform approve {platform}",
    ),
    "deployments_none": (
        "No deployment is known yet.",
        "Open an activity once from a course; its deployment then waits for your approval.",
    ),
    "deployments_approved": ("Known: {count}, all approved.", ""),
    "deployment_waits": (
        "Deployment {deployment} waits for approval; its launches are refused.",
        "Let it in: rapport deployment approve {platform} {quoted}",
    ),
    "own_keys_found": ("Our key set is at {url}, with the key that signs now.", ""),
    "own_keys_status": (
        "{url} answers {status} instead of our key set; the platform cannot check us.",
        "Is the web server running, and does RAPPORT_BASE_URL lead to it?",
    ),
    "own_keys_without_ours": (
        "What is at {url} does not hold the key that signs here.",
        "Another installation answers there, or this one uses another database.",
    ),
    "keys_found": ("{url} holds keys that launches can be checked with: {count}.", ""),
    "keys_status": (
        "{url} answers {status} instead of a key set; launches cannot be checked.",
        "Compare the public keyset URL with what the platform shows.",
    ),
    "keys_none": (
        "At {url} is no key that we can check launches with (RSA, 2048 bits or more).",
        "Compare the public keyset URL with what the platform shows.",
    ),
    "keys_private": (
        "The platform publishes private keys at {url}: anybody can sign launches with them.",
        "Tell whoever runs the platform at once. They have to replace the keys.",
    ),
    "clock_agrees": ("The clocks agree.", ""),
    "clock_untold": ("The platform does not tell its time, so the clocks were not compared.", ""),
    "clock_ahead": (
        "The platform's clock is {seconds} seconds ahead of ours.",
        "Set both by NTP; see which is wrong with: date -u",
    ),
    "clock_behind": (
        "The platform's clock is {seconds} seconds behind ours.",
        "Set both by NTP; see which is wrong with: date -u",
    ),
    "token_given": ("{url} gives access tokens.", ""),
    "token_missing": (
        "{url} answers {status}, but with no access token in it.",
        "Compare the access token URL with what the platform shows.",
    ),
    "token_nowhere": (
        "{url} answers {status} and gives no access token.",
        (
            "Compare the access token URL with what the platform shows. Moodle answers such a page"
            " too when it may not fetch our key set: look at its “cURL blocked hosts list” and"
            " “cURL allowed ports list”."
        ),
    ),
    "token_no_scope": (
        "The platform knows this tool, but grants it no service at all.",
        "Switch on its services where the tool is registered in the platform.",
    ),
    "token_clock": (
        "The platform refuses our request for a token because of its time. " + _SAYS,
        "The clocks are too far apart: set both by NTP, and compare them with: date -u",
    ),
    "token_key": (
        "The platform does not accept our key. " + _SAYS,
        (
            "It must be able to fetch our key set: compare the public keyset URL in the platform"
            " with ours. If a key was just changed at once, it may hold the old set for a day."
        ),
    ),
    "token_audience": (
        "The platform expects another audience. " + _SAYS,
        "Register the platform again with the audience that it shows, by --audience.",
    ),
    "token_client": (
        "The platform does not know our client id. " + _SAYS,
        "Compare the client id with what the platform shows; is the tool switched on there?",
    ),
    "token_refused": (
        "The platform gives no token; it answers {status}. " + _SAYS,
        "Compare client id, access token URL and key set URL with what the platform shows.",
    ),
    "scope_granted": ("{scope}", ""),
    "scope_missing": (
        "{scope} is not granted: {costs}. " + _SAYS,
        "Switch this service on where the tool is registered in the platform.",
    ),
    "scope_lacking": (
        "{scope} is not granted: {costs}. " + _SAYS,
        "Nothing, if the platform has no such service; else switch it on there.",
    ),
    "scope_only_alone": ("{scope} is granted when asked for alone; that is enough.", ""),
    "services_untold": (
        "No launch from a course has told of a service yet.",
        "Open an activity once as a teacher, then check again.",
    ),
    "service_without_token": ("{url} was not asked: the platform gives no token for it.", ""),
    "service_answers": ("{url} answers.", ""),
    "service_not_granted": (
        "The platform gave a token that does not open {url}.",
        "Switch this service on where the tool is registered in the platform.",
    ),
    "service_unauthorised": (
        "{url} does not accept the token that the platform gave. " + _SAYS,
        (
            "The service may be switched off, or off for this course. Canvas answers so too when a"
            " scope is missing."
        ),
    ),
    "service_gone": (
        "{url} is not there (any more). " + _SAYS,
        "Was the course deleted? Open an activity in another one, then check again.",
    ),
    "service_refused": (
        "{url} refuses; it answers {status}. " + _SAYS,
        "Ask whoever runs the platform, with this line.",
    ),
    "service_failing": (
        "{url} has trouble; it answers {status}. " + _SAYS,
        "What is owed is tried again. If it stays, tell whoever runs the platform.",
    ),
    "service_unreadable": (
        "{url} answers {status}, but not with what the service should give.",
        "A login or maintenance page may stand in between.",
    ),
    "throttled": (
        "The platform asks us to wait.",
        "Check again in a few minutes.",
    ),
    "address_refused": (
        "{url} is not asked: it is a private address, or not https.",
        "If that is meant, name its host in RAPPORT_TRUSTED_HOSTS.",
    ),
    "no_connection": ("Nobody answers at {url}.", _UNREACHED),
    "no_trust": (
        "The certificate of {url} is not trusted: it is self-signed, expired, or for another name.",
        "Give the platform a certificate that browsers take. There is no switch to go without.",
    ),
    "too_slow": ("{url} takes too long to answer.", _UNREACHED),
    "too_large": ("{url} answers more than it should; we stopped reading.", _UNREACHED),
    "no_answer": ("{url} breaks off without an answer.", _UNREACHED),
}
_COSTS = {
    "lineitem": "no gradebook column can be made",
    "result.readonly": "grades that somebody gave in the platform are not seen",
    "score": "no grade reaches the gradebook",
    "contextmembership.readonly": "people are known only once they come",
    "contextgroup.readonly": "groups of the platform are not seen",
    "noticehandlers": "copied courses are noticed only when somebody opens them",
}


def lines_of(finding: Finding) -> Iterator[str]:
    """Yield the lines for one finding: how it stands and what it is, then what to do."""
    quoted = shlex.quote(_plain(str(finding.params.get("deployment", ""))))
    params = {"costs": _cost(finding), "quoted": quoted, **finding.params}
    sentence, todo = (_plain(words.format(**params)) for words in WORDS[finding.code])
    yield f"{finding.verdict.value:<{len(_INDENT)}}{finding.about:<{_ABOUT_WIDTH}}{sentence}"
    if todo and finding.verdict is not Verdict.GOOD:
        yield f"{_INDENT}{'':<{_ABOUT_WIDTH}}What to do: {todo}"


def _cost(finding: Finding) -> str:
    name = str(finding.params.get("scope", "")).rpartition("/")[2]
    return _COSTS.get(name, "something is missing")


def _plain(text: str) -> str:
    """Leave out what moves a terminal's cursor, and a quotation of nothing."""
    shown = "".join(sign for sign in text if sign.isprintable())
    return shown.removesuffix("The platform's words: ").rstrip()
