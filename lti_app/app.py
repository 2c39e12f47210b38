"""The wiring of a web process: every room is handed what it needs, in one place."""

from collections.abc import Callable
from pathlib import Path

from lti_app.bridge.adding import DeepLinkCourier
from lti_app.bridge.config_pages import blueprint as config_blueprint
from lti_app.bridge.entrance import EXTENSION as BRIDGE
from lti_app.bridge.entrance import Bridge
from lti_app.bridge.messages import LTI_MESSAGES
from lti_app.bridge.notice_views import EXTENSION as NOTICES
from lti_app.bridge.notice_views import blueprint as notices_blueprint
from lti_app.bridge.owed import count_owed
from lti_app.bridge.registering import EXTENSION as REGISTRAR
from lti_app.bridge.registering import blueprint as registering_blueprint
from lti_app.bridge.registering_messages import REGISTERING_MESSAGES
from lti_app.bridge.storage_views import blueprint as storage_blueprint
from lti_app.bridge.views import blueprint as lti_blueprint
from lti_app.core.parts import Parts
from lti_app.desk.adding.port import EXTENSION as COURIER
from lti_app.desk.authoring.pages import blueprint as authoring_blueprint
from lti_app.desk.chooser import blueprint as chooser_blueprint
from lti_app.desk.copied import blueprint as copied_blueprint
from lti_app.desk.following import blueprint as following_blueprint
from lti_app.desk.group_files import blueprint as group_files_blueprint
from lti_app.desk.groups import blueprint as groups_blueprint
from lti_app.desk.messages import DESK_MESSAGES
from lti_app.desk.pages import blueprint as desk_blueprint
from lti_app.desk.picker.pages import blueprint as picker_blueprint
from lti_app.desk.picker.steps import blueprint as picking_blueprint
from lti_app.desk.reviewing import blueprint as reviewing_blueprint
from lti_app.desk.roster import blueprint as roster_blueprint
from lti_app.lti.keys import Signer
from lti_app.lti.launch import LaunchVerifier
from lti_app.lti.legacy import LegacyIds
from lti_app.lti.notice_tokens import NoticeVerifier
from lti_app.lti.registering import Registrar
from lti_app.lti.registrations import get_platform_by_id
from lti_app.submissions.autosave import blueprint as autosave_blueprint
from lti_app.submissions.current import EXTENSION as KINDS
from lti_app.submissions.gradebook import blueprint as gradebook_blueprint
from lti_app.submissions.lesson_pages import blueprint as lessons_blueprint
from lti_app.submissions.messages import SUBMISSIONS_MESSAGES
from lti_app.submissions.pages import blueprint as submissions_blueprint
from lti_app.submissions.registry import Registry, load_registry
from lti_app.submissions.results_pages import blueprint as results_blueprint
from lti_app.submissions.settings_pages import blueprint as settings_blueprint
from lti_app.web import gallery, health, leave, metrics, own_tab, static, way_back, zone
from lti_app.web.application import RapportFlask, make_application, refuse_undeclared_routes
from lti_app.web.context import Services
from lti_app.web.limits import limit_requests
from lti_app.web.messages import register_messages
from lti_app.web.owed import report_owed
from lti_app.web.platform import tell_platform_names


def _sleep_on() -> None:
    """Wake nobody: the worker of this installation polls."""


def create_app(
    parts: Parts,
    *,
    wake: Callable[[], None] = _sleep_on,
    registry: Registry | None = None,
    translations: Path | None = None,
) -> RapportFlask:
    """Return the app, ready to serve.

    Args:
        wake: called after a commit that made a job due.
        registry: the kinds and packs, if somebody has read them already.
        translations: folder of the catalogues; the package's own unless given.

    Raises:
        UndeclaredRouteError: a route does not say who may use it.
    """
    registry = registry or load_registry(with_pages=True)
    app = make_application(
        Services(parts.settings, parts.database, parts.clock, parts.keyring, wake),
        translations=translations,
    )
    app.extensions[KINDS] = registry
    app.extensions[NOTICES] = NoticeVerifier(parts.database, parts.http, parts.clock)
    app.extensions[BRIDGE] = Bridge(_verifier(parts), registry)
    app.extensions[REGISTRAR] = _registrar(parts)
    signer = Signer(parts.database, parts.keyring, parts.clock)
    app.extensions[COURIER] = DeepLinkCourier(signer, parts.settings.base_url)
    limit_requests(app, parts.settings)
    metrics.count_requests(app)
    report_owed(app, count_owed)
    tell_platform_names(app, lambda session, row: get_platform_by_id(session, row).name)
    register_messages(app, LTI_MESSAGES)
    register_messages(app, REGISTERING_MESSAGES)
    register_messages(app, SUBMISSIONS_MESSAGES)
    register_messages(app, DESK_MESSAGES)
    for blueprint in (
        static.blueprint,
        health.blueprint,
        metrics.blueprint,
        leave.blueprint,
        own_tab.blueprint,
        way_back.blueprint,
        zone.blueprint,
        lti_blueprint,
        notices_blueprint,
        storage_blueprint,
        config_blueprint,
        registering_blueprint,
        desk_blueprint,
        reviewing_blueprint,
        following_blueprint,
        chooser_blueprint,
        copied_blueprint,
        roster_blueprint,
        authoring_blueprint,
        groups_blueprint,
        group_files_blueprint,
        picker_blueprint,
        picking_blueprint,
        submissions_blueprint,
        autosave_blueprint,
        gradebook_blueprint,
        settings_blueprint,
        results_blueprint,
        lessons_blueprint,
    ):
        app.register_blueprint(blueprint)
    if parts.settings.is_development:
        app.register_blueprint(gallery.blueprint)
    for kind in registry:
        app.register_blueprint(
            registry.pages(kind).blueprint, url_prefix=f"/s/<session_key>/{kind}"
        )
    refuse_undeclared_routes(app)
    return app


def _verifier(parts: Parts) -> LaunchVerifier:
    return LaunchVerifier(
        parts.database,
        parts.http,
        parts.clock,
        base_url=parts.settings.base_url,
        trusted_hosts=parts.settings.effective_trusted_hosts,
        auto_approve=not parts.settings.approve_deployments,
        legacy=LegacyIds(parts.database, parts.keyring),
    )


def _registrar(parts: Parts) -> Registrar:
    return Registrar(
        parts.database, parts.http, parts.keyring, parts.clock, parts.settings.base_url
    )
