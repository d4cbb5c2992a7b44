"""An owner's month: his stays, our fees, their VAT, his account."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.core.i18n import _
from app.core.money import euros, totals
from app.statements.models import Book, Contract, Line, Share, Statement, Stay, Terms
from app.statements.services import words
from app.statements.services.parts import ALL, Part, part_of
from app.statements.services.sharing import shared
from app.statements.services.stay import Amount, amounts_of
from app.statements.states import ACCOUNT, Account, LineKind, Per

#: Those who bear VAT: all that we bill, but the VAT itself.
TAXED = frozenset(kind for kind in LineKind if ACCOUNT[kind] is Account.FEE and kind is not LineKind.VAT)


def statements_of(book: Book) -> list[Statement]:
    """One statement by owner who has a property, an entry or a balance, in the order of their names; the same whatever the
    order of the stays."""
    lines = defaultdict(list)
    for line in (*_counted(book), *_entered(book), *book.corrections):
        lines[line.owner].append(line)
    owners = set(lines) | set(book.openings) | {share.owner for contract in book.contracts for share in contract.owners}
    return [_statement(owner, book, lines[owner]) for owner in sorted(owners)]


def lines_of(book: Book) -> list[Line]:
    """The lines that the stays and the contracts give for the month, without entries, corrections and VAT: what a later run
    is compared with."""
    return list(_counted(book))


def _counted(book: Book) -> Iterator[Line]:
    stays = defaultdict(list)
    for stay in book.stays:
        stays[stay.lodging].append(stay)
    for contract in sorted(book.contracts, key=lambda each: each.lodging):
        yield from _of_property(book, contract, sorted(stays[contract.lodging], key=lambda s: (s.arrival, s.ref)))


def _of_property(book: Book, contract: Contract, stays: list[Stay]) -> Iterator[Line]:
    commissions = 0
    for stay in stays:
        terms = contract.on(stay.arrival)
        part = part_of(stay, terms, book.month) if terms else None
        if terms is None or part is None:
            continue
        for amount in amounts_of(stay, terms):
            cents = part.of(amount.cents)
            if amount.kind is LineKind.COMMISSION:
                commissions += cents
            told = words.in_part(amount.formula, part, cents)
            yield from _owned(contract, terms, replace(amount, formula=told), part, stay.ref)
    yield from _monthly(book, contract, commissions)


def _monthly(book: Book, contract: Contract, commissions: int) -> Iterator[Line]:
    """What is due whatever the stays, under the terms of the first day of the month, or those that began in it."""
    terms = contract.on(book.month.first) or contract.on(book.month.last)
    if terms is None:
        return
    for fee in terms.fixed:
        if fee.per is Per.MONTH:
            yield from _owned(contract, terms, Amount(LineKind.FIXED, fee.label, fee.cents))
    if terms.minimum_month and (missing := terms.minimum_month - commissions) > 0:
        told = words.sum_of([(terms.minimum_month, _("au moins par mois")), (-commissions, _("de commissions"))])
        told = f"{told} = {euros(missing)}"
        yield from _owned(contract, terms, Amount(LineKind.MINIMUM, LineKind.MINIMUM.label, missing, told))


def _owned(contract: Contract, terms: Terms, amount: Amount, part: Part = ALL, stay: str = "") -> Iterator[Line]:
    """A line for each owner who has a part of it."""
    kind, vat = amount.kind, terms.vat if amount.kind in TAXED else 0
    for share, cents in zip(contract.owners, shared(amount.cents, contract.owners, part), strict=True):
        if cents:
            told = _his(amount.formula, share, cents, contract)
            yield Line(share.owner, contract.lodging, stay, kind, amount.label, cents, told, vat)


def _his(told: str, share: Share, cents: int, contract: Contract) -> str:
    return told if len(contract.owners) == 1 else words.share_of(told, share.basis_points, cents)


def _entered(book: Book) -> Iterator[Line]:
    for entry in book.entries:
        vat = entry.vat if entry.kind in TAXED else 0
        yield Line(entry.owner, entry.lodging, "", entry.kind, entry.label, entry.cents, "", vat)


def _statement(owner: str, book: Book, lines: Iterable[Line]) -> Statement:
    whole = [*lines]
    whole += _vat(owner, whole)
    sums = dict.fromkeys(Account, 0)
    for line in whole:
        sums[ACCOUNT[line.kind]] += line.cents
    opening = book.openings.get(owner, 0)
    closing = opening + sums[Account.RECEIPT] - sums[Account.EXPENSE] - sums[Account.FEE] - sums[Account.PAYOUT]
    return Statement(
        owner, book.month, opening, tuple(whole), sums[Account.RECEIPT], sums[Account.EXPENSE], sums[Account.FEE],
        sums[Account.PAYOUT], closing,
    )  # fmt: skip


def _vat(owner: str, lines: list[Line]) -> list[Line]:
    """The VAT of the fees, rounded once by rate, as on their invoice."""
    fees = totals((line.cents, line.vat) for line in lines if line.kind in TAXED)
    return [
        Line(owner, "", "", LineKind.VAT, LineKind.VAT.label, share.vat, words.vat(share.rate, share.base, share.vat))
        for share in fees.shares
        if share.vat
    ]
