"""Jobs of e-invoicing. Each is done twice without harm: what they find to do is in the database."""

from app.connectors.errors import PartnerError
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import RetryLater
from app.einvoicing.services import answers, outgoing
from app.einvoicing.services.account import platform, sentence
from app.einvoicing.services.incoming import look as look_once
from app.einvoicing.states import FlowState


def hand_over() -> dict[str, int]:
    """Every minute: the invoices proven since the last time, and what waited for its next try. Returns how many were handed over."""
    account = platform()
    if account is None:
        db.session.rollback()
        return {}
    with transaction():
        outgoing.plan_documents(account)
        answers.plan_collected()
    ids = outgoing.due_ids()
    db.session.rollback()
    return {"sent": sum(_one(flow_id) for flow_id in ids)}


def _one(flow_id: int) -> bool:
    try:
        return outgoing.send_one(flow_id) == FlowState.WAITING
    except DomainError as error:
        db.session.rollback()
        outgoing.put_off(flow_id, error.message)
        return False


def look() -> dict[str, int]:
    """Every five minutes: what the platform has for us. It is asked again later when it does not answer."""
    try:
        return look_once()
    except PartnerError as error:
        if error.final:
            raise DomainError(sentence(error)) from error
        raise RetryLater(sentence(error), error.retry_after) from error


def exchange() -> dict[str, int]:
    """By hand: hand over what waits, then read what came."""
    return hand_over() | look()
