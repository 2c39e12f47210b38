"""Abuse 30: whoever reads our log finds no score to replay: no token, no body, no address."""

from lti_app.sandbox.faults import Fault, Service
from tests.cases.watching import written_log
from tests.delivery.school import School


def test_abuse_30_a_sent_and_a_refused_score_leave_nothing_to_replay_in_the_log(
    school: School,
) -> None:
    with written_log() as log:
        school.grade("amara")
        school.run()
        school.lms.fail(Service.SCORES, Fault(status=422))
        school.grade("amara", score="0.5")
        school.run()
        written = "\n".join(map(str, log.lines()))

    assert "scores arrived" in written
    for secret in ("Bearer", "eyJ", "scoreGiven", "amara", school.lms.column_url):
        assert secret not in written
