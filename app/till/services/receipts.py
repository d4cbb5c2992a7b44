"""The receipt of a ticket on 80 mm: printed in the request, or sent by the worker. Each copy is written to the journal.

Particulars: CGI art. 286 I 3° bis and its doctrine (number, moment to the second, till, seller, operator, lines, tax per rate,
means, number of lines, program, short signature, original or duplicate); the note of arrêté n° 83-50/A for a service.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.accounts.queries import our_organisation
from app.catalog.models import Article
from app.catalog.states import ArticleKind
from app.core import chain, clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _, typo
from app.core.jobs import later
from app.core.law import legal
from app.core.phones import show_phone
from app.core.queue import HEAVY
from app.core.settings import setting
from app.core.subject import subject_of
from app.documents.letterhead import engine
from app.till.models import TillSale
from app.till.queries.records import prints_of, refunds_of, sale_by_id, till_by_id
from app.till.queries.shelf import borne_of
from app.till.services.sealing import locked_till, ring
from app.till.states import EventKind, LineKind, Means, SaleKind

SEND = "app.till.jobs.send_receipt"
Data = dict[str, Any]


@cache
def software() -> str:
    """The program and its version, as receipts say them."""
    about = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    return f"Établi {about['project']['version']}"


def note_print(sale: TillSale) -> int:
    """Write that the ticket is printed or sent. Returns 0 for the original, n for its n-th duplicate."""
    till = locked_till(sale.till_id)
    done = prints_of(sale)
    ring(till, EventKind.REPRINT if done else EventKind.PRINT, sale=sale.id, number=sale.number, copy=done)
    return done


def ask_mail(sale: TillSale, address: str) -> None:
    """Have the receipt sent. Raises DomainError without an address that can be one."""
    found = address or (sale.contact.email if sale.contact else "")
    if "@" not in found or len(found) > 200 or any(char.isspace() for char in found):
        raise DomainError(_("Donnez l'adresse de courriel du client, par exemple nom@exemple.fr."))
    copy = note_print(sale)
    later(SEND, sale.id, copy, found, label=_("Ticket %(number)s par courriel", number=sale.number), queue_name=HEAVY)


def needs_note(sale: TillSale) -> bool:
    """True when a service of the price that the law says, that day, was sold: the receipt is its note (arrêté n° 83-50/A)."""
    services = [line for line in sale.lines if line["kind"] == LineKind.ITEM]
    if sale.kind != SaleKind.SALE or sale.gross < legal("till.note_from", clock.local(sale.at).date()):
        return False
    if sale.ticket_id:
        return True
    ids = [line["article"] for line in services if line["article"]]
    kinds = (ArticleKind.SERVICE, ArticleKind.STANDARD)
    query = select(Article.id).where(Article.id.in_(ids), Article.kind.in_(kinds)).limit(1)
    return bool(ids) and db.session.scalar(query) is not None


def render(sale: TillSale, copy: int) -> bytes:
    """The receipt as a PDF of 80 mm. `copy`: 0 the original, n the n-th duplicate."""
    return engine().render("receipt", data_of(sale, copy))


def data_of(sale: TillSale, copy: int) -> Data:
    """What the receipt says."""
    till = till_by_id(sale.till_id)
    moment = clock.local(sale.at)
    link = chain.seal_of(subject_of(sale))
    items = [line for line in sale.lines if line["kind"] == LineKind.ITEM]
    return {
        "kind": _title(sale),
        "number": sale.number,
        "date": moment.date().isoformat(),
        "organisation": _seller(),
        "training": _("FACTICE : ticket d'école, sans valeur") if sale.training else None,
        "copy": _("ORIGINAL") if copy == 0 else _("DUPLICATA %(n)s", n=copy),
        "facts": [
            [_("Date"), moment.strftime("%d/%m/%Y %H:%M:%S %z")],
            [_("Caisse"), f"{till.name} ({till.code})" if till else ""],
            [_("Opérateur"), sale.operator],
            [_("Client"), sale.contact.name if sale.contact else ""],
        ],
        "links": _links(sale),
        "lines": [_line(line) for line in sale.lines],
        "count": _("Nombre de lignes : %(n)s", n=len(sale.lines)),
        "shares": [
            {"rate": share["rate"], "reason": share["reason"] or None, "base": share["base"], "vat": share["vat"], "gross": share["gross"]}
            for share in sale.shares
        ],
        "net": sale.net, "vat": sale.vat, "total": sale.gross + sale.settled, "sold": bool(items),
        "thirds": [[typo(words), -cents] for words, cents in borne_of(sale)],
        "due": sale.gross + sale.settled - sum(row["amount"] for row in sale.means if row["means"] == Means.THIRD),
        "means": [_means(row) for row in sale.means if row["means"] != Means.THIRD],
        "change": sale.change or None,
        "footer": [line for line in str(setting("till.receipt_footer")).split("\n") if line.strip()],
        "note": _("Note (arrêté n° 83-50/A du 3 octobre 1983)") if needs_note(sale) else None,
        "software": software(),
        "signature": link.signature[:12] if link else "",
        "paper": _("Justificatif non valable pour encaissement") if sale.training else None,
    }  # fmt: skip


def _title(sale: TillSale) -> str:
    return {
        SaleKind.SALE: _("Ticket de caisse"),
        SaleKind.REFUND: _("Ticket de remboursement"),
        SaleKind.SETTLEMENT: _("Reçu de règlement"),
    }[sale.kind]


def _seller() -> Data:
    ours = our_organisation()
    lines = [
        ", ".join(filter(None, (ours.address, f"{ours.postcode} {ours.town}".strip()))),
        show_phone(ours.phone),
        _("SIRET %(siret)s", siret=ours.siret) if ours.siret else "",
        _("TVA %(vat)s", vat=ours.vat_number) if ours.vat_number else "",
        ours.registration,
        _("France"),
    ]
    return {"name": ours.name, "tagline": None, "lines": [line for line in lines if line], "logo": None, "accent": None, "footer": None}  # fmt: skip


def _links(sale: TillSale) -> list[str]:
    """What this ticket cancels or changes, and by which it is."""
    said = []
    if sale.reverses_id:
        origin = sale_by_id(sale.reverses_id)
        if origin is not None:
            whole = origin.gross + sum(other.gross for other in refunds_of(origin.id)) == 0
            said.append((_("Ce ticket annule le ticket n° %(n)s.") if whole else _("Ce ticket modifie le ticket n° %(n)s.")) % {"n": origin.number})  # fmt: skip
    others = refunds_of(sale.id)
    whole = bool(others) and sale.gross + sum(other.gross for other in others) == 0
    words = (
        _("Ce ticket est annulé par le ticket n° %(n)s.")
        if whole
        else _("Ce ticket est modifié par le ticket n° %(n)s.")
    )
    said.extend(words % {"n": other.number} for other in others)
    return said


def _line(line: Data) -> Data:
    return {
        "label": line["label"], "reference": _reference(line) or None, "quantity": f"{line['quantity'] / 1000:g}",
        "price": line["price"], "discount": line["discount"] or None, "gross": line["gross"],
        "rate": line["rate"] if line["kind"] == LineKind.ITEM else None,
        "net": round(line["gross"] * 10_000 / (10_000 + line["rate"])) if line["kind"] == LineKind.ITEM else None,
    }  # fmt: skip


def _reference(line: Data) -> str:
    numbers = _("N° %(codes)s", codes=line["lots"]) if line.get("lots") else ""
    return ", ".join(filter(None, (line["reference"], numbers)))


def _means(row: Data) -> list[Any]:
    words = Means(row["means"]).label
    return [f"{words} {row['reference']}".strip(), row["received"]]
