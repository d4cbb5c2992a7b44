"""What a quote says: a copy of the ticket at that moment, in the shape that the Typst template reads.

Amounts are cents, rates basis points. What comes only with the sending (number, dates, link) is added when printed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.i18n import _, _n, typo
from app.core.money import Totals, euros
from app.core.settings import setting
from app.documents.letterhead import head
from app.sales.models import Quote, ThirdPartyShare
from app.sales.queries import lines_total, quotes_of
from app.sales.services.documents.vat import certificates, code_if_any, rates_on
from app.sales.services.rights import notice_of, usual_place
from app.sales.services.thirds import told
from app.sales.states.withdrawal import Concluded, Exempt
from app.tickets.models import Ticket, TicketLine
from app.tickets.services.slips.pieces import client_party, device_party, line_data

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed beside the lines: conditions, delay of the work, days of validity, where it is concluded (None: as usual)."""

    conditions: str
    delay: str
    days: int
    concluded: Concluded | None = None
    exempt: Exempt = Exempt.NONE


def terms_for(ticket: Ticket) -> Terms:
    """The terms to propose: those of the ticket's last quote, else those of the settings."""
    for quote in quotes_of(ticket.id):
        return Terms(
            quote.conditions,
            quote.content.get("delay", ""),
            quote.content.get("days", setting("sales.quote_days")),
            quote.concluded,
            quote.exempt,
        )
    return Terms(setting("sales.quote_conditions"), _usual_delay(ticket), setting("sales.quote_days"), usual_place())


def _usual_delay(ticket: Ticket) -> str:
    days = ticket.family.repair_days if ticket.family else setting("tickets.repair_days")
    return _n("%(num)s jour ouvré après votre accord", "%(num)s jours ouvrés après votre accord", days)


def snapshot(ticket: Ticket, lines: Sequence[TicketLine], terms: Terms, shares: Iterable[ThirdPartyShare] = ()) -> Data:
    """The copy. `ticket` is loaded with its contact, thing and assignee; `shares`: what others pay of it."""
    ours, _images = head(_("Devis"), ticket.number, clock.today())
    sums = lines_total(lines)
    return {
        "organisation": with_footer(ours["organisation"]),
        "logo_file_id": our_organisation().logo_file_id,
        "ticket": {
            "number": ticket.number,
            "title": ticket.title,
            "repairer": ticket.assignee.name if ticket.assignee else "",
        },
        "client": client_party(ticket),
        "device": device_party(ticket) if ticket.asset else None,
        "diagnosis": ticket.diagnosis or None,
        "lines": [_line(line) for line in lines],
        "totals": _totals(ticket, sums, told(shares)),
        "vat_note": _("TVA non applicable, art. 293 B du CGI") if _exempt(sums) else None,
        "certificates": _certificates(ticket, sums),
        "notice": notice(),
        "fee": {"cents": ticket.diagnosis_fee or 0, "deducted": True},
        "delay": terms.delay,
        "days": terms.days,
        "withdrawal": notice_of(ticket.contact, terms.concluded or usual_place(), terms.exempt),
    }


def with_footer(organisation: Data) -> Data:
    """The organisation with the foot of quotes above its legal particulars."""
    own = typo(setting("sales.quote_footer").strip())
    return organisation | {"footer": "\n".join(filter(None, (own, organisation["footer"]))) or None}


def notice() -> Data | None:
    """The box beside the total, by the settings; None without its words."""
    text = setting("sales.quote_notice").strip()
    return (
        {"title": setting("sales.quote_notice_title").strip() or None, "text": typo(text), "tone": "vert"}
        if text
        else None
    )


def _line(line: TicketLine) -> Data:
    return line_data(line) | {"gross": line.gross}


def _exempt(sums: Totals) -> bool:
    return sums.vat == 0 and not our_organisation().vat_number


def _certificates(ticket: Ticket, sums: Totals) -> list[str]:
    today = clock.today()
    codes = [code_if_any(share.rate, rates_on(today)) for share in sums.shares]
    return certificates(codes, ticket.contact.name if ticket.contact else "…", today)


def _totals(ticket: Ticket, sums: Totals, thirds: list[Data]) -> Data:
    paid = ticket.paid_at_intake or 0
    owed = sums.gross - sum(third["cents"] for third in thirds)
    return {
        "net": sums.net,
        "vat": []
        if _exempt(sums)
        else [{"rate": share.rate, "base": share.base, "amount": share.vat} for share in sums.shares],
        "gross": sums.gross,
        "deductions": thirds + ([{"label": _("Versé au dépôt"), "cents": paid}] if paid else []),
        "due": max(0, owed - paid),
        "due_label": due_label(thirds=bool(thirds), paid=bool(paid)),
    }


def due_label(*, thirds: bool, paid: bool = False) -> str:
    """What is left to the client, as the foot of a quote calls it."""
    return _("Reste à votre charge") if thirds else _("Reste à payer") if paid else _("Net à payer")


def summary(quote: Quote) -> dict[str, str]:
    """What every message about a quote may say, its links aside."""
    about = quote.content["ticket"]
    return {
        "devis": quote.number or "",
        "dossier": about["number"],
        "appareil": about["title"],
        "objet": about["title"],
        "montant": euros(quote.due),
        "valable": clock.long_date(quote.valid_until, year=True) if quote.valid_until else "",
    }
