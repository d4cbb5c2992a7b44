"""A sale in the making: what the screen sends back at each gesture, as JSON in its form. Nothing of it is believed about
prices: `pricing` reads them again. Quantities are thousandths, amounts cents with tax, discounts basis points."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from app.core.errors import DomainError
from app.core.i18n import _
from app.till.services.selling import LINES_MOST
from app.till.services.sums import Paid
from app.till.states import CHOSEN, LineKind, Means

ARTICLE, FREE, REPAIR = "article", "free", "repair"
OTHERS = frozenset({LineKind.DOCUMENT.value, LineKind.ACCOUNT.value, LineKind.VOUCHER.value})
SIZE_MOST = 60_000
BIGGEST = 10_000_000_00


@dataclass
class Item:
    """One line. `what`: article, free, repair (a line of a repair's file), document, account or voucher; `ref`: the id of
    the article, of the repair's line or of the document. `price`: typed, in the place of the catalogue's. `lots`: the lot or serial numbers
    of what is followed so, separated by commas."""

    what: str
    ref: int | None = None
    label: str = ""
    price: int | None = None
    quantity: int = 1000
    discount: int = 0
    vat_code: str = ""
    lots: str = ""


@dataclass
class Cart:
    """The whole of it. `means`: (means, cents, reference); `thirds`: (payer, cents, mention), what others pay, after the total;
    `ticket`: the repair that is being paid."""

    items: list[Item] = field(default_factory=list)
    means: list[tuple[str, int, str]] = field(default_factory=list)
    thirds: list[tuple[int, int, str]] = field(default_factory=list)
    contact: int | None = None
    ticket: int | None = None
    selected: int | None = None
    shelf: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    def written(self) -> str:
        """As the form carries it."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @property
    def paid(self) -> list[Paid]:
        """The means of payment chosen."""
        borne = [Paid(Means.THIRD, amount, label, payer) for payer, amount, label in self.thirds]
        return borne + [Paid(Means(means), amount, reference) for means, amount, reference in self.means]

    @property
    def borne(self) -> int:
        """Cents that others pay."""
        return sum(amount for _payer, amount, _label in self.thirds)

    @property
    def handed(self) -> int:
        """Cents already put against the ticket, what others pay included."""
        return self.borne + sum(amount for _means, amount, _reference in self.means)

    def chosen(self) -> Item | None:
        """The selected line."""
        if self.selected is not None and 0 <= self.selected < len(self.items):
            return self.items[self.selected]
        return None

    def put(self, item: Item) -> None:
        """Add a line, or one more of the same article; select it."""
        for rank, there in enumerate(self.items):
            if item.what == ARTICLE and (there.what, there.ref, there.price, there.discount) == (
                ARTICLE,
                item.ref,
                None,
                0,
            ):
                there.quantity += item.quantity
                there.lots = ", ".join(filter(None, (there.lots, item.lots)))
                self.selected = rank
                return
        if len(self.items) >= LINES_MOST:
            raise DomainError(_("Un ticket a %(most)s lignes au plus. Faites-en deux.", most=LINES_MOST))
        self.items.append(item)
        self.selected = len(self.items) - 1

    def drop(self, rank: int) -> Item | None:
        """Take a line away."""
        if not 0 <= rank < len(self.items):
            return None
        item = self.items.pop(rank)
        self.selected = None
        return item


def as_values(cart: Cart) -> dict[str, Any]:
    """What a sale put aside keeps."""
    return asdict(cart)


def read(text: str) -> Cart:
    """The cart that a form carries; a new one for an empty text. Raises DomainError for what is none."""
    if not text:
        return Cart()
    try:
        if len(text) > SIZE_MOST:
            raise ValueError
        return from_values(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DomainError(_("Cette vente ne se relit pas. Recommencez-la.")) from None


def from_values(values: dict[str, Any]) -> Cart:
    """The cart of these values. Raises ValueError, TypeError, KeyError, AttributeError."""
    return Cart(
        items=[_item(row) for row in values["items"][:LINES_MOST]],
        means=[_means(row) for row in values["means"][:20]],
        thirds=[_third(row) for row in (values.get("thirds") or ())[:10]],
        contact=_identifier(values.get("contact")),
        ticket=_identifier(values.get("ticket")),
        selected=_whole(values["selected"], 0, LINES_MOST) if values.get("selected") is not None else None,
        shelf=str(values.get("shelf") or "")[:80],
        key=str(values.get("key") or "")[:60] or secrets.token_urlsafe(12),
    )


def _item(row: dict[str, Any]) -> Item:
    what = str(row["what"])
    if what not in OTHERS | {ARTICLE, FREE, REPAIR}:
        raise ValueError(what)
    return Item(
        what=what, ref=_identifier(row.get("ref")), label=str(row.get("label") or "")[:120],
        price=_whole(row["price"], 0, BIGGEST) if row.get("price") is not None else None,
        quantity=_whole(row["quantity"], 1, 999_999_000), discount=_whole(row["discount"], 0, 10_000),
        vat_code=str(row.get("vat_code") or "")[:40], lots=str(row.get("lots") or "")[:2000],
    )  # fmt: skip


def _means(row: Any) -> tuple[str, int, str]:
    means = Means(row[0])
    if means not in (*CHOSEN, Means.PREPAID):
        raise ValueError(means)
    return means.value, _whole(row[1], 0, BIGGEST), str(row[2])[:60]


def _third(row: Any) -> tuple[int, int, str]:
    return _whole(row[0], 1, 2**53), _whole(row[1], 1, BIGGEST), str(row[2])[:200]


def _identifier(value: Any) -> int | None:
    return None if value is None else _whole(value, 1, 2**53)


def _whole(value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(value)
    return value
