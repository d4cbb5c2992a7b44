"""The PDF of a numbered order, and of a delivery or a return: what the client signs for. The same document gives the same bytes."""

from collections.abc import Mapping
from typing import Any

from app.core.i18n import _, typo
from app.core.money import euros, percent
from app.documents.letterhead import engine, picture
from app.sales.models import DocumentLine, Instalment, SalesDocument
from app.sales.queries.documents import document_by_id, of_order
from app.sales.services.facturx.page import client_party, page_data, party_beside, written
from app.sales.states import DocumentKind, LineKind

Data = dict[str, Any]
PAPERS = (DocumentKind.ORDER, DocumentKind.DELIVERY)


def is_paper(document: SalesDocument) -> bool:
    """Whether it is an order or a delivery that has its number: it prints at any time, and is not sealed."""
    return document.kind in PAPERS and document.number is not None


def print_paper(document: SalesDocument) -> bytes:
    """The PDF (A-3b and UA-1) of such a document, loaded with its lines. Raises DocumentError when no page could be made."""
    images: dict[str, bytes] = {}
    logo = picture(images, document.content.get("logo_file_id"), "logo")
    if document.kind == DocumentKind.ORDER:
        return engine().render("invoice", order_data(document, logo), images=images)
    return engine().render("delivery", delivery_data(document, logo), images=images)


def order_data(order: SalesDocument, logo: str | None = None) -> Data:
    """The data of `templates/documents/invoice.typ`: an order asks for nothing by itself, but says when it will be paid."""
    data = page_data(order, logo)
    rows = [_instalment(order, row) for row in order.instalments]
    return data | {
        "kind": _("Bon de commande"),
        "totals": data["totals"] | {"due_label": _("Total de la commande")},
        "payment": {"title": _("Échéancier"), "text": None, "rows": rows} if rows else None,
        "terms": [typo(line) for line in order.conditions.split("\n") if line.strip()],
    }


def _instalment(order: SalesDocument, row: Instalment) -> list[str]:
    when = written(row.due_on) or row.event.label
    amount = row.amount or round(order.gross * row.share / 10_000)
    share = "" if row.amount else f", {percent(row.share)}"
    return [f"{typo(row.label)}{share} ({when[:1].lower()}{when[1:]})", euros(amount)]


# --- deliveries ---------------------------------------------------------------------------------------------------


def delivery_data(document: SalesDocument, logo: str | None = None) -> Data:
    """The data of `templates/documents/delivery.typ`. A delivery says beside each quantity what was ordered and what is left."""
    content, back = document.content, document.is_return
    ordered, before = ({}, {}) if back else _told(document)
    return {
        "organisation": content["organisation"] | {"logo": logo},
        "kind": document.noun,
        "number": document.number or "",
        "date": document.issued_on.isoformat() if document.issued_on else "",
        "particulars": _particulars(document),
        "client": client_party(content.get("buyer") or {}),
        "beside": party_beside(document),
        "subject": typo(document.title) or None,
        "heads": [_("Rendu")] if back else [_("Commandé"), _("Livré"), _("Reste à livrer")],
        "lines": [_line(line, ordered, before, back=back) for line in document.lines],
        "note": typo(document.notes.strip()) or None,
        "signature": None if back else {
            "title": _("Reçu par le client"), "text": _("Date, nom et signature, avec vos réserves s'il y en a"), "image": None,
            "name": None, "date": None,
        },
    }  # fmt: skip


def _particulars(document: SalesDocument) -> list[list[str]]:
    origin, order, ticket = (document.content.get(key) or {} for key in ("origin", "order", "ticket"))
    rows = (
        (_("Date"), written(document.issued_on)),
        (_("Livraison d'origine"), origin.get("number") or ""),
        (_("Commande"), order.get("number") or ""),
        (_("Votre commande"), document.purchase_order),
        (_("Dossier"), ticket.get("number") or ""),
    )
    return [[name, value] for name, value in rows if value]


def _told(delivery: SalesDocument) -> tuple[dict[int, int], dict[int, int]]:
    """Thousandths by line of the order: ordered, and brought by its deliveries up to this one, returns taken off."""
    order = document_by_id(delivery.order_id or 0)
    ordered = {line.id: line.quantity for line in order.lines} if order is not None else {}
    brought = dict.fromkeys(ordered, 0)
    for other in of_order(delivery.order_id or 0, DocumentKind.DELIVERY):
        for line in other.lines if other.id <= delivery.id else ():
            if line.source_id in brought:
                brought[line.source_id] += line.quantity
    return ordered, brought


def _line(line: DocumentLine, ordered: Mapping[int, int], brought: Mapping[int, int], *, back: bool) -> Data:
    if line.kind != LineKind.ITEM:
        return {"type": line.kind.value, "label": "\n".join(filter(None, (typo(line.label), typo(line.detail))))}
    source = line.source_id or 0
    whole = ordered.get(source, line.quantity)
    counts = [-line.quantity] if back else [whole, line.quantity, max(0, whole - brought.get(source, whole))]
    return {
        "label": typo(line.label), "detail": ", ".join(filter(None, (line.reference, typo(line.detail)))) or None,
        "unit": line.unit, "counts": [f"{count / 1000:.3f}" for count in counts],
    }  # fmt: skip
