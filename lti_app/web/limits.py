"""How many requests one source may make. Counters live in the process, or in Redis when set."""

from flask import Flask, request
from flask_limiter import Limiter

from lti_app.web.context import services

#: The burst is what a large class needs at once; the window is what makes it an average.
ADDRESS_WINDOW_SECONDS = 200
REGISTRATION_WINDOW_SECONDS = 20


def _address() -> str:
    return request.remote_addr or "unknown"


def _registration() -> str:
    return f"{request.values.get('iss', '')[:255]}|{request.values.get('client_id', '')[:255]}"


limiter = Limiter(_address, strategy="sliding-window-counter", headers_enabled=False)

#: One address may be a whole campus, so it gets a large burst; a flood from it is cut all the same
#: and, because a registration has room for two such bursts, does not lock others out.
limit_logins_per_address = limiter.limit(
    lambda: (
        f"{services().settings.login_burst_per_address} per {ADDRESS_WINDOW_SECONDS} seconds"
    ),
    key_func=_address,
)
limit_logins_per_registration = limiter.limit(
    lambda: (
        f"{services().settings.login_rate_per_second * REGISTRATION_WINDOW_SECONDS}"
        f" per {REGISTRATION_WINDOW_SECONDS} seconds"
    ),
    key_func=_registration,
)


def limit_requests(app: Flask, redis_url: str) -> None:
    """Install the limits."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url or "memory://"
    limiter.init_app(app)
