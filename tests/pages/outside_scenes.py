"""Every page without a session: on the way in, for nobody in particular, and errors."""

from lti_app.people.roles import Role
from tests.pages.learner_scenes import exercise
from tests.pages.stage import Stage, by_name
from tests.pages.storing import NO_COOKIES
from tests.peers.launch_claims import LTI
from tests.peers.platform import ABSENT, TestPlatform, served
from tests.peers.world import ITEM


def login_goes_on(stage: Stage) -> None:
    """The platform takes its time."""
    stage.meet_platform(lambda route: route.fulfill(status=204))
    stage.log_in()


def login_needs_a_tab(stage: Stage) -> None:
    stage.page.add_init_script(NO_COOKIES)
    stage.log_in()
    stage.page.wait_for_selector("[data-login-needs-tab]:not([hidden])")


def anonymous_preview(stage: Stage) -> None:
    stage.launch({**_nobody_in(stage), f"{LTI}custom": {"item": ITEM}})


def anonymous_with_nothing_to_read(stage: Stage) -> None:
    stage.launch(_nobody_in(stage))


def _nobody_in(stage: Stage) -> dict[str, object]:
    return {
        **dict.fromkeys(("sub", "name", "given_name", "family_name", "email"), ABSENT),
        f"{LTI}context": {"id": stage.course, "title": "Relational leadership"},
        f"{LTI}resource_link": {"id": f"link of {stage.course}", "title": "Where do I start?"},
    }


def error_400_by_a_form(stage: Stage) -> None:
    visitor = exercise(stage)
    token = visitor.csrf_token()
    stage.post(stage.page.url, {"csrf_token": token, "do": "hand_in"})


def error_403_for_another_role(stage: Stage) -> None:
    activity = stage.activity()
    stage.open(stage.visitor(), f"activities/{activity.public_id}/people")


def error_403_for_an_old_form(stage: Stage) -> None:
    exercise(stage)
    stage.post(stage.page.url, {"csrf_token": "old"})


def error_404(stage: Stage) -> None:
    stage.page.goto(f"{stage.site.url}/nowhere")


def error_404_without_the_cookie(stage: Stage) -> None:
    stage.page.goto(stage.site.url + stage.visitor(Role.INSTRUCTOR).path())


def error_405(stage: Stage) -> None:
    stage.page.goto(f"{stage.site.url}/lti/launch")


def unknown_platform(stage: Stage) -> None:
    stage.log_in(iss="https://elsewhere.test")


def launch_that_was_used(stage: Stage) -> None:
    exercise(stage)
    stage.post("/lti/launch", {"state": "used", "id_token": "used"})


def launch_that_is_too_old(stage: Stage) -> None:
    now = int(stage.site.clock.now.timestamp())
    stage.launch({"iat": now - 7200, "exp": now - 3600})


def launch_without_a_role(stage: Stage) -> None:
    stage.launch({f"{LTI}roles": ABSENT})


def launch_of_a_new_deployment(stage: Stage) -> None:
    stage.launch({f"{LTI}deployment_id": stage.course})


def platform_that_refuses(stage: Stage) -> None:
    stage.come_back_with(lambda _nonce: {"error": "login_required"})


def error_503_without_the_keys(stage: Stage) -> None:
    """From a platform whose key set was never seen and cannot be reached."""
    with served(TestPlatform(issuer=f"https://{stage.course}.test", tool=stage.site.url)) as down:
        stage.site.register(down)
    stage.launch({}, down)


def connecting_moodle(stage: Stage) -> None:
    stage.page.goto(f"{stage.site.url}/lti/config")


def connecting_blackboard(stage: Stage) -> None:
    """The one with the most forms."""
    stage.page.goto(f"{stage.site.url}/lti/config/blackboard")


SCENES = by_name(
    connecting_moodle,
    connecting_blackboard,
    login_goes_on,
    login_needs_a_tab,
    anonymous_preview,
    anonymous_with_nothing_to_read,
    error_400_by_a_form,
    error_403_for_another_role,
    error_403_for_an_old_form,
    error_404,
    error_404_without_the_cookie,
    error_405,
    unknown_platform,
    launch_that_was_used,
    launch_that_is_too_old,
    launch_without_a_role,
    launch_of_a_new_deployment,
    platform_that_refuses,
    error_503_without_the_keys,
)
