"""Pages of activities that instructors make themselves."""

from tests.pages.learner_scenes import save
from tests.pages.staff_scenes import NAMES, choose
from tests.pages.stage import Stage, by_name


def make_own(stage: Stage) -> None:
    choose(stage)
    stage.page.locator("[type=radio]").first.check()
    stage.press(".rp-mods .rp-mods__make")


def make_own_without_a_choice(stage: Stage) -> None:
    make_own(stage)
    stage.press("main .btn-primary")


def _begun(stage: Stage, kind: str) -> None:
    make_own(stage)
    stage.page.locator(f'[value$="/{kind}"]').check()
    stage.press("main .btn-primary")


def own_self_assessment(stage: Stage) -> None:
    _begun(stage, "likert")


def own_story(stage: Stage) -> None:
    _begun(stage, "branch")


def own_sorting(stage: Stage) -> None:
    _begun(stage, "sort")


def own_story_with_much_amiss(stage: Stage) -> None:
    _begun(stage, "branch")
    stage.page.locator('[name="item.title"]').fill(NAMES[0])
    stage.page.locator('[name="item.minutes"]').fill("soon")
    stage.press(".rp-foot [value=save]")


def own_story_after_a_row_was_removed(stage: Stage) -> None:
    _begun(stage, "branch")
    stage.page.locator('[name="item.scenes.2.title"]').fill(NAMES[0])
    stage.press('[value="remove:scenes.2"]')


def own_copy_that_is_ready(stage: Stage) -> None:
    make_own(stage)
    stage.page.locator('[value^="copy:"]').check()
    stage.press("main .btn-primary")
    stage.press(".rp-foot [value=save]")


def own_copy_that_is_tried(stage: Stage) -> None:
    own_copy_that_is_ready(stage)
    stage.press(".rp-foot [value=try]")


def own_in_two_tabs(stage: Stage) -> None:
    own_copy_that_is_ready(stage)
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    for page, title in ((other, NAMES[4]), (stage.page, NAMES[0])):
        page.locator('[name="item.title"]').fill(title)
        with page.expect_navigation():
            page.locator(".rp-foot [value=save]").click()
    other.close()


def own_that_was_begun(stage: Stage) -> None:
    own_copy_that_is_ready(stage)
    editor = stage.page.url.partition("?")[0]
    stage.press(".rp-foot [value=open]")
    public_id = stage.page.url.partition("/activities/")[2].partition("/")[0]
    stage.open(stage.visitor(), f"exercise/{public_id}")
    stage.page.locator("[type=radio]").first.check()
    save(stage.page)
    stage.page.goto(editor)


def choose_among_own(stage: Stage) -> None:
    own_copy_that_is_ready(stage)
    stage.press(".rp-eyebrow a")


SCENES = by_name(
    make_own,
    make_own_without_a_choice,
    own_self_assessment,
    own_story,
    own_sorting,
    own_story_with_much_amiss,
    own_story_after_a_row_was_removed,
    own_copy_that_is_ready,
    own_copy_that_is_tried,
    own_in_two_tabs,
    own_that_was_begun,
    choose_among_own,
)
