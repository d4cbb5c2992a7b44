"""The page of an issued document: what the Typst template reads, from the sealed row, its lines and its copy of the parties."""

from datetime import date
from typing import Any

from app.catalog.states import VatCategory
from app.core import clock
from app.core.i18n import _, typo
from app.core.money import euros, percent, spaced
from app.core.phones import show_phone
from app.documents.letterhead import engine, picture
from app.sales.models import DocumentLine, SalesDocument, borne_by
from app.sales.services.facturx.epc import epc_svg
from app.sales.services.facturx.parties import digits, siren_of
from app.sales.services.facturx.shape import already
from app.sales.services.facturx.xmp import add_particulars
from app.sales.states.documents import DocumentKind, LineKind

Data = dict[str, Any]
NATURES = {
    "B": "Livraison de biens",
    "S": "Prestation de services",
    "M": "Livraison de biens et prestation de services",
}


def render(document: SalesDocument, xml: bytes | None) -> bytes:
    """The PDF (A-3b and UA-1) with `xml` attached as Factur-X; the same document gives the same bytes.

    `document.lines` are loaded. Without `xml`, a plain PDF: orders. Raises DocumentError when no page could be made.
    """
    images: dict[str, bytes] = {}
    logo = picture(images, document.content.get("logo_file_id"), "logo")
    made = engine().render("invoice", page_data(document, logo), images=images, xml=xml)
    return add_particulars(made) if xml else made


def page_data(document: SalesDocument, logo: str | None = None) -> Data:
    """The data of `templates/documents/invoice.typ`."""
    content = document.content
    organisation = content["organisation"]
    footer = "\n".join(filter(None, (typo(content.get("footer") or ""), organisation.get("footer"))))
    day = document.issued_on or clock.local(document.created_at).date()
    return {
        "organisation": organisation | {"logo": logo, "footer": footer or None},
        "kind": document.kind.label,
        "number": document.number or _("(brouillon)"),
        "date": day.isoformat(),
        "particulars": _particulars(document, day),
        "client": client_party(content.get("buyer") or {}),
        "beside": party_beside(document),
        "subject": typo(document.title) or None,
        "lines": [_line(line) for line in document.lines],
        "totals": _totals(document),
        "mentions": _mentions(document),
        "certificates": [typo(text) for text in content.get("certificates") or ()],
        "schedule": _schedule(document),
        "payment": _payment(document),
        "terms": _terms(document),
        "note": typo(document.notes.strip()) or None,
    }


def written(day: date | str | None) -> str:
    """« 24 novembre 2026 »."""
    if not day:
        return ""
    known = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return clock.written_date(known)


def _particulars(document: SalesDocument, day: date) -> list[list[str]]:
    content = document.content
    origin, order, ticket = (content.get(key) or {} for key in ("origin", "order", "ticket"))
    first = next((row["on"] for row in content.get("instalments") or ()), None)
    due = first or document.due_on if document.kind != DocumentKind.CREDIT else None
    supplied = document.supplied_on if document.supplied_on != day else None
    rows = (
        (_("Date"), written(day)),
        (_("Première échéance") if first else _("Échéance"), written(due)),
        (_("Date de la vente"), written(supplied)),
        (_("Facture d'origine"), _numbered(origin)),
        (_("Votre commande"), document.purchase_order),
        (_("Commande"), order.get("number") or ""),
        (_("Dossier"), ticket.get("number") or ""),
    )
    return [[name, value] for name, value in rows if value]


def _numbered(other: Data) -> str:
    if not other.get("number"):
        return ""
    return _(
        "%(number)s du %(day)s", number=other["number"], day=clock.table_date(date.fromisoformat(other["date"][:10]))
    )


def _party(title: str, party: Data, *more: str) -> Data:
    town = " ".join(filter(None, (party.get("postcode"), party.get("town"))))
    lines = [*str(party.get("address") or "").splitlines(), town, *more]
    return {"title": title, "name": party.get("name", ""), "lines": [line for line in lines if line]}


def client_party(buyer: Data) -> Data:
    """The block of the client, from its copy."""
    siren = siren_of(buyer.get("siret"))
    return _party(
        _("Client"), buyer,
        show_phone(buyer.get("phone") or ""),
        _("SIREN %(siren)s", siren=spaced(int(siren)) if siren and siren[0] != "0" else siren) if siren else "",
        _("TVA %(number)s", number=buyer["vat_number"]) if buyer.get("vat_number") else "",
    )  # fmt: skip


def party_beside(document: SalesDocument) -> Data | None:
    """The block beside it: where it is delivered, who pays, or the thing repaired."""
    payer = document.content.get("payer")
    if document.delivery_address.strip():
        lines = [line.strip() for line in document.delivery_address.splitlines() if line.strip()]
        return {"title": _("Livraison ou intervention"), "name": lines[0], "lines": lines[1:]}
    if payer:
        return _party(_("Payeur"), payer)
    ticket = document.content.get("ticket") or {}
    if ticket.get("title"):
        serial = _("N° de série %(serial)s", serial=ticket["serial"]) if ticket.get("serial") else ""
        return {"title": _("Appareil"), "name": typo(ticket["title"]), "lines": [serial] if serial else []}
    return None


def _line(line: DocumentLine) -> Data:
    if line.kind != LineKind.ITEM:
        words = "\n".join(filter(None, (typo(line.label), typo(line.detail))))
        return {"type": line.kind.value, "label": words}
    discount = _("remise %(rate)s", rate=percent(line.discount)) if line.discount else ""
    detail = ", ".join(filter(None, (line.reference, typo(line.detail), discount)))
    return {
        "label": typo(line.label), "detail": detail or None, "quantity": f"{line.quantity / 1000:.3f}", "unit": line.unit,
        "unit_price": line.unit_price, "vat": line.vat_rate or None, "total": line.net, "status": None,
    }  # fmt: skip


def _totals(document: SalesDocument) -> Data:
    """Total, VAT by rate, then what is deducted after the total: deposits, parts paid by third parties, what is already paid."""
    content = document.content
    deductions: list[Data] = [
        {"label": _("Acompte %(what)s", what=_numbered(deposit)), "cents": deposit.get("gross") or 0}
        for deposit in content.get("deposits") or ()
    ]
    if sum(item["cents"] for item in deductions) != document.prepaid:
        deductions = [{"label": _("Acomptes versés"), "cents": document.prepaid}] if document.prepaid else []
    deductions += [
        {"label": typo(borne_by(part["label"], part["payer"])), "cents": part["cents"]}
        for part in content.get("thirds") or ()
    ]
    deductions += [{"label": typo(part["label"]), "cents": part["cents"]} for part in content.get("already") or ()]
    taxed = any(bool(share["rate"]) for share in document.shares)
    return {
        "net": document.net,
        "vat": [
            {"rate": share["rate"], "base": share["base"], "amount": share["vat"]} for share in document.shares if taxed
        ],
        "gross": document.gross,
        "deductions": deductions,
        "due": document.due - already(content),
        "due_label": _("Montant de l'avoir") if document.kind == DocumentKind.CREDIT else _("Net à payer"),
    }


def _mentions(document: SalesDocument) -> list[str]:
    content = document.content
    taxed = (VatCategory.STANDARD.value, VatCategory.ZERO.value)
    reasons = [
        share["reason"] for share in document.shares if share.get("category") not in taxed and share.get("reason")
    ]
    nature = NATURES.get(content.get("nature") or "")
    operation = _("Opération : %(nature)s", nature=_(nature).lower()) if nature else ""
    found = [*reasons, *(content.get("mentions") or ()), operation]
    return [typo(text) for text in dict.fromkeys(found) if text]


def _schedule(document: SalesDocument) -> Data | None:
    """When an invoice is paid at several dates, and how much at each."""
    rows = document.content.get("instalments") or ()
    if not rows:
        return None
    return {"title": _("Échéancier"), "rows": [[f"{rank}. {written(row['on'])}", euros(row["cents"])] for rank, row in enumerate(rows, 1)]}  # fmt: skip


def _payment(document: SalesDocument) -> Data | None:
    """How to pay what is due: the transfer's particulars and its code, for the first date of a schedule."""
    seller = document.content.get("seller") or {}
    if document.kind == DocumentKind.CREDIT:
        return {
            "title": _("Remboursement"),
            "text": _("À déduire d'un prochain règlement ou à rembourser."),
            "rows": [],
        }
    if document.kind not in (DocumentKind.INVOICE, DocumentKind.DEPOSIT, DocumentKind.PROGRESS):
        return None
    asked = document.due - already(document.content)
    if asked <= 0:
        return {"title": _("Règlement"), "text": _("Rien ne reste à payer."), "rows": []}
    iban, bic = digits(seller.get("iban")), digits(seller.get("bic"))
    if not iban:
        return None
    cents = next((row["cents"] for row in document.content.get("instalments") or ()), asked)
    code = epc_svg(seller.get("name", ""), iban, bic, cents, document.number or "")
    rows = [[_("IBAN"), _grouped(iban)], [_("BIC"), bic], [_("Référence"), document.number or ""]]
    scan = _(
        "Flashez ce code avec l'application de votre banque : le virement de %(due)s se remplit seul.",
        due=euros(cents),
    )
    return {
        "title": _("Payer par virement"), "text": None, "rows": [row for row in rows if row[1]], "qr_svg": code,
        "qr_text": scan if code else None,
    }  # fmt: skip


def _grouped(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _terms(document: SalesDocument) -> list[str]:
    notes = document.content.get("notes") or {}
    conditions = [line for line in document.conditions.split("\n") if line.strip()]
    legal = [notes[code] for code in ("AAB", "PMD", "PMT") if notes.get(code)]
    return [typo(line) for line in (*conditions, *(legal if document.kind != DocumentKind.CREDIT else ()))]
