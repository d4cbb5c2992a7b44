"""A supplier's price list: received, compared whole with the catalogue, shown, then applied batch by batch.

What is applied is what was shown: an article that somebody changed in between is left, and said. A worker killed at any
moment loses nothing: the comparison begins again, the application goes on after the last line applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from app.catalog.services import price_keeping_margin
from app.catalog.services.bulk import NewPrice, write_prices
from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later, progress
from app.core.queue import HEAVY
from app.core.reading import Layout, open_table, sniff
from app.documents.services import keep, open_file, prepare_as_is
from app.exchange import values
from app.exchange.kinds.base import Field, Line
from app.exchange.models import PriceUpdate, PriceUpdateLine
from app.exchange.queries import mapping_for
from app.exchange.queries.prices import locked_update, matching, price_update
from app.exchange.services.judging import Judge, Judged
from app.exchange.services.mapping import guess_mapping, keep_mapping, mapping_fault
from app.exchange.services.receiving import MIME
from app.exchange.states import CHANGING, PRICES, PRICES_RUNNING, PriceMode, PriceState, PriceVerdict

JOB = "app.exchange.jobs.prices_work"
BATCH = 250

FIELDS = (
    Field("reference", "Référence du fournisseur", ("ref", "reference", "code article", "code", "ref fournisseur", "reference article", "sku"), values.text(80)),
    Field("barcode", "Code-barres", ("ean", "ean13", "gtin", "code barre", "barcode"), values.text(80)),
    Field("price", "Prix d'achat HT", ("prix net", "prix net ht", "prix ht", "tarif", "tarif ht", "pu ht", "prix", "prix achat", "pa ht", "net price", "price"), values.amount),
    Field("label", "Désignation", ("libelle", "designation", "article", "produit", "nom"), values.text(200)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PriceList:
    """How a supplier's list is read."""

    fields: tuple[Field, ...] = FIELDS

    def sense(self, line: Line) -> str:
        """A line names an article and its price."""
        if not line.text("reference") and not line.text("barcode"):
            return _("Cette ligne n'a ni référence ni code-barres.")
        if line["price"] is None:
            return _("Le prix de cette ligne ne se lit pas : écrivez-le comme 1234,50.")
        return _("Le prix de cette ligne est négatif.") if line["price"] < 0 else ""

    def field(self, key: str) -> Field:
        """The field of that key. Raises KeyError."""
        return {item.key: item for item in self.fields}[key]


PRICE_LIST = PriceList()


def receive_prices(data: bytes, name: str, *, supplier_id: int, mode: PriceMode, by: str) -> PriceUpdate:
    """Keep the file and propose what its columns are: as last time for this supplier, else guessed. Raises DomainError."""
    require_transaction()
    layout = sniff(data)
    table = open_table(data, layout)
    kept = mapping_for(_kept_under(supplier_id), table.headers)
    row = PriceUpdate(
        supplier_id=supplier_id, mode=mode, file=keep(prepare_as_is(data, name, MIME[layout.format]), by=by),
        layout=layout.stored(), headers=table.headers, expected=table.about, owner_name=by,
        mapping=list(kept.mapping) if kept else guess_mapping(PRICE_LIST, table.headers),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(row, "prices.received", name=row.file.name)
    return row


def _kept_under(supplier_id: int) -> str:
    return f"prix:{supplier_id}"


def columns_fault(mapping: Sequence[str]) -> str:
    """Why a list cannot be compared with these columns, "" when it can."""
    fault = mapping_fault(PRICE_LIST, mapping)
    if fault:
        return fault
    if "price" not in mapping:
        return _("Dites quelle colonne donne le prix d'achat hors taxes.")
    if "reference" not in mapping and "barcode" not in mapping:
        return _("Dites quelle colonne donne la référence du fournisseur, ou le code-barres.")
    return ""


def compare(row: PriceUpdate, mapping: Sequence[str], mode: PriceMode) -> None:
    """Have the list compared with the catalogue, in a job; nothing is written of it yet. Raises DomainError."""
    require_transaction()
    if row.state not in (PriceState.MAPPING, PriceState.COMPARED):
        raise DomainError(_("Ce tarif est déjà en cours de traitement : attendez qu'il finisse."))
    known = {field.key for field in FIELDS}
    row.mapping, row.mode = [key if key in known else "" for key in mapping], mode
    fault = columns_fault(row.mapping)
    if fault:
        raise DomainError(fault)
    keep_mapping(_kept_under(row.supplier_id), row.supplier.name, row.headers, row.mapping)
    PRICES.move(row, PriceState.COMPARING)
    resume_prices(row)


def apply_prices(row: PriceUpdate) -> None:
    """Have what was shown written, in a job. Raises IllegalMove when it was not compared."""
    require_transaction()
    PRICES.move(row, PriceState.APPLYING)
    row.position = row.applied = 0
    resume_prices(row)


def resume_prices(row: PriceUpdate) -> None:
    """Hand the list to the queue, where it goes on from where it stands."""
    require_transaction()
    row.job_id = later(JOB, row.id, label=_("Tarif de %(name)s", name=row.supplier.name), queue_name=HEAVY).id


def work(update_id: int) -> None:
    """What remains to be done of a list. May be called again at any time: what is done is not done twice."""
    row = price_update(update_id)
    if row is None or row.state not in PRICES_RUNNING:
        return
    if row.state == PriceState.COMPARING:
        _compare(row)
    else:
        _apply(update_id)


# --- compare ----------------------------------------------------------------------------------------------------------


def _compare(row: PriceUpdate) -> None:
    update_id, expected = row.id, row.expected
    with transaction() as session:
        session.execute(delete(PriceUpdateLine).where(PriceUpdateLine.update_id == update_id))
    table = open_table(open_file(row.file), Layout.of(row.layout))
    judged = Judge(PRICE_LIST, row).lines(table)
    seen: set[int] = set()
    done = 0
    while batch := list(islice(judged, BATCH)):
        with transaction():
            fresh = locked_update(update_id)
            lines = _verdicts(fresh, batch, seen)
            db.session.execute(insert(PriceUpdateLine), lines)
        done += len(batch)
        progress(done, max(expected, done), _("Comparaison"))
    with transaction():
        fresh = locked_update(update_id)
        fresh.lines = done
        PRICES.move(fresh, PriceState.COMPARED)


def _verdicts(row: PriceUpdate, batch: Sequence[Judged], seen: set[int]) -> list[dict[str, Any]]:
    lines = [item.line for item in batch if item.line is not None]
    found = matching(
        row.supplier_id,
        {line.text("reference") for line in lines} - {""},
        {line.text("barcode") for line in lines} - {""},
    )
    by_reference = {match.theirs: match for match in found if match.theirs}
    by_barcode = {match.barcode: match for match in found if match.barcode}
    written = []
    for item in batch:
        told = _blank(row, item)
        if item.line is not None:
            match = by_reference.get(item.line.text("reference")) or by_barcode.get(item.line.text("barcode"))
            told |= _judged(row.mode, item.line, match, seen)
        written.append(told)
    return written


def _blank(row: PriceUpdate, item: Judged) -> dict[str, Any]:
    reason = "" if item.line else " ".join(f"{note.reason} {note.remedy}".strip() for note in item.remarks)
    line = item.line or Line(item.number, {})
    return {
        "update_id": row.id, "line": item.number, "reference": line.text("reference") or line.text("barcode"),
        "label": line.text("label"), "article_id": None, "verdict": PriceVerdict.REFUSED, "reason": reason[:500],
        "supplier_price": line["price"] or 0, "cost_before": 0, "cost_after": 0, "price_before": 0, "price_after": 0,
    }  # fmt: skip


def _judged(mode: PriceMode, line: Line, match: Any, seen: set[int]) -> dict[str, Any]:
    if match is None:
        return {"verdict": PriceVerdict.UNKNOWN}
    if match.id in seen:
        return {"article_id": match.id, "reason": _("Cet article est déjà sur une ligne d'avant : elle compte seule.")}
    seen.add(match.id)
    price = line["price"]
    leads = match.preferred or not match.elsewhere  # his price is our cost, unless another supplier is preferred
    before = match.cost or match.bought or 0
    cost = price if leads else match.cost
    selling = (
        price_keeping_margin(match.price, before, cost) if leads and mode == PriceMode.KEEP_MARGIN else match.price
    )
    known = match.bought if match.bought is not None else before
    same = price == known and cost == match.cost
    verdict = PriceVerdict.SAME if same else PriceVerdict.UP if price > (known or before) else PriceVerdict.DOWN
    return {
        "article_id": match.id, "verdict": verdict, "cost_before": match.cost, "cost_after": cost,
        "price_before": match.price, "price_after": selling,
        "reason": "" if leads else _("Un autre fournisseur est préféré : seul le prix chez celui-ci change."),
    }  # fmt: skip


# --- apply ------------------------------------------------------------------------------------------------------------


def _apply(update_id: int) -> None:
    total = db.session.scalar(_to_apply(update_id, 0, count=True)) or 0
    db.session.rollback()
    done = 0
    while True:
        with transaction():
            row = locked_update(update_id)
            if row.state != PriceState.APPLYING:
                return
            lines = list(db.session.scalars(_to_apply(update_id, row.position).limit(BATCH)))
            if not lines:
                PRICES.move(row, PriceState.DONE, applied=row.applied)
                row.finished_at = clock.now()
                return
            row.applied += _write_lines(row, lines)
            row.position = lines[-1].id
            done = row.applied
        progress(done, max(total, done), _("Mise à jour"))


def _to_apply(update_id: int, position: int, *, count: bool = False) -> Any:
    what = select(func.count()).select_from(PriceUpdateLine) if count else select(PriceUpdateLine)
    where = PriceUpdateLine.update_id == update_id, PriceUpdateLine.verdict.in_(CHANGING), PriceUpdateLine.id > position
    return what.where(*where) if count else what.where(*where).order_by(PriceUpdateLine.id)


def _write_lines(row: PriceUpdate, lines: Sequence[PriceUpdateLine]) -> int:
    changes = [
        NewPrice(
            line.article_id,
            line.supplier_price,
            line.cost_before,
            line.cost_after,
            line.price_before,
            line.price_after,
            line.reference,
        )
        for line in lines
        if line.article_id is not None
    ]
    left = write_prices(
        row.supplier_id, changes, _("Tarif %(name)s (%(file)s)", name=row.supplier.name, file=row.file.name)
    )
    if left:
        gone = update(PriceUpdateLine).where(PriceUpdateLine.update_id == row.id, PriceUpdateLine.article_id.in_(left))
        db.session.execute(gone.values(verdict=PriceVerdict.LEFT))
    return len(changes) - len(left)
