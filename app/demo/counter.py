"""The till of the demonstration: some days sold, counted and closed, one refund, today not opened yet."""

import random
from datetime import datetime, timedelta

from sqlalchemy import select

from app.catalog.models import Article
from app.core import clock
from app.core.actor import Actor, acting_as
from app.core.db import db
from app.stock.services import default_place
from app.till import services
from app.till.models import TillSale
from app.till.services import Paid, SaleLine
from app.till.services.cart import ARTICLE, Cart, Item
from app.till.services.pricing import Authority, priced
from app.till.states import Means

DAYS = 5
A_DAY = 12
DESK = Actor("system", None, "Nadia Belkacem")
_MEANS = (Means.CARD, Means.CARD, Means.CARD, Means.CASH, Means.CASH, Means.CHEQUE)


def write(seed: int, now: datetime) -> None:
    """A till and its last days. Nothing where nothing is sold over the counter. Inside the caller's transaction."""
    ids = list(
        db.session.scalars(
            select(Article.id)
            .where(Article.on_till.is_(True), Article.archived_at.is_(None), Article.price_gross.between(100, 30_000))
            .order_by(Article.id)
        )
    )
    if not ids:
        return
    rng = random.Random(seed)  # noqa: S311  a story, not a secret
    with acting_as(DESK):
        with clock.told_at(_at(now, DAYS + 1, 8)):
            till = services.add_till("1", "Caisse 1")
        for back in range(DAYS, 0, -1):
            _day(rng, till.id, ids, now, back)
        with clock.told_at(_at(now, 1, 20)):
            services.change_till(till, name=till.name, site_id=None, place_id=default_place().id)


def _at(now: datetime, back: int, hour: int, minute: int = 0) -> datetime:
    return clock.at(clock.local(now).date() - timedelta(days=back), hour, minute)


def _day(rng: random.Random, till_id: int, ids: list[int], now: datetime, back: int) -> None:
    with clock.told_at(_at(now, back, 8, 45)):
        services.open_till(till_id, 10_000, {"2000": 2, "1000": 4, "200": 10})
    for rank in range(A_DAY):
        with clock.told_at(_at(now, back, 9 + rank * 9 // A_DAY, rng.randrange(3) + rank % 4 * 14)):
            _sale(rng, till_id, ids, f"demo-{back}-{rank}")
    with clock.told_at(_at(now, back, 18, 50)):
        if back == 2:
            _back(till_id)
        expected = services.expected_now(till_id)
        services.close_till(till_id, expected | {"cash": expected["cash"] - (200 if back == 3 else 0)})


def _sale(rng: random.Random, till_id: int, ids: list[int], key: str) -> None:
    items = [
        Item(ARTICLE, article_id, quantity=1000 * rng.choice((1, 1, 1, 2)))
        for article_id in rng.sample(ids, min(len(ids), rng.randint(1, 3)))
    ]
    lines: list[SaleLine] = priced(Cart(items=items), Authority())
    due = services.sums_of(lines).due
    means = rng.choice(_MEANS) if due < 100_000 else Means.CARD
    handed = -(-due // 500) * 500 if means == Means.CASH else due
    services.sell(till_id, lines, (Paid(means, handed),), form_key=key)


def _back(till_id: int) -> None:
    """The last ticket of the day comes back."""
    sale = db.session.scalars(select(TillSale).where(TillSale.till_id == till_id).order_by(TillSale.id.desc())).first()
    if sale is not None:
        every = {rank: line["quantity"] for rank, line in enumerate(sale.lines)}
        services.refund(till_id, sale, every, (Paid(Means.CARD, sale.gross),), form_key="demo-retour")
