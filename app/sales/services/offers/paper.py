"""What a quote of sale prints: the shape that the template of every quote reads, with titles, subtotals, options and choices."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.accounts.queries import our_organisation
from app.contacts.models import Contact
from app.core import clock
from app.core.i18n import _, typo
from app.core.money import gross_cents, quantity
from app.core.phones import show_phone
from app.documents.letterhead import head
from app.sales.models import Quote, QuoteLine
from app.sales.services.content import due_label, notice, with_footer
from app.sales.services.documents.amounts import Share, bases_of, deposit_of, shares_of
from app.sales.services.documents.vat import certificates
from app.sales.services.rights import notice_of, usual_place
from app.sales.services.thirds import of_quote, told
from app.sales.states import LineKind
from app.sales.states.withdrawal import Exempt

Data = dict[str, Any]


def paper(quote: Quote, lines: Sequence[QuoteLine], *, introduction: str, delay: str, days: int) -> Data:
    """The copy of a quote of sale; its contact is loaded. What comes with the sending (number, dates, link) is added when printed."""
    ours, _images = head(_("Devis"), "", clock.today())
    return {
        "organisation": with_footer(ours["organisation"]),
        "logo_file_id": our_organisation().logo_file_id,
        "ticket": {"number": "", "title": quote.title, "repairer": ""},
        "client": _party(quote.contact),
        "device": None,
        "diagnosis": introduction.strip() or None,
        "diagnosis_title": typo(quote.title) or _("Notre proposition"),
        "certificates": certificates(
            (line.vat_code for line in lines if line.kind == LineKind.ITEM and line.vat_rate),
            quote.contact.name,
            clock.today(),
        ),
        "notice": notice(),
        "fee": {"cents": 0, "deducted": True},
        "withdrawal": notice_of(quote.contact, quote.concluded or usual_place(), quote.exempt or Exempt.NONE),
        "delay": delay,
        "days": days,
        **printed(quote, lines),
    }


def printed(quote: Quote, lines: Sequence[QuoteLine]) -> Data:
    """Lines, totals, the words on VAT, and the deposit of what counts among these lines."""
    shares = shares_of(bases_of(line for line in lines if line.counted), clock.today())
    net, vat = sum(share["base"] for share in shares), sum(share["vat"] for share in shares)
    thirds = told(of_quote(quote.id))
    left = net + vat - sum(third["cents"] for third in thirds)
    return {
        "lines": _rows(lines),
        "totals": {
            "net": net, "vat": _vats(shares), "gross": net + vat, "deductions": thirds, "due": left,
            "due_label": due_label(thirds=bool(thirds)),
        },
        "vat_note": " ".join(dict.fromkeys(share["reason"] for share in shares if share["category"] != "S")) or None,
        "deposit": deposit_of(shares, quote.deposit_share, quote.deposit_amount),
    }  # fmt: skip


def _vats(shares: Iterable[Share]) -> list[Data]:
    return [{"rate": share["rate"], "base": share["base"], "amount": share["vat"]} for share in shares if share["rate"]]


def _party(contact: Contact) -> Data:
    lines = [
        contact.address,
        f"{contact.postcode} {contact.town}".strip(),
        show_phone(contact.phone) if contact.phone else "",
        contact.email,
    ]
    return {"title": _("Client"), "name": contact.name, "lines": [line for line in lines if line]}


def _rows(lines: Sequence[QuoteLine]) -> list[Data]:
    """The lines, with the subtotal of each title under its last line."""
    rows: list[Data] = []
    title, subtotal = "", 0
    for line in lines:
        if line.kind == LineKind.SECTION:
            _close(rows, title, subtotal)
            title, subtotal = line.label, 0
        rows.append(_row(line))
        subtotal += line.net if line.counted else 0
    _close(rows, title, subtotal)
    return rows


def _close(rows: list[Data], title: str, subtotal: int) -> None:
    if title and rows and rows[-1]["type"] != "section":
        rows.append({"type": "subtotal", "label": _("Sous-total %(title)s", title=title), "total": subtotal})


def _row(line: QuoteLine) -> Data:
    if line.kind != LineKind.ITEM:
        return {"type": line.kind.value, "label": "\n".join(filter(None, (line.label, line.detail)))}
    return {
        "type": "item", "id": line.id, "label": line.label,
        "detail": ", ".join(filter(None, (line.reference, line.detail))) or None,
        "quantity": quantity(line.quantity).replace(",", "."), "unit": line.unit, "unit_price": line.unit_price,
        "vat": line.vat_rate, "vat_code": line.vat_code, "total": line.net, "gross": gross_cents(line.net, line.vat_rate),
        "status": None if line.counted else "variant" if line.choice else "option", "optional": line.optional, "choice": line.choice, "chosen": line.chosen,
    }  # fmt: skip
