"""Verbs of stock: move, transfer, reserve, release, take, give back, scrap, count."""

from app.stock.services.counts import abandon_count, close_count, count_in, open_count
from app.stock.services.hooks import declare_holder, declare_need
from app.stock.services.lots import add_lot, cost_of
from app.stock.services.moves import move, move_out, shortage, transfer
from app.stock.services.numbered import codes_of, codes_typed, sell_numbered, words_of
from app.stock.services.places import add_place, default_place, usual_place
from app.stock.services.reservations import (
    release,
    release_about,
    release_line,
    reserve,
    reserve_line,
    set_free,
    take,
    take_about,
)
from app.stock.services.serving import serve

__all__ = [
    "abandon_count", "add_lot", "add_place", "close_count", "codes_of", "codes_typed", "cost_of", "count_in", "declare_holder", "declare_need", "default_place", "move",
    "move_out", "open_count", "release", "release_about", "release_line", "reserve", "reserve_line", "sell_numbered", "serve", "set_free", "shortage", "take", "take_about", "transfer",
    "usual_place", "words_of",
]  # fmt: skip
