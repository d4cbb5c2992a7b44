"""Paging of lists: page number and size from the query string, counts above a thousand read « 1 000+ »."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, bindparam, func, select

from app.core.db import db
from app.core.i18n import THIN

SIZES = (25, 50, 100)
COUNT_STOP = 1000
FEW = 7  # pages offered without gaps


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows. `total` stops at 1 001: beyond, only « more » is known."""

    rows: list[Any]
    number: int
    size: int
    total: int

    @property
    def total_label(self) -> str:
        """« 96 », or « 1 000+ »."""
        return f"1{THIN}000+" if self.total > COUNT_STOP else f"{self.total:,}".replace(",", THIN)

    @property
    def first(self) -> int:
        """The rank of the first row shown, 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The rank of the last row shown."""
        return (self.number - 1) * self.size + len(self.rows)

    @property
    def has_next(self) -> bool:
        """True when more rows follow, or may follow where they are no longer counted."""
        return self.last < self.total or (self.total > COUNT_STOP and len(self.rows) == self.size)

    @property
    def offered(self) -> list[int]:
        """The numbers to choose from: all when they are few, else the ends and the neighbours, 0 for those left out."""
        counted = self.total <= COUNT_STOP
        end = -(-self.total // self.size) if counted else max(COUNT_STOP // self.size, self.number + self.has_next)
        if end <= FEW:
            return [*range(1, end + 1)]
        near = {1, self.number - 1, self.number, self.number + 1, end if counted else 1}
        numbers: list[int] = []
        for number in sorted(near & {*range(1, end + 1)}):
            if numbers and number - numbers[-1] > 1:
                numbers.append(number - 1 if number - numbers[-1] == 2 else 0)
            numbers.append(number)
        return numbers if counted else [*numbers, 0]


def asked_page() -> tuple[int, int]:
    """(page, size) of the query string, brought into bounds."""
    number = request.args.get("page", 1, type=int) or 1
    size = request.args.get("par", SIZES[0], type=int)
    return max(1, min(number, 100_000)), size if size in SIZES else SIZES[0]


def same_list(**changes: object) -> str:
    """The first page of the present list with these words of its query string changed; None or "" takes one away."""
    words = {**request.args.to_dict(flat=False), "page": None, **changes}
    query = urlencode({name: value for name, value in words.items() if value not in (None, "", [""])}, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def page_address(number: int) -> str:
    """The address of that page of the present list."""
    return same_list(page=number)


def _page_of(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.limit(bindparam("page_size")).offset(bindparam("page_from"))


def _count_of(query: Select[*tuple[Any, ...]]) -> Select[int]:
    limited = query.order_by(None).with_only_columns(1, maintain_column_froms=True).limit(COUNT_STOP + 1)
    return select(func.count()).select_from(limited.subquery())


_kept_page, _kept_count = lru_cache(maxsize=256)(_page_of), lru_cache(maxsize=256)(_count_of)


def count_rows(query: Select[*tuple[Any, ...]]) -> int:
    """How many rows, stopping just past a thousand."""
    return db.session.scalar(_count_of(query)) or 0


def paged(
    query: Select[*tuple[Any, ...]],
    number: int,
    size: int,
    *,
    scalars: bool = False,
    values: Mapping[str, Any] | None = None,
) -> Page:
    """Run the query for one page and count it. A query that its maker keeps, with named parameters, comes with their
    `values`: the statements made of it are then kept too (building them costs more than running them)."""
    page_of, count_of = (_page_of, _count_of) if values is None else (_kept_page, _kept_count)
    asked = {**(values or {}), "page_size": size, "page_from": (number - 1) * size}
    found = db.session.execute(page_of(query), asked)
    rows: list[Any] = [*found.scalars()] if scalars else [*found]
    if number == 1 and len(rows) < size:
        return Page(rows, number, size, len(rows))
    return Page(rows, number, size, db.session.scalar(count_of(query), dict(values or {})) or 0)
