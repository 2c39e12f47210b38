"""The pages of a launch whose browser brought no cookie."""

from playwright.sync_api import Route

from tests.pages.stage import Stage, by_name


def _launch_without_cookie(stage: Stage) -> None:
    """Come from a platform that offers to keep words, in a browser that loses its cookies."""

    def signed(nonce: str) -> dict[str, str]:
        stage.page.context.clear_cookies()
        claims = stage.site.platform.claims(nonce, now=stage.site.clock.now)
        return {"id_token": stage.site.platform.sign(claims)}

    stage.come_back_with(signed, lti_storage_target="_parent")


def launch_asks_what_was_kept(stage: Stage) -> None:
    """Our own server takes its time."""

    def wait(_route: Route) -> None:
        """Answer nothing."""

    stage.page.route("**/lti/finish", wait)
    _launch_without_cookie(stage)


def launch_finds_nothing_kept(stage: Stage) -> None:
    _launch_without_cookie(stage)
    stage.page.wait_for_selector("[data-asking-ended]:not([hidden])")


SCENES = by_name(launch_asks_what_was_kept, launch_finds_nothing_kept)
