"""Who keeps words for tools, per platform, and that the control API changes how."""

from tests.sandbox.courses import A
from tests.sandbox.lms import Lms, answered


def test_each_platform_says_who_keeps_words(lms: Lms, moodle: Lms, canvas: Lms) -> None:
    def offered(platform: Lms) -> str | None:
        return platform.browser().enter("amara").open_link().get("lti_storage_target")

    targets = [offered(platform) for platform in (lms, moodle, canvas)]

    assert targets == ["_parent", None, "post_message_forwarding"]


def test_canvas_names_the_frame_again_with_the_token(canvas: Lms) -> None:
    browser = canvas.browser().enter("amara")

    answer = answered(browser.authenticate(browser.open_link()))

    assert answer["lti_storage_target"] == "post_message_forwarding"


def test_moodle_listens_to_nobody(moodle: Lms) -> None:
    page = moodle.browser().enter("amara").get(f"/courses/{A}/links/graded").text

    assert 'data-storage-target=""' in page
    assert "post_message_forwarding" not in page


def test_manner_is_set_by_the_control_api(lms: Lms) -> None:
    assert lms.control("GET", "storage").get_json()["manner"] == "right"

    assert lms.control("PUT", "storage", {"manner": "silent"}).status_code == 200

    page = lms.browser().enter("amara").get(f"/courses/{A}/links/graded").text
    assert 'data-manner="silent"' in page
    assert lms.control("PUT", "storage", {"manner": "kind"}).status_code == 400
