"""What a roster may change about people who are known already. Pure."""

from lti_app.people.roles import Role

#: Of those who were on the roster; more than this gone at once has to be confirmed.
LARGEST_DROP_PERCENT = 20


def role_after(role: Role, *, said_before: Role | None, says: Role, has_launched: bool) -> Role:
    """Return somebody's role after a roster has spoken.

    A launch is nearer to the truth: Moodle calls a teacher without editing rights a learner on its
    roster. So the roster decides for who has never launched here, and where what it says changes.

    >>> teacher, learner = Role.INSTRUCTOR, Role.LEARNER
    >>> role_after(teacher, said_before=learner, says=learner, has_launched=True).value
    'instructor'
    >>> role_after(teacher, said_before=teacher, says=learner, has_launched=True).value
    'learner'
    """
    if not has_launched:
        return says
    has_changed = said_before is not None and said_before is not says
    return says if has_changed else role


def needs_confirmation(*, before: int, leaving: int) -> bool:
    """Whether so many are missing that an instructor has to say that they have left.

    One person who leaves a small course needs nobody's word, unless nobody would be left.

    Args:
        before: how many were on the roster.

    >>> needs_confirmation(before=10, leaving=2), needs_confirmation(before=10, leaving=3)
    (False, True)
    >>> needs_confirmation(before=3, leaving=1), needs_confirmation(before=1, leaving=1)
    (False, True)
    """
    if leaving == 0:
        return False
    is_large = leaving > 1 and leaving * 100 > before * LARGEST_DROP_PERCENT
    return is_large or leaving >= before
