"""What is said of a quote: to the client by his channels, to the team on its task list."""

from collections.abc import Sequence

from app.core import clock
from app.core.actor import current_actor
from app.core.i18n import _
from app.messaging.services import add_task, tell
from app.sales.models import Quote
from app.sales.services.content import summary
from app.sales.services.risks import Risks
from app.sales.services.sending import link_of
from app.tickets.services import status_link


def _tell(quote: Quote, code: str, *, attachments: Sequence[int] = (), **more: str) -> None:
    """A quote of sale has words of its own: nothing is repaired."""
    words = code.replace("quote.", "offer.") if quote.of_sale else code
    facts = {**summary(quote), "lien": link_of(quote) or _follow(quote), **more}
    tell(quote.contact, words, about=quote.about, facts=facts, attachments=attachments)


def _follow(quote: Quote) -> str:
    return link_of(quote) if quote.of_sale else status_link(quote.work)


def _pdf(quote: Quote) -> list[int]:
    return [quote.file_id] if quote.file_id else []


def tell_sent(quote: Quote) -> None:
    """Here is the quote, and the link to answer."""
    _tell(quote, "quote.sent", attachments=_pdf(quote))


def tell_reminder(quote: Quote) -> None:
    """It still waits for an answer."""
    _tell(quote, "quote.reminder", attachments=_pdf(quote))


def tell_expired(quote: Quote) -> None:
    """It is no longer valid; how to go on."""
    _tell(quote, "quote.expired", lien=_follow(quote))


def tell_accepted(quote: Quote) -> None:
    """A trace for the client of what he accepted."""
    _tell(quote, "quote.accepted", attachments=_pdf(quote), lien=_follow(quote), signataire=quote.answered_name)


def tell_withdrawn(quote: Quote) -> None:
    """The receipt of his withdrawal, at once and on a durable medium (C. conso. art. L221-21)."""
    _tell(quote, "quote.withdrawn", lien=_follow(quote), signataire=quote.withdrawn_by)


def tell_refused(quote: Quote, risks: Risks) -> None:
    """The notice on risks, where there is one; that the thing can be collected is said by the ticket."""
    if risks:
        files = [file.file_id for file in risks.files]
        _tell(quote, "quote.refused", attachments=files, lien=_follow(quote), risques=risks.notice)


def ask_team(quote: Quote, label: str, *, call: bool = False, notes: str = "") -> None:
    """A task for who repairs the thing, unless he is the one who noted the answer."""
    assignee, actor = None if quote.of_sale else quote.work.assignee_id, current_actor()
    if actor.kind == "user" and actor.id == assignee:
        return
    add_task(
        label, call=call, due_on=clock.today(), about=quote.about, contact_id=quote.contact_id,
        assignee_id=assignee, notes=notes,
    )  # fmt: skip


def answer_words(quote: Quote, verb: str) -> str:
    """« Devis D-2026-0012 accepté par Karim Benyahia »."""
    return _("Devis %(number)s %(verb)s par %(name)s", number=quote.number, verb=verb, name=quote.answered_name)
