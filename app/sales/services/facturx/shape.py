"""What an issued document keeps of everything around its lines: the shape of `SalesDocument.content` and of `shares`.

`snapshot` makes the copy when the document is issued; the XML and the PDF are made from that copy, from the lines and from
the sealed columns, never from the contact or the organisation as they are later. That is why what the law wants on an
invoice must be there before the number is given: see `preflight`.

`shares`: [{code, category, rate, base, vat, reason, vatex}], one a VAT code; rates in basis points, amounts in cents.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organisation
from app.accounts.queries import our_organisation
from app.accounts.states import BEARING, VatRegime
from app.catalog.models import Article
from app.catalog.states import Nature
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.settings import setting
from app.documents.letterhead import head
from app.sales.models import Dated, DocumentLine, QuoteLine, SalesDocument
from app.sales.models.parts import parts_of
from app.sales.queries.documents import third_parties_of
from app.sales.services.documents.terms import with_amounts
from app.sales.services.documents.vat import certificates
from app.sales.states.documents import DocumentKind, LineKind

Data = dict[str, Any]
#: Units that say a service when the line comes from no article.
TIME_UNITS = frozenset(
    {"heure", "heures", "h", "jour", "jours", "minute", "minutes", "forfait", "mois", "semaine", "nuit"}
)
#: What BT-23 begins with.
GOODS, SERVICES, MIXED = "B", "S", "M"
#: What may have been paid of it before its issue: kinds that ask for money.
ASKING = (DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.INVOICE)

#: Called with an invoice about to be issued: [{label, cents, on}] of what its client had paid before, which a higher floor knows.
_paid_before: list[Callable[[SalesDocument], list[Data]]] = []


def paid_before(hook: Callable[[SalesDocument], list[Data]]) -> None:
    """Start-up: have a higher feature say what of an invoice is already paid when it is issued; it settles it in `after_issue`."""
    if hook not in _paid_before:
        _paid_before.append(hook)


def already(content: Mapping[str, Any]) -> int:
    """What was paid before the issue, as the document says it, in cents: BT-113 counts it, BT-115 does not ask for it."""
    return sum(int(part["cents"]) for part in content.get("already") or ())


def snapshot(document: SalesDocument, lines: Sequence[DocumentLine], deposits: Iterable[SalesDocument] = ()) -> Data:
    """The copy kept in `content`. `deposits` are the deposit invoices that this one deducts or takes up."""
    ours = our_organisation()
    client = db.session.get_one(Contact, document.contact_id)
    payer = db.session.get(Contact, document.payer_id) if document.payer_id else None
    business = is_business(client)
    day = document.issued_on or clock.today()
    letter, _images = head(document.kind.label, document.number or "", day)
    paid = [part for hook in _paid_before for part in hook(document)] if document.kind in ASKING else []
    return {
        "organisation": letter["organisation"],
        "logo_file_id": ours.logo_file_id,
        "seller": seller(ours),
        "buyer": buyer(client),
        "payer": buyer(payer) if payer is not None and payer.id != client.id else None,
        "business": business,
        "nature": nature_of(lines),
        "notes": notes(day, business=business),
        "mentions": mentions(ours),
        "certificates": [] if document.kind == DocumentKind.CREDIT else _certificates(lines, client, day),
        "footer": setting("sales.invoice_footer").strip(),
        "origin": reference(document.origin_id),
        "order": reference(document.order_id),
        "deposits": [_reference(deposit) | {"gross": deposit.gross} for deposit in deposits],
        "thirds": third_parties(document),
        "already": paid,
        "instalments": _dates(document, sum(int(part["cents"]) for part in paid)),
    }


def _dates(document: SalesDocument, paid: int) -> list[Data]:
    """The dates of its schedule with what each asks for, once what is already paid is taken off the first ones."""
    rows = document.instalments if document.kind in ASKING else ()
    parts = parts_of([Dated(row.due_on, row.amount) for row in rows], paid)
    return [{"on": part.due_on.isoformat(), "cents": part.left} for part in parts if part.due_on and part.left > 0]


def described(document: SalesDocument) -> Data:
    """What the document says or, a draft, will say: what its making wrote (ticket, deposits, nature) stays. Lines loaded."""
    kept = {key: value for key, value in (document.content or {}).items() if value}
    if kept.get("buyer") and document.issued_at:
        return kept
    return {**snapshot(document, document.lines), **kept}


def is_business(contact: Contact) -> bool:
    """Whether the French rules of e-invoicing between businesses hold: a French company, or an association with a SIRET.

    A private person, an association that no tax knows and a foreigner are outside (CGI art. 289 bis): e-reporting is theirs.
    """
    if (contact.country or "FR") != "FR":
        return False
    return contact.kind == ContactKind.COMPANY or (contact.kind == ContactKind.ASSOCIATION and bool(contact.siret))


def seller(ours: Organisation) -> Data:
    """Our own particulars, as they are today."""
    return {
        "name": ours.name, "legal_form": ours.legal_form, "siret": ours.siret, "vat_number": ours.vat_number,
        "registration": ours.registration, "address": ours.address, "postcode": ours.postcode, "town": ours.town,
        "country": "FR", "phone": ours.phone, "email": ours.email, "iban": ours.iban, "bic": ours.bic,
        "vat_regime": VatRegime(ours.vat_regime or VatRegime.NORMAL).value, "vat_on_debits": bool(ours.vat_on_debits),
    }  # fmt: skip


def buyer(contact: Contact) -> Data:
    """The particulars of a client or of a payer, as they are today."""
    return {
        "name": contact.name, "company": contact.is_company, "siret": contact.siret, "vat_number": contact.vat_number,
        "einvoice_address": contact.einvoice_address, "email": contact.email, "phone": contact.phone,
        "address": contact.address, "postcode": contact.postcode, "town": contact.town, "country": contact.country or "FR",
    }  # fmt: skip


def notes(day: date, *, business: bool) -> dict[str, str]:
    """The notes of BG-1 by their subject code, of that day: recovery fee and late penalties between businesses (L441-10)."""
    found = {"AAB": setting("sales.note_aab")}
    if business:
        found |= {"PMT": setting("sales.note_pmt"), "PMD": setting("sales.note_pmd")}
    return {code: " ".join(with_amounts(text, day).split()) for code, text in found.items() if text.strip()}


def _certificates(lines: Iterable[DocumentLine], client: Contact, day: date) -> list[str]:
    return certificates((line.vat_code for line in lines if line.vat_rate), client.name, day)


def mentions(ours: Organisation) -> list[str]:
    """Sentences that the law wants printed, beside the reason of each VAT exemption."""
    found = []
    if ours.vat_on_debits and ours.vat_regime in BEARING:
        found.append(_("Option pour le paiement de la taxe d'après les débits"))
    return found


def nature_of(lines: Iterable[DocumentLine | QuoteLine]) -> str:
    """B goods, S services, M both (CGI ann. II art. 242 nonies A): what the articles say, else what the units say."""
    items = [line for line in lines if line.kind == LineKind.ITEM]
    ids = {line.article_id for line in items if line.article_id}
    known: dict[int, Nature] = {}
    if ids:
        found = db.session.execute(select(Article.id, Article.nature).where(Article.id.in_(ids)))
        known = {row.id: row.nature for row in found}
    natures = {known.get(line.article_id or 0) or _nature_of_unit(line.unit) for line in items}
    if len(natures) > 1:
        return MIXED
    return GOODS if natures == {Nature.GOODS} else SERVICES


def _nature_of_unit(unit: str) -> Nature:
    return Nature.SERVICES if unit.strip().lower() in TIME_UNITS else Nature.GOODS


def reference(document_id: int | None) -> Data | None:
    """Number, date and kind of another document of ours; None without one."""
    other = db.session.get(SalesDocument, document_id) if document_id else None
    return _reference(other) if other is not None and other.number else None


def _reference(other: SalesDocument) -> Data:
    day = other.issued_on or clock.local(other.created_at).date()
    return {"number": other.number, "date": day.isoformat(), "kind": other.kind.value}


def third_parties(document: SalesDocument) -> list[Data]:
    """The parts that others pay: printed after the total, deducted in BT-113."""
    if document.id is None:
        return []
    return [
        {"label": share.label, "cents": share.amount, "payer": share.payer.name}
        for share in third_parties_of(document.id)
    ]
