"""From what the ledger wants said to a score in the platform's own manner. It sends nothing."""

from lti_app.grading.comments import comment_text
from lti_app.grading.sending import Body, Claim
from lti_app.lti.quirks import Family, quirks_of
from lti_app.lti.scores import ActivityProgress, GradingProgress, Score


def score_of(body: Body, claim: Claim, family: Family) -> Score:
    """Return the score to post; without points it takes back what was sent before."""
    quirks = quirks_of(family)
    comment = comment_text(body.comment_code, claim.locale)
    # Where comments add up, a repeated one would stand there twice.
    is_repeated = claim.unanswered is not None or not body.is_new_comment
    is_withdrawn = body.mark.points is None
    return Score(
        user_id=claim.sub,
        points=body.mark.points,
        maximum=None if is_withdrawn else body.mark.maximum,
        at=body.at,
        activity=ActivityProgress.INITIALIZED if is_withdrawn else ActivityProgress.COMPLETED,
        grading=GradingProgress.NOT_READY if is_withdrawn else GradingProgress.FULLY_GRADED,
        comment=None if quirks.comments_add_up and is_repeated else comment,
        submitted_at=None if is_withdrawn else body.handed_in_at,
        is_new_submission=(
            body.is_new_work and not is_withdrawn if quirks.posts_make_attempts else None
        ),
    )
