"""All scenes: where each page is met, by its name."""

from tests.pages import (
    adding_scenes,
    copying_scenes,
    group_scenes,
    learner_scenes,
    outside_scenes,
    own_scenes,
    registering_scenes,
    result_scenes,
    reviewing_scenes,
    roster_scenes,
    saving_scenes,
    sorting_scenes,
    staff_scenes,
    storage_scenes,
    story_scenes,
)

SCENES = (
    learner_scenes.SCENES
    | saving_scenes.SCENES
    | story_scenes.SCENES
    | sorting_scenes.SCENES
    | staff_scenes.SCENES
    | adding_scenes.SCENES
    | copying_scenes.SCENES
    | group_scenes.SCENES
    | own_scenes.SCENES
    | result_scenes.SCENES
    | reviewing_scenes.SCENES
    | roster_scenes.SCENES
    | outside_scenes.SCENES
    | storage_scenes.SCENES
    | registering_scenes.SCENES
)
