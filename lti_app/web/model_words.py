"""One sentence for everything that can be amiss with a field of a model. It checks nothing."""

from collections.abc import Mapping

from flask_babel import gettext

from lti_app.core.translation import _
from lti_app.web.language import decimals
from lti_app.web.model_shapes import Shape

_WHOLE: Mapping[tuple[str, str], str] = {
    ("", ""): _("Write a whole number."),
    ("ge", ""): _("Write a whole number, %(least)s or more."),
    ("", "le"): _("Write a whole number, %(most)s or less."),
    ("ge", "le"): _("Write a whole number from %(least)s to %(most)s."),
}
_WHOLE_OR_NONE: Mapping[tuple[str, str], str] = {
    ("", ""): _("Write a whole number, or leave it empty."),
    ("ge", ""): _("Write a whole number, %(least)s or more, or leave it empty."),
    ("", "le"): _("Write a whole number, %(most)s or less, or leave it empty."),
    ("ge", "le"): _("Write a whole number from %(least)s to %(most)s, or leave it empty."),
}
_NUMBER: Mapping[tuple[str, str], str] = {
    ("", ""): _("Write a number with a point, such as 7.5."),
    ("ge", ""): _("Write a number, %(least)s or more, with a point, such as 7.5."),
    ("gt", ""): _("Write a number above %(least)s, with a point, such as 7.5."),
    ("", "le"): _("Write a number, %(most)s or less, with a point, such as 7.5."),
    ("", "lt"): _("Write a number below %(most)s, with a point, such as 7.5."),
    ("ge", "le"): _("Write a number from %(least)s to %(most)s, with a point, such as 7.5."),
    ("gt", "le"): _(
        "Write a number above %(least)s and up to %(most)s, with a point, such as 7.5."
    ),
    ("ge", "lt"): _("Write a number from %(least)s and below %(most)s, with a point."),
    ("gt", "lt"): _("Write a number above %(least)s and below %(most)s, with a point."),
}


def amiss_words(shape: Shape) -> str:
    """Return what a field takes, for who typed something else."""
    if shape.choices:
        return str(gettext("Choose one of these."))
    if shape.kind is str:
        return _text_words(shape)
    return _number_words(shape)


def _number_words(shape: Shape) -> str:
    (low, least), (high, most) = shape.ends()
    ends = {
        "least": "" if least is None else decimals(least),
        "most": "" if most is None else decimals(most),
    }
    table = _NUMBER
    if shape.kind is int:
        table = _WHOLE_OR_NONE if shape.is_optional else _WHOLE
    return str(gettext(table[low, high])) % ends


def _text_words(shape: Shape) -> str:
    least, most = shape.lengths()
    if most is None:
        return str(gettext("Write at least %(least)s characters.", least=least))
    if least:
        ends = {"least": least, "most": decimals(most)}
        return str(gettext("Write from %(least)s to %(most)s characters.", **ends))
    return str(gettext("Write at most %(most)s characters.", most=decimals(most)))
