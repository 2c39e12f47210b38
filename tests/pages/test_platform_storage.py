"""Cases G in a browser: what our pages ask of a platform's page, and what they believe.

What the server makes of it is in tests/cases/test_platform_storage.py.
"""

import time

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.pages.stage import Stage
from tests.pages.storing import (
    EVIL,
    KEEPING,
    NOISE,
    RIGHT,
    SCHOOL,
    Platform,
    fails,
    offering,
    tool_frame,
)
from tests.pages.watch import Watch
from tests.peers.platform import ISSUER

pytestmark = pytest.mark.browser

PUT, GET, PROBE = "lti.put_data", "lti.get_data", "lti.capabilities"
TAB, GONE = "Open this activity in a tab of its own", "We could not sign you in inside this page"
FORWARDING = '<iframe hidden name="post_message_forwarding" src="{}"></iframe>'
#: Two seconds are ours; the rest is a busy machine's.
WITHIN_SECONDS = 3.5
WITHIN_MS = 8000


def expect_activity(frame: FrameLocator) -> None:
    expect(frame.get_by_role("button", name="Hand in")).to_be_visible(timeout=WITHIN_MS)


def expect_title(frame: FrameLocator, title: str) -> None:
    shown = frame.locator("h1:visible")
    expect(shown).to_have_text(title, timeout=WITHIN_MS)


def test_ps_01_the_page_around_us_keeps_the_words_of_the_login(stage: Stage) -> None:
    watch = Watch(stage.page, stage.site.url)
    platform = Platform(stage)

    expect_activity(platform.open())

    state = platform.posted[0]["state"]
    puts = [word for word in platform.seen(PUT) if word["value"]]
    assert {word["from"] for word in puts} == {stage.site.url}
    assert {word["key"].partition(state)[0] for word in puts} >= {"lti_state_", "rapport_browser_"}
    assert [word["value"] for word in puts if word["key"] == f"lti_state_{state}"] == [state]
    assert len({word["message_id"] for word in puts}) == 3
    assert any(word["key"] == f"lti_nonce_{word['value']}" for word in puts)
    # PS-20: under the same policy as every page.
    assert not [amiss for amiss in watch.amiss if "Content Security" in amiss]


def test_where_the_cookie_is_kept_nobody_is_asked_and_nothing_more_is_loaded(stage: Stage) -> None:
    asked: list[str] = []
    stage.page.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    platform = Platform(stage, loses_cookies=False)

    expect_activity(platform.open())

    assert not platform.seen(PROBE)
    assert not platform.seen(PUT)
    assert not [url for url in asked if url.endswith(("storage.js", "words.js", "/finish"))]


def test_ps_01_a_page_of_another_origin_is_not_told_a_word(stage: Stage) -> None:
    platform = Platform(stage, home=SCHOOL)

    expect_title(platform.open(), TAB)

    assert platform.seen(PROBE)
    assert not platform.seen(PUT)


def test_ps_02_a_named_frame_keeps_them_where_the_page_has_another_origin(stage: Stage) -> None:
    """As in hosted Canvas: the school's page, and a frame of the address that signs people in."""
    platform = Platform(
        stage,
        home=SCHOOL,
        target="post_message_forwarding",
        beside=FORWARDING.format(f"{ISSUER}/forwarding"),
    )
    platform.add_page(f"{ISSUER}/forwarding", RIGHT + KEEPING)

    expect_activity(platform.open())

    assert not platform.seen(PUT), "the page around us is told nothing"


def test_ps_02_the_frame_that_the_page_names_is_used(stage: Stage) -> None:
    named = '({subject, frame: "post_message_forwarding"})'
    change = f"""const change = answer => answer.supported_messages ? {{...answer,
      supported_messages: ["{PUT}", "{GET}"].map(subject => {named})}} : answer;"""
    platform = Platform(
        stage, change, home=SCHOOL, beside=FORWARDING.format(f"{ISSUER}/forwarding")
    )
    platform.add_page(f"{ISSUER}/forwarding", RIGHT + KEEPING)

    expect_activity(platform.open())


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("no_such_frame", id="PS-02-missing"),
        pytest.param("opener", id="PS-04-opener"),
        pytest.param("__proto__", id="PS-04-proto"),
        pytest.param("location", id="PS-04-location"),
        pytest.param('a"><script>', id="PS-04-markup"),
        pytest.param("x" * 1024, id="PS-04-long"),
    ],
)
def test_a_frame_that_is_not_there_or_no_frame_leaves_the_page_around_us(
    stage: Stage, target: str
) -> None:
    platform = Platform(stage, target=target)

    expect_activity(platform.open())

    assert platform.seen(PUT)


def test_ps_03_in_a_window_that_the_platform_opened_its_opener_is_asked(stage: Stage) -> None:
    platform = Platform(stage, target="_parent")
    platform.serve()
    platform.add_page(f"{ISSUER}/links", RIGHT + KEEPING)
    stage.page.goto(f"{ISSUER}/links")

    with stage.page.expect_popup() as opened:
        stage.page.evaluate("url => { open(url, 'tool'); }", platform.login_url)

    expect(opened.value.get_by_role("button", name="Hand in")).to_be_visible(timeout=WITHIN_MS)
    assert len(platform.seen(GET)) == 3


def test_ps_05_an_answer_of_another_origin_is_ignored(stage: Stage) -> None:
    change = """const change = (answer, {source}) => {
      if (answer.supported_messages) return answer;
      frames.evil.postMessage(answer, "*");
    };"""
    platform = Platform(stage, change, beside=f'<iframe name="evil" src="{EVIL}/"></iframe>')
    platform.add_page(
        f"{EVIL}/", "addEventListener('message', e => parent.frames.tool.postMessage(e.data, '*'))"
    )

    expect_title(platform.open(), TAB)

    assert len(platform.seen(PUT)) == 3
    assert not platform.posted


_WRONG = {
    "PS-06": "{...answer, message_id: answer.message_id + 'x'}",
    "PS-06-none": "{...answer, message_id: undefined}",
    "PS-07": "{...answer, subject: 'lti.put_data'}",
    "PS-07-other": "{...answer, subject: 'lti.get_data.response'}",
    "PS-07-old": "{...answer, subject: 'org.imsglobal.lti.put_data.response'}",
}


@pytest.mark.parametrize("wrong", [pytest.param(code, id=name) for name, code in _WRONG.items()])
def test_an_answer_to_something_else_is_ignored(stage: Stage, wrong: str) -> None:
    change = f"const change = answer => answer.supported_messages ? answer : ({wrong});"
    platform = Platform(stage, change)

    expect_title(platform.open(), TAB)

    assert platform.seen(PUT)
    assert not platform.posted, "the platform's hint has not been used"


@pytest.mark.parametrize(
    "code",
    ["storage_exhaustion", "bad_request", "wrong_origin", "unsupported_subject", "something"],
    ids=lambda code: f"PS-08-{code}",
)
def test_an_error_leads_to_the_tab_at_once(stage: Stage, code: str) -> None:
    platform = Platform(stage, fails(code))

    frame = platform.open()

    expect_title(frame, TAB)
    expect(frame.get_by_role("button", name="Open in a new tab")).to_be_visible()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("const change = () => null;", id="PS-09"),
        pytest.param(
            "const change = a => a.supported_messages ? a : null;", id="PS-09-after-the-probe"
        ),
    ],
)
def test_who_never_answers_costs_two_seconds(stage: Stage, change: str) -> None:
    platform = Platform(stage, change)
    frame = platform.open()
    frame.locator("[data-login-form]").wait_for(state="attached")
    began = time.monotonic()

    expect_title(frame, TAB)

    assert time.monotonic() - began < WITHIN_SECONDS


@pytest.mark.parametrize(
    "offers",
    [
        pytest.param((), id="PS-10"),
        pytest.param((PUT,), id="PS-10-put-only"),
        pytest.param((GET,), id="PS-10-get-only"),
        pytest.param((f"org.imsglobal.{PUT}", f"org.imsglobal.{GET}"), id="PS-17"),
    ],
)
def test_what_is_not_offered_is_not_asked(stage: Stage, offers: tuple[str, ...]) -> None:
    platform = Platform(stage, offering(*offers))

    expect_title(platform.open(), TAB)

    assert not platform.seen(PUT)


def test_a_page_that_says_nothing_of_itself_is_asked_all_the_same(stage: Stage) -> None:
    platform = Platform(stage, "const change = a => a.supported_messages ? null : a;")

    expect_activity(platform.open())


_LOST = {
    "PS-11": "{...answer, value: null}",
    "PS-11-missing": "{...answer, value: undefined}",
    "PS-11-silent": "null",
    "PS-12": "{...answer, value: 'x'.repeat(43)}",
    "PS-12-nonce": "answer.key.startsWith('lti_nonce') ? {...answer, value: 'x'} : answer",
    "PS-12-state": "answer.key.startsWith('lti_state') ? {...answer, value: 'x'} : answer",
    "PS-12-secret": "answer.key.startsWith('rapport') ? {...answer, value: 'x'} : answer",
}


@pytest.mark.parametrize("lost", [pytest.param(code, id=name) for name, code in _LOST.items()])
def test_what_does_not_come_back_as_it_was_starts_nothing(stage: Stage, lost: str) -> None:
    change = f"const change = answer => answer.subject === '{GET}.response' ? ({lost}) : answer;"
    platform = Platform(stage, change)

    frame = platform.open()

    expect_title(frame, GONE)
    expect(frame.get_by_text("open the activity in a new tab")).to_be_visible()
    expect(frame.locator("h1:visible")).to_be_focused()
    assert "/s/" not in tool_frame(stage.page, stage.site).url


def test_ps_13_whatever_else_arrives_is_ignored(stage: Stage) -> None:
    watch = Watch(stage.page, stage.site.url)
    platform = Platform(stage, f"const change = (answer, event) => {{ {NOISE} return answer; }};")

    expect_activity(platform.open())

    assert not [amiss for amiss in watch.amiss if "script broke" in amiss]


def test_ps_13_a_message_that_throws_when_it_is_looked_at_is_ignored(stage: Stage) -> None:
    """No other page can send one; an extension in ours can."""
    stage.page.context.add_init_script(
        """addEventListener("message", ({isTrusted}) => {
          if (!isTrusted) return;
          const thrown = { get subject() { throw 1 }, get message_id() { throw 2 } };
          dispatchEvent(new MessageEvent("message", { data: thrown }));
        }, true);"""
    )
    watch = Watch(stage.page, stage.site.url)

    expect_activity(Platform(stage).open())

    ours = [amiss for amiss in watch.amiss if "script broke" in amiss and stage.site.url in amiss]
    assert not ours


def test_ps_16_what_has_served_is_taken_away(stage: Stage) -> None:
    platform = Platform(stage)

    expect_activity(platform.open())

    stage.page.wait_for_function("kept.size === 0")
    assert len([word for word in platform.seen(PUT) if word["value"] is None]) == 3


def test_the_words_stay_where_they_did_not_serve(stage: Stage) -> None:
    change = f"const change = a => a.subject === '{GET}.response' ? {{...a, value: null}} : a;"
    platform = Platform(stage, change)

    expect_title(platform.open(), GONE)

    assert len(platform.kept()) == 3


def test_the_session_of_such_a_frame_goes_on_and_survives_a_reload(stage: Stage) -> None:
    frame = Platform(stage).open()
    expect_activity(frame)
    frame.get_by_role("radio").first.check()
    frame.get_by_role("button", name="Hand in").click()
    expect(frame.get_by_role("alert")).to_contain_text("still open")

    inside = tool_frame(stage.page, stage.site)
    inside.evaluate("() => { location.reload() }")

    expect_activity(frame)
    assert not stage.page.context.cookies(stage.site.url)


def test_the_address_of_such_a_session_opens_nothing_elsewhere(stage: Stage) -> None:
    expect_activity(Platform(stage).open())
    address = tool_frame(stage.page, stage.site).url

    tab = stage.page.context.new_page()
    answer = tab.goto(address)

    assert answer
    assert answer.status == 404


def test_st_12_a_tab_that_holds_no_cookie_either_asks_the_page_that_opened_it(
    stage: Stage,
) -> None:
    platform = Platform(stage, target=None)
    frame = platform.open()
    expect_title(frame, TAB)

    with stage.page.expect_popup() as opened:
        frame.get_by_role("button", name="Open in a new tab").click()

    tab = opened.value
    expect(tab.get_by_role("button", name="Hand in")).to_be_visible(timeout=WITHIN_MS)
    assert not platform.seen(PUT), "the platform is not asked"
    assert not stage.page.context.cookies(stage.site.url)


def test_st_12_without_the_page_that_opened_it_such_a_tab_says_what_is_missing(
    stage: Stage,
) -> None:
    platform = Platform(stage, target=None)
    frame = platform.open()
    expect_title(frame, TAB)
    stage.page.context.add_init_script("if (window.top === window) window.opener = null")

    with stage.page.expect_popup() as opened:
        frame.get_by_role("button", name="Open in a new tab").click()

    expect(opened.value.locator("h1:visible")).to_have_text(TAB, timeout=WITHIN_MS)
    expect(opened.value.get_by_text("allow them for this address")).to_be_visible()


def test_the_page_that_keeps_words_listens_to_our_own_pages_only(stage: Stage) -> None:
    platform = Platform(stage, target=None)
    expect_title(platform.open(), TAB)

    stage.page.evaluate(
        """() => {
          window.heard = [];
          addEventListener("message", ({data}) => heard.push(data));
          for (const subject of ["lti.put_data", "lti.get_data"])
            frames.tool.postMessage({subject, message_id: "m", key: "k", value: "v"}, "*");
        }"""
    )
    stage.page.wait_for_timeout(300)

    assert stage.page.evaluate("heard.filter(one => one?.message_id === 'm')") == []


def test_what_else_goes_wrong_is_told_in_the_servers_words(stage: Stage) -> None:
    answer = {"code": "http_503", "words": "The tool is too busy to answer."}
    stage.page.route("**/lti/finish", lambda route: route.fulfill(status=503, json=answer))

    frame = Platform(stage).open()

    expect_title(frame, GONE)
    expect(frame.get_by_text("The tool is too busy to answer.")).to_be_visible()
    expect(frame.get_by_text("Your browser keeps no cookie here")).to_be_hidden()
    expect(frame.get_by_text("nothing was changed")).to_be_hidden()
