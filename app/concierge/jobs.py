"""Jobs of the concierge. Each is done twice without harm."""

from app.concierge.services.rereading import read_stay
from app.connectors.errors import PartnerError
from app.core.jobs import RetryLater


def read_again(account_id: int, stay_id: str) -> None:
    """A partner said that this stay changed: read it as it is now."""
    try:
        read_stay(account_id, stay_id)
    except PartnerError as error:
        if not error.final:
            raise RetryLater(error.message_fr, error.retry_after) from error
