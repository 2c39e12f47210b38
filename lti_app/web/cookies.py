"""Cookies that survive in a cross-site frame, and as few of them as a browser will send.

CHIPS: only a cookie with `Partitioned` comes back where third-party cookies are blocked.
"""

from werkzeug.wrappers import Request, Response

from lti_app.web.session import COOKIE_PREFIX

LOGIN_COOKIE_PREFIX = "__Host-rp-login-"
NEWEST_SESSIONS = 20
NEWEST_LOGINS = 10
_ATTRIBUTES = "Secure; HttpOnly; Path=/; SameSite=None; Partitioned"


def set_frame_cookie(response: Response, name: str, value: str, *, max_age: int) -> None:
    """Set a cookie that a cross-site frame sends back and no script reads."""
    # Name and value are ours, and safe as they are: nothing needs quoting.
    response.headers.add("Set-Cookie", f"{name}={value}; Max-Age={max_age}; {_ATTRIBUTES}")


def expire_frame_cookie(response: Response, name: str) -> None:
    """Take a cookie back, with the attributes it was set with: a browser ignores it otherwise."""
    set_frame_cookie(response, name, "", max_age=0)


def expire_surplus(request: Request, response: Response) -> None:
    """Expire all but the newest session and login cookies.

    Browsers send cookies of equal path oldest first (RFC 6265 section 5.4), and keep over 10 kB
    of them; the server's header limit is 16 kB.
    """
    if len(request.cookies) < min(NEWEST_LOGINS, NEWEST_SESSIONS):
        return
    being_set = response.headers.getlist("Set-Cookie")
    logins = [name for name in request.cookies if name.startswith(LOGIN_COOKIE_PREFIX)]
    sessions = [
        name
        for name in request.cookies
        if name.startswith(COOKIE_PREFIX) and not name.startswith(LOGIN_COOKIE_PREFIX)
    ]
    sets_login = any(cookie.startswith(LOGIN_COOKIE_PREFIX) for cookie in being_set)
    sets_session = bool(being_set) and not sets_login
    surplus = _surplus(logins, NEWEST_LOGINS - sets_login)
    for name in surplus + _surplus(sessions, NEWEST_SESSIONS - sets_session):
        expire_frame_cookie(response, name)


def _surplus(names: list[str], newest: int) -> list[str]:
    return names[:-newest]
