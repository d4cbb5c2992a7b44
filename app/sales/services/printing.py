"""The PDF of a quote: made by a job, kept as the proof of what the client read."""

from typing import Any

from app.core import clock
from app.core.db import require_transaction
from app.core.i18n import _, typo
from app.core.money import euros, percent
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.letterhead import engine, picture
from app.documents.services import Ready
from app.sales.models import Quote
from app.sales.services.answers import locked_quote
from app.sales.services.content import snapshot, terms_for
from app.sales.services.drafting import check_sendable, planned_for
from app.sales.services.messages import tell_sent
from app.sales.services.sending import link_of
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.queries import lines_of

Data = dict[str, Any]


def render(quote: Quote) -> bytes:
    """The PDF of a quote that was sent. The same quote gives the same bytes."""
    assert quote.number is not None and quote.sent_at is not None  # noqa: PT018, S101  a sent quote
    url = link_of(quote)
    online = (
        {"qr": url, "title": _("Lire et accepter en ligne"), "text": _("Flashez ce code avec votre téléphone.")}
        if url
        else None
    )
    return _pdf(quote, quote.number, online)


def preview(ticket: Ticket) -> bytes:
    """The PDF of the quote as it would be sent now; nothing is kept. Raises DomainError with what is missing."""
    lines, terms = lines_of(ticket), terms_for(ticket)
    check_sendable(ticket, lines)
    draft = Quote(
        ticket_id=ticket.id, content=snapshot(ticket, lines, terms, planned_for(ticket.id)), conditions=terms.conditions
    )
    return _pdf(draft, _("(brouillon)"), None)


def _pdf(quote: Quote, number: str, online: Data | None) -> bytes:
    content = quote.content
    images: dict[str, bytes] = {}
    logo = picture(images, content["logo_file_id"], "logo")
    day = clock.local(quote.sent_at).date() if quote.sent_at else clock.today()
    data = {
        **content,
        "organisation": content["organisation"] | {"logo": logo},
        "kind": _("Devis"),
        "number": number,
        "date": day.isoformat(),
        "particulars": _particulars(quote, clock.written_date(day)),
        **_words(content),
        "lines": [_line(line) for line in content["lines"]],
        "conditions": [typo(line) for line in quote.conditions.split("\n") if line.strip()],
        "certificates": [typo(text) for text in content.get("certificates") or ()],
        "online": online,
        "acceptance": {
            "title": _("Bon pour accord"),
            "text": _("Devis reçu avant l'exécution des travaux. Date, signature et mention « bon pour accord »"),
            "image": None, "name": None, "date": None,
        },
    }  # fmt: skip
    return engine().render("quote", data, images=images)


def _words(content: Data) -> Data:
    """What was found or is proposed, with its title; a quote of sale without words still says what it is about."""
    found, subject = content["diagnosis"], content["ticket"]["title"] if content["device"] is None else ""
    if found or not subject:
        return {"diagnosis": typo(found or "") or None}
    return {"diagnosis": typo(subject), "diagnosis_title": _("Objet")}


def _line(line: Data) -> Data:
    choice = _("au choix, %(name)s", name=line["choice"]) if line.get("choice") else ""
    detail = ", ".join(filter(None, (line.get("detail"), choice)))
    return {**line, "label": typo(line["label"]), "detail": typo(detail) or None}


def _particulars(quote: Quote, day: str) -> list[list[str]]:
    about = quote.content["ticket"]
    until = clock.written_date(quote.valid_until) if quote.valid_until else ""
    rows = (
        (_("Date"), day),
        (_("Valable jusqu'au"), until),
        (_("Dossier"), about["number"]),
        (_("Réparation par"), about["repairer"]),
        (_("Lieu d'exécution"), "" if quote.of_sale else _("En atelier")),
        (_("Délai"), quote.content["delay"]),
        (_("Version"), str(quote.version) if quote.of_sale and (quote.version or 1) > 1 else ""),
        (_("Acompte"), _deposit(quote)),
    )
    return [[name, value] for name, value in rows if value]


def _deposit(quote: Quote) -> str:
    cents = quote.content.get("deposit") or 0
    if not cents:
        return ""
    return f"{percent(quote.deposit_share)}, {euros(cents)}" if quote.deposit_share else euros(cents)


def preview_offer(quote: Quote) -> bytes:
    """The PDF of a draft of sale as it would be sent now; nothing is kept."""
    return _pdf(quote, _("(brouillon)"), None)


def publish(quote_id: int, ready: Ready) -> Quote:
    """Keep the PDF and tell the client. Done once: a job that runs twice finds it done."""
    require_transaction()
    quote = locked_quote(quote_id)
    if quote.file_id is not None:
        return quote
    stored = files.keep(ready, by=quote.content["organisation"]["name"])
    files.attach(stored, subject_of(quote), _("Devis %(number)s", number=quote.number), for_client=True)
    quote.file_id, quote.file, quote.sha256 = stored.id, stored, stored.sha256
    if quote.state == QuoteState.SENT:
        tell_sent(quote)
    return quote
