"""What a line of a priced document is made of."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core import money
from app.core.db import Cents, LabelType, column
from app.sales.states.documents import LineKind


class PricedLine:
    """Columns of a line: quantity in thousandths, prices in cents without tax, rates and discount in basis points."""

    position: Mapped[int] = column("Rang", default=0)
    kind: Mapped[LineKind] = column("Nature", LabelType(LineKind), default=LineKind.ITEM)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), default=None)
    reference: Mapped[str] = column("Référence", default="")
    label: Mapped[str] = column("Désignation")
    detail: Mapped[str] = column("Détail", default="")
    quantity: Mapped[int] = column("Quantité (millièmes)", default=1000)
    unit: Mapped[str] = column("Unité", default="pièce")
    unit_price: Mapped[int] = column("Prix unitaire HT", Cents, default=0)
    discount: Mapped[int] = column("Remise (points de base)", default=0)
    net: Mapped[int] = column("Total HT", Cents, default=0)
    vat_code: Mapped[str] = column("Code de TVA", default="normal")
    vat_rate: Mapped[int] = column("TVA (points de base)", default=2000)
    cost: Mapped[int] = column("Coût unitaire HT", Cents, default=0)

    def computed(self) -> int:
        """Quantity × price − discount, in cents: what `net` must be."""
        return money.discounted_cents(self.quantity, self.unit_price, self.discount)
