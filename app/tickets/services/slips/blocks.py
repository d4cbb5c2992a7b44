"""The blocks of the intake slip (D6): each particular of the law, on or off, in the organisation's order."""

from collections.abc import Callable
from typing import Any

from app.accounts.queries import our_organisation
from app.assets.queries import custom_pairs, fields_of
from app.contacts.queries import consents_of
from app.core import clock
from app.core.i18n import _
from app.core.phones import show_phone
from app.core.settings import setting
from app.documents.letterhead import picture
from app.documents.queries import SlipPart, slip_blocks
from app.documents.states import SlipBlock
from app.questionnaires.states import Use
from app.tickets.models import Ticket
from app.tickets.services.slips.pieces import Data, Images, address, checks, who

B = SlipBlock


def intake_blocks(ticket: Ticket, images: Images) -> list[Data]:
    """The blocks to print; neighbouring particulars are gathered in one table."""
    blocks: list[Data] = []
    for part in slip_blocks():
        for block in _block(part, ticket, images):
            last = blocks[-1] if blocks else None
            if last and last["type"] == block["type"] == "rows" and not block["title"]:
                last["rows"] += block["rows"]
            else:
                blocks.append(block)
    return blocks


def _block(part: SlipPart, ticket: Ticket, images: Images) -> list[Data]:
    if part.is_own:
        return [_text(part.title or None, part.text)] if part.text else []
    row = ROWS.get(B(part.key))
    if row is not None:
        value = row(ticket)
        rows = [[part.title or label, found] for label, found in value if found]
        return [{"type": "rows", "title": None, "rows": rows}] if rows else []
    return WHOLE[B(part.key)](part, ticket, images)


def _text(title: str | None, text: str, *, small: bool = False) -> Data:
    return {"type": "text", "title": title, "text": text, "small": small}


def _amount(cents: int | None, text: str) -> Any:
    return {"cents": cents, "text": text} if cents else None


def _device(ticket: Ticket) -> str:
    family = ticket.family.name if ticket.family else ""
    return ticket.title if family.lower() in ticket.title.lower() else f"{family}, {ticket.title}".strip(", ")


def _warranty(ticket: Ticket) -> str:
    bought = ticket.asset.bought_on if ticket.asset else None
    return ", ".join(
        filter(None, (ticket.cover.label, _("acheté le %(day)s", day=clock.table_date(bought)) if bought else ""))
    )


def _dropped(ticket: Ticket) -> list[tuple[str, Any]]:
    return [(_("Déposé par"), ticket.dropped_by), (_("À contacter"), ticket.person_to_contact)]


def _repairer(_ticket: Ticket) -> list[tuple[str, Any]]:
    ours = our_organisation()
    return [(_("Atelier"), ", ".join(filter(None, (ours.name, show_phone(ours.phone), ours.email))))]


def _fields(ticket: Ticket) -> list[tuple[str, Any]]:
    values = ticket.asset.custom if ticket.asset else {}
    return list(custom_pairs(fields_of(ticket.family_id), values, on_slips=True))


def _paid(ticket: Ticket) -> list[tuple[str, Any]]:
    how = _("par %(how)s", how=ticket.paid_by) if ticket.paid_by else ""
    return [(_("Payé au dépôt"), _amount(ticket.paid_at_intake, how))]


Row = Callable[[Ticket], list[tuple[str, Any]]]

ROWS: dict[SlipBlock, Row] = {
    B.REPAIRER: _repairer,
    B.CLIENT: lambda ticket: [(_("Client"), who(ticket))],
    B.ADDRESS: lambda ticket: [(_("Adresse"), ", ".join(address(ticket)))],
    B.DROPPED_BY: _dropped,
    B.DEVICE: lambda ticket: [(_("Appareil"), _device(ticket))],
    B.SERIAL: lambda ticket: [(_("N° de série"), ticket.asset.serial if ticket.asset else "")],
    B.FIELDS: _fields,
    B.ACCESSORIES: lambda ticket: [(_("Déposés"), ", ".join(ticket.accessories))],
    B.FAULT: lambda ticket: [(_("Panne"), ticket.fault)],
    B.EXTRA_WORK: lambda ticket: [(_("En plus"), ticket.extra_work)],
    B.WARRANTY: lambda ticket: [(_("Garantie"), _warranty(ticket))],
    B.PRIORITY: lambda ticket: [(_("Priorité"), ticket.priority.label)],
    B.PROMISED: lambda ticket: [(_("Promis"), clock.long_date(ticket.promised_on) if ticket.promised_on else "")],
    B.CEILING: lambda ticket: [(_("Plafond"), _amount(ticket.ceiling, _("TTC")))],
    B.DIAGNOSIS_FEE: lambda ticket: [(_("Diagnostic"), _amount(ticket.diagnosis_fee, _("TTC, déduits si réparé")))],
    B.PAID: _paid,
}


def _ordering(part: SlipPart, _ticket: Ticket, _images: Images) -> list[Data]:
    return [_text(part.title or _("Pour commander les pièces"), part.text)] if part.text else []


def _points(use: Use, title: str) -> Callable[[SlipPart, Ticket, Images], list[Data]]:
    def make(part: SlipPart, ticket: Ticket, _images: Images) -> list[Data]:
        found = checks(ticket, use)
        return [{"type": "checks", "title": part.title or _(title), "rows": found}] if found else []

    return make


def _bonus(part: SlipPart, _ticket: Ticket, _images: Images) -> list[Data]:
    if not part.text:
        return []
    return [{"type": "notice", "title": part.title or _("Bonus réparation"), "text": part.text, "tone": "vert"}]


def _consents(part: SlipPart, ticket: Ticket, _images: Images) -> list[Data]:
    if ticket.contact_id is None:
        return []
    given = consents_of(ticket.contact_id)
    items = [
        {"text": consent.wording, "given": consent.given}
        for consent in given.values()
        if consent.source == ticket.number
    ]
    return (
        [{"type": "consents", "title": part.title or _("Accords du client"), "items": items, "half": True}]
        if items
        else []
    )


def _terms(part: SlipPart, _ticket: Ticket, _images: Images) -> list[Data]:
    return [_text(part.title or None, part.text or setting("tickets.deposit_terms"), small=True)]


def _sign(part: SlipPart, ticket: Ticket, images: Images) -> list[Data]:
    return [
        {
            "type": "signature",
            "title": part.title or _("Signature du client"),
            "text": None,
            "image": picture(images, ticket.signature_file_id, "signature"),
            "name": ticket.signed_name or None,
            "date": clock.full(ticket.received_at) if ticket.signed_name or ticket.signature_file_id else None,
            "half": True,
        }
    ]


WHOLE: dict[SlipBlock, Callable[[SlipPart, Ticket, Images], list[Data]]] = {
    B.ORDERING: _ordering,
    B.PRELIMINARY: _points(Use.PRELIMINARY, "Questions préalables"),
    B.CHECK_IN: _points(Use.CHECK_IN, "Contrôles devant le client"),
    B.BONUS: _bonus,
    B.CONSENTS: _consents,
    B.TERMS: _terms,
    B.SIGNATURE: _sign,
}
