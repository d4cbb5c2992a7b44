"""Lines of a document: what may be typed, checked and computed by us."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.core import clock
from app.core.errors import DomainError
from app.core.i18n import _
from app.sales.models import DocumentLine, PricedLine
from app.sales.services.documents.vat import Rates, rates_on, vat_of
from app.sales.states import LineKind

Row = TypeVar("Row", bound=PricedLine)

MAX_LINES = 500
MAX_QUANTITY = 1_000_000_000
MAX_PRICE = 999_999_999_99


@dataclass(frozen=True, slots=True)
class LineData:
    """A line as it is asked: quantity in thousandths, price in cents without tax, discount in basis points.

    Its rate is that of the code on the day of the document. A title or a text has a label alone.
    """

    label: str
    quantity: int = 1000
    unit_price: int = 0
    vat_code: str = "normal"
    discount: int = 0
    kind: LineKind = LineKind.ITEM
    detail: str = ""
    reference: str = ""
    unit: str = "pièce"
    article_id: int | None = None
    cost: int = 0
    source_id: int | None = None


def check(line: LineData) -> None:
    """Raises DomainError, with the field at fault, for a line that cannot be invoiced."""
    if not line.label.strip():
        raise DomainError(_("Saisissez la désignation de la ligne."), field="label")
    if line.kind != LineKind.ITEM:
        return
    if line.quantity == 0:
        raise DomainError(_("La quantité est nulle. Supprimez plutôt la ligne."), field="quantity")
    if abs(line.quantity) > MAX_QUANTITY:
        raise DomainError(_("Cette quantité est trop grande. Vérifiez la virgule."), field="quantity")
    if not 0 <= line.unit_price <= MAX_PRICE:
        raise DomainError(
            _("Le prix ne peut pas être négatif. Pour retirer un montant, mettez une quantité négative."),
            field="unit_price",
        )
    if not 0 <= line.discount <= 10_000:
        raise DomainError(_("La remise va de 0 à 100 %."), field="discount")


def fill(row: Row, line: LineData, rates: Rates) -> Row:
    """Write what was asked into a row, its rate and its total computed. Raises DomainError."""
    check(line)
    row.kind, row.label, row.detail = line.kind, line.label.strip()[:500], line.detail.strip()[:2000]
    row.reference, row.unit = line.reference.strip()[:80], line.unit.strip()[:20] or "pièce"
    row.article_id, row.cost = line.article_id, line.cost
    if isinstance(row, DocumentLine):
        row.source_id = line.source_id
    if line.kind == LineKind.ITEM:
        rate = vat_of(line.vat_code, rates)
        row.quantity, row.unit_price, row.discount = line.quantity, line.unit_price, line.discount
        row.vat_code, row.vat_rate = rate.code, rate.rate
        row.net = row.computed()
    else:
        row.quantity = row.unit_price = row.discount = row.net = row.vat_rate = row.cost = 0
        row.unit = ""
    return row


def rows_of(lines: Iterable[LineData], day: date | None = None) -> list[DocumentLine]:
    """The rows of these lines, in order. Raises DomainError."""
    rates = rates_on(day or clock.today())
    rows = [fill(DocumentLine(position=rank), line, rates) for rank, line in enumerate(lines, 1)]
    check_count(len(rows))
    return rows


def check_count(count: int) -> None:
    """Raises DomainError when a document would hold too many lines."""
    if count > MAX_LINES:
        raise DomainError(_("Un document tient 500 lignes au plus. Regroupez-en quelques-unes."))


def data_of(row: PricedLine) -> LineData:
    """The line again as it was asked: to copy it to another document."""
    return LineData(
        row.label, row.quantity, row.unit_price, row.vat_code, row.discount, row.kind, row.detail, row.reference,
        row.unit, row.article_id, row.cost, row.source_id if isinstance(row, DocumentLine) else None,
    )  # fmt: skip
