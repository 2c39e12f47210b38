"""Where real platforms differ, this one decides here and nowhere else.

A dialect is data: the rest of the sandbox asks it and never compares its name.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One platform's habits.

    Attributes:
        score_time_step: two times of a score within one step count as the same time.
        stale_score_status: the answer to a score that is not later than the stored one.
        not_gradable_status: the answer to a score for somebody who is no active learner here.
        largest_page: rows in one page of a container, whatever `limit` asks for.
    """

    name: str
    product_family_code: str
    product_version: str
    id_token_lives_for: timedelta
    launch_hint_lives_for: timedelta
    launch_hint_is_single_use: bool
    access_token_lives_for: timedelta
    score_time_step: timedelta
    stale_score_status: int
    not_gradable_status: int
    coupled_line_item_is_deletable: bool
    largest_page: int


#: The specifications read strictly, with a token as short-lived as Moodle's.
PLAIN = Dialect(
    name="plain",
    product_family_code="rapport-sandbox",
    product_version="1",
    id_token_lives_for=timedelta(seconds=60),
    launch_hint_lives_for=timedelta(minutes=10),
    launch_hint_is_single_use=True,
    access_token_lives_for=timedelta(hours=1),
    score_time_step=timedelta(microseconds=1),
    stale_score_status=409,
    not_gradable_status=422,
    coupled_line_item_is_deletable=True,
    largest_page=50,
)
