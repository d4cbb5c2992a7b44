"""What a person must look at before a month is sent."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from app.statements.models import Book, Contract, Statement, Stay
from app.statements.services.parts import part_of
from app.statements.services.rates import platform_rate
from app.statements.states import LineKind, Oddity, StayKind


@dataclass(frozen=True)
class Found:
    """An oddity of a stay (its reference), or of an owner."""

    what: Oddity
    stay: str = ""
    owner: str = ""


def oddities(book: Book, statements: list[Statement]) -> list[Found]:
    """Everything to look at, the gravest first; the stays of other months are not looked at."""
    contracts = {contract.lodging: contract for contract in book.contracts}
    found = [Found(what, stay.ref) for stay in book.stays for what in _of_stay(stay, contracts.get(stay.lodging), book)]
    found += [Found(Oddity.OVERLAP, ref) for ref in sorted(_overlapping(book))]
    found += [Found(Oddity.BELOW_ZERO, owner=each.owner) for each in statements if _short(each)]
    rank = list(Oddity)
    return sorted(found, key=lambda each: (rank.index(each.what), each.stay, each.owner))


def _short(statement: Statement) -> bool:
    """Whether rents do not cover what they pay for, or an earlier month is still owed; to owe this month's fees alone is usual."""
    settled = sum(line.cents for line in statement.lines if line.kind is LineKind.SETTLED)
    holds = statement.receipts != settled
    return statement.closing < 0 and (holds or statement.opening + settled < 0)


def _of_stay(stay: Stay, contract: Contract | None, book: Book) -> Iterator[Oddity]:
    if contract is None:
        yield Oddity.NO_PROPERTY
        return
    terms = contract.on(stay.arrival)
    if terms is None:
        yield Oddity.NO_TERMS
        return
    if stay.kind is not StayKind.GUEST or part_of(stay, terms, book.month) is None:
        return
    if stay.rent <= 0:
        yield Oddity.NO_PRICE
    if stay.platform is None and platform_rate(stay, terms) is None:
        yield Oddity.NO_CHANNEL


def _overlapping(book: Book) -> set[str]:
    by_property = defaultdict(list)
    for stay in book.stays:
        if stay.kind is not StayKind.CANCELLED:
            by_property[stay.lodging].append(stay)
    return {
        stay.ref
        for stays in by_property.values()
        for one, other in combinations(stays, 2)
        if one.arrival < other.departure and other.arrival < one.departure
        for stay in (one, other)
    }
