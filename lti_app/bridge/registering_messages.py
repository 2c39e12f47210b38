"""What an administrator reads when a connection ends early: what happened, and what to do."""

from collections.abc import Mapping

from lti_app.core.translation import _
from lti_app.lti.registration_problems import Stop
from lti_app.web.messages import Message

_NOTHING = _("Nothing was stored here, and nothing was sent to the platform.")
_NOTHING_STORED = _("Nothing was stored here. This link can be used again until its time is over.")
_NEW_LINK = _(
    "Ask whoever runs Rapport for a new link. They make one with: rapport platform invite"
)
_AGAIN = _("Start once more in your learning platform, with the same link.")
_BY_HAND = _("Or connect it by hand: every value to paste stands at /lti/config.")
_TELL_MAKER = _("Tell whoever runs the learning platform what this page says.")

REGISTERING_MESSAGES: Mapping[str, Message] = {
    Stop.INVITATION_MISSING: Message(
        _("To connect a platform you need a link of your own"),
        _("This address works only with an invitation, which whoever runs Rapport makes for you."),
        _NOTHING,
        (_NEW_LINK, _("Put the whole link where your platform asks for a registration URL.")),
    ),
    Stop.INVITATION_UNKNOWN: Message(
        _("This link is not one of ours"),
        _("Part of it may have been lost when it was copied."),
        _NOTHING,
        (_("Copy the whole link once more."), _NEW_LINK),
    ),
    Stop.INVITATION_USED: Message(
        _("This link has been used"),
        _("Each link connects one platform, once."),
        _NOTHING,
        (_("If it was you, all is well: go on in your learning platform."), _NEW_LINK),
    ),
    Stop.INVITATION_EXPIRED: Message(
        _("This link is too old"),
        _("A link to connect a platform works for a short time only."),
        _NOTHING,
        (_NEW_LINK,),
    ),
    Stop.CONFIGURATION_MISSING: Message(
        _("Open this link from inside your learning platform"),
        _("The platform adds its own address to the link, and that did not come, or came twice."),
        _NOTHING,
        (
            _("In the platform’s list of external tools, paste the link as the registration URL."),
            _BY_HAND,
        ),
    ),
    Stop.CONFIGURATION_REFUSED: Message(
        _("We do not fetch anything from that address"),
        _(
            "The platform’s address must begin with https://, at the usual port, on a host that"
            " the internet can reach."
        ),
        _NOTHING,
        (
            _(
                "If the platform is in your own network, let whoever runs Rapport name its host in"
                " RAPPORT_TRUSTED_HOSTS."
            ),
            _BY_HAND,
        ),
    ),
    Stop.CONFIGURATION_SILENT: Message(
        _("Your learning platform does not answer us"),
        _("We asked it to describe itself, and no answer came within five seconds."),
        _NOTHING,
        (
            _("Make sure that Rapport’s server may reach the platform, then reload this page."),
            _BY_HAND,
        ),
    ),
    Stop.CONFIGURATION_UNREADABLE: Message(
        _("We could not read how the platform describes itself"),
        _("At its address there was no description, or one that is too long or broken."),
        _NOTHING,
        (_AGAIN, _TELL_MAKER, _BY_HAND),
    ),
    Stop.CONFIGURATION_INCOMPLETE: Message(
        _("The platform’s description is not complete"),
        _("Its issuer, or one of the four addresses that we need, is missing."),
        _NOTHING,
        (_TELL_MAKER, _BY_HAND),
    ),
    Stop.ISSUER_FOREIGN: Message(
        _("The platform describes somebody else"),
        _("The issuer it names does not belong to the address that the description came from."),
        _("Nothing was stored here: a platform may speak only for itself."),
        (_TELL_MAKER, _BY_HAND),
    ),
    Stop.ENDPOINT_REFUSED: Message(
        _("One of the platform’s addresses is not one we talk to"),
        _(
            "Each must begin with https://, at the usual port, on a host that the internet can"
            " reach."
        ),
        _NOTHING,
        (_TELL_MAKER, _BY_HAND),
    ),
    Stop.AUDIENCE_FOREIGN: Message(
        _("The platform wants our requests addressed to somebody else"),
        _("The “authorization_server” it names does not belong to it."),
        _("Nothing was stored here: what we sign for one platform must not open another."),
        (_TELL_MAKER, _BY_HAND),
    ),
    Stop.ALGORITHM_MISSING: Message(
        _("The platform does not sign in a way that we can check"),
        _("We trust signatures by RS256 only, and it does not offer them."),
        _NOTHING,
        (_TELL_MAKER,),
    ),
    Stop.HOSTS_UNCONFIRMED: Message(
        _("Please confirm the other hosts first"),
        _("Some of the platform’s addresses are on other hosts, and you did not confirm them."),
        _NOTHING,
        (_("Go back one page, look at the hosts, tick the box and press the button again."),),
    ),
    Stop.OFFER_OLD: Message(
        _("This page was open for too long"),
        _("What it showed may not be true any more, so we did not send it."),
        _NOTHING,
        (_AGAIN,),
    ),
    Stop.PLATFORM_REFUSED: Message(
        _("Your learning platform did not take the registration"),
        _("It answered with a refusal."),
        _NOTHING_STORED,
        (_AGAIN, _BY_HAND),
    ),
    Stop.PLATFORM_SILENT: Message(
        _("Your learning platform did not finish the registration"),
        _("No answer came, or it had trouble of its own."),
        _NOTHING_STORED,
        (
            _("Look there whether Rapport is in the list of tools now; if so, delete that entry."),
            _AGAIN,
        ),
    ),
    Stop.REPLY_UNREADABLE: Message(
        _("We could not read the platform’s answer"),
        _("It took the registration, but did not say under which client id."),
        _NOTHING_STORED,
        (
            _("Look there whether Rapport is in the list of tools now; if so, delete that entry."),
            _BY_HAND,
        ),
    ),
    Stop.ALREADY_REGISTERED: Message(
        _("This platform is connected already"),
        _("A platform with this issuer and client id is registered here."),
        _("What is registered was not changed."),
        (
            _(
                "To replace it, delete the tool in your learning platform and connect it anew: then"
                " it has another client id."
            ),
            _("Then ask whoever runs Rapport to switch the old one off."),
        ),
    ),
}
