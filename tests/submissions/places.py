"""Every place where a score can stay: its state, and the code that is written down with it."""

from lti_app.bridge.restored import RESTORED
from lti_app.grading import comparing, ledger, waiting, withholding
from lti_app.grading.models import DeliveryState
from lti_app.lti.errors import Outcome

Place = tuple[DeliveryState, str | None]

#: Every state with every code that is written down with it. None: without a reason.
PLACES: list[Place] = [
    (DeliveryState.OWED, None),
    *((DeliveryState.OWED, one) for one in ("time_ahead", ledger.COLUMN_MISSING)),
    (DeliveryState.OWED, ledger.COLUMN_CHANGING),
    (DeliveryState.OWED, Outcome.UNKNOWN),
    (DeliveryState.OWED, Outcome.NOT_SENT),
    (DeliveryState.OWED, Outcome.THROTTLED),
    (DeliveryState.OWED, Outcome.UNAUTHORISED),
    (DeliveryState.OWED, Outcome.STALE_TIME),
    (DeliveryState.OWED, waiting.Closed.HOST_SILENT),
    (DeliveryState.OWED, RESTORED),
    (DeliveryState.ARRIVED, None),
    (DeliveryState.WITHHELD, None),
    (DeliveryState.WITHHELD, withholding.OUT_OF_GRADEBOOK),
    (DeliveryState.LMS_NEWER, "lms_newer"),
    (DeliveryState.LMS_NEWER, comparing.DIFFERS),
    (DeliveryState.LMS_NEWER, "kept_out"),
    (DeliveryState.NO_COLUMN, Outcome.NOT_OFFERED),
    (DeliveryState.NO_COLUMN, Outcome.REFUSED),
    (DeliveryState.NO_COLUMN, Outcome.GONE),
    (DeliveryState.NO_COLUMN, Outcome.ADDRESS_REFUSED),
    (DeliveryState.NO_COLUMN, "platform_disabled"),
    (DeliveryState.COLUMN_DELETED, Outcome.GONE),
    (DeliveryState.NOT_GRADABLE, Outcome.NOT_GRADABLE),
    (DeliveryState.REFUSED, Outcome.REFUSED),
    (DeliveryState.REFUSED, Outcome.NOT_OFFERED),
    (DeliveryState.REFUSED, Outcome.ADDRESS_REFUSED),
    (DeliveryState.REFUSED, "platform_disabled"),
    (DeliveryState.NEEDS_ATTENTION, Outcome.UNKNOWN),
    (DeliveryState.NEEDS_ATTENTION, Outcome.NOT_SENT),
    (DeliveryState.NEEDS_ATTENTION, Outcome.STALE_TIME),
    (DeliveryState.NEEDS_ATTENTION, comparing.NOT_COMPARED),
]
