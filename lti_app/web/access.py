"""Who may use a route. Every route says so; an app with a silent one does not start."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, Protocol, cast

from flask import Flask
from flask.typing import ResponseReturnValue

from lti_app.core.errors import ForbiddenError
from lti_app.people.roles import Role
from lti_app.web.context import viewer
from lti_app.web.render import Page

ViewResult = ResponseReturnValue | Page
P = ParamSpec("P")


class Declarer(Protocol):
    """A decorator. To Flask a guarded view returns what Flask knows: pages are drawn later."""

    def __call__(self, view: Callable[P, ViewResult], /) -> Callable[P, ResponseReturnValue]:
        """Return the view, guarded."""


EVERY_ROLE = frozenset(Role)
STAFF = frozenset({Role.INSTRUCTOR, Role.TEACHING_ASSISTANT})


class Door(StrEnum):
    """How a request is let in before roles are asked."""

    SESSION = "session"
    OPEN = "open"
    TOKEN = "token"  # noqa: S105 - the name of a kind of door, not a secret


class Transaction(StrEnum):
    """Who opens the database for a view."""

    FRAMEWORK = "framework"
    OWN = "own"


@dataclass(frozen=True)
class Access:
    """What a route declares.

    Attributes:
        roles: who may use it inside their own course; empty for a door that asks no role.
        is_csrf_exempt: only for what a platform posts; see `web.csrf`.
    """

    door: Door
    roles: frozenset[Role] = frozenset()
    transaction: Transaction = Transaction.FRAMEWORK
    is_csrf_exempt: bool = False


def access(*roles: Role) -> Declarer:
    """Declare a page of a launch session and the roles that may use it.

    Another role of the same course gets 403; nobody else learns that the page exists.
    """
    return _declared(Access(Door.SESSION, frozenset(roles)))


def open_to_all(
    *, transaction: Transaction = Transaction.FRAMEWORK, is_csrf_exempt: bool = False
) -> Declarer:
    """Declare a route before any session: login, launch, keys, health, static files."""
    return _declared(Access(Door.OPEN, transaction=transaction, is_csrf_exempt=is_csrf_exempt))


def token_only() -> Declarer:
    """Declare a route that checks a bearer token of its own."""
    return _declared(Access(Door.TOKEN))


def _declared(declaration: Access) -> Declarer:
    def declare(view: Callable[P, ViewResult]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if declaration.door is Door.SESSION and viewer().role not in declaration.roles:
                raise ForbiddenError("role_may_not")
            return cast(ResponseReturnValue, view(*args, **kwargs))

        guarded.rapport_access = declaration  # type: ignore[attr-defined]  # read by access_of
        return guarded

    return declare


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view declares, or None."""
    return getattr(view, "rapport_access", None)


def undeclared_endpoints(app: Flask) -> Iterable[str]:
    """Yield the endpoints that do not say who may use them."""
    for rule in app.url_map.iter_rules():
        if access_of(app.view_functions[rule.endpoint]) is None:
            yield rule.endpoint
