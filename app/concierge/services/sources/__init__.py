"""Where stays come from: Smoobu's signed API, calendars of platforms. Each is a few tasks for the runner of `app.partners`."""

from app.concierge.services.sources import calendars, smoobu
from app.core.partner_kinds import declare_kinds
from app.partners.services import declare_task


def declare() -> None:
    """Start-up."""
    declare_kinds(calendars.KIND)
    declare_task("smoobu", smoobu.LODGINGS)
    declare_task("smoobu", smoobu.STAYS)
    declare_task(calendars.KIND.code, calendars.STAYS)
