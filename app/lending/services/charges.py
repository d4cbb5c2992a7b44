"""What a loan costs its borrower, billed once: rent by the tariffs, late fee by rule, loss, damage; the deposit goes first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.catalog.models import Article
from app.catalog.queries import rate_on
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros, round_half_up
from app.core.settings import setting
from app.core.subject import subject_of
from app.lending.models import Incident, Loan, LoanCharge, LoanItem
from app.lending.queries.charges import charged, incidents_by_item
from app.lending.queries.terms import Terms, terms_of
from app.lending.services.fees import late_fee, rent_units
from app.lending.services.recipients import payer_of
from app.lending.states import ChargeKind, IncidentState, LoanState
from app.payments.models import SecurityDeposit
from app.payments.queries.deposits import available
from app.payments.services.deposit_ends import give_back
from app.payments.states import DepositState
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents.lines import LineData
from app.sales.states import DocumentKind, DocumentState
from app.tariffs.services import offer

WHOLE = 10_000
INDEMNITY = (ChargeKind.DAMAGE, ChargeKind.LOSS)
#: What a deposit held pays, in that order.
FROM_DEPOSIT = (*INDEMNITY, ChargeKind.LATE)


@dataclass(frozen=True, slots=True)
class Owed:
    """Something to bill. `price`: cents without tax a unit; `gross`: cents with tax, whole; `billed`: the document that asks it.
    A damage comes without a price: the desk types it."""

    item_id: int
    kind: ChargeKind
    label: str
    detail: str
    units: int
    price: int
    gross: int
    vat_code: str
    article_id: int | None = None
    billed: SalesDocument | None = None

    @property
    def key(self) -> str:
        """Its name in a form: « late-12 »."""
        return f"{self.kind.value}-{self.item_id}"

    @property
    def typed(self) -> bool:
        """True when the desk says how much."""
        return self.kind == ChargeKind.DAMAGE and self.billed is None


def owed_for(loan: Loan) -> list[Owed]:
    """All that a loan costs, what is billed already included, thing by thing. Nothing before it has left."""
    known, told = charged(loan.id), incidents_by_item(loan.id)
    found: list[Owed] = []
    for item in loan.items:
        if item.out_at is not None:
            terms = terms_of(item.asset.family_id)
            found += _rents(loan, item, terms, known.get((item.id, ChargeKind.RENT), ()))
            for row in (_late(loan, item, terms), *_harm(item, told.get(item.id, ()))):
                if row is not None:
                    billed = known.get((row.item_id, row.kind))
                    found.append(replace(row, billed=billed[0].document) if billed else row)
    return found


def _rents(loan: Loan, item: LoanItem, terms: Terms, billed: Sequence[LoanCharge]) -> list[Owed]:
    """What was billed of the rent, and what is still to bill: all of it, or what the return put off has added."""
    article = db.session.get(Article, terms.rent_article_id) if terms.rent_article_id else None
    label = f"{article.label}, {item.asset.label}" if article else _("Loyer, %(unit)s", unit=item.asset.label)
    asked = [
        Owed(item.id, ChargeKind.RENT, label, euros(row.amount), 1, 0, row.amount, "", billed=row.document)
        for row in billed
    ]
    first, last = clock.local(item.out_at or loan.starts_at).date(), clock.local(loan.due_at).date()
    units = _left(rent_units(terms.rent_per, first, last), billed)
    put_off = any(row.part == 0 for row in billed)
    price = offer(terms.rent_article_id, loan.contact_id, units * 1000, on=clock.today() if put_off else first)
    if article is None or price is None or units <= 0:
        return asked
    detail = _("du %(a)s au %(b)s", a=clock.table_date(first), b=clock.table_date(last))
    if billed:
        detail = _until(last) if put_off else _("%(days)s, prolongation facturée à part", days=detail)
    return [
        *asked,
        Owed(
            item.id, ChargeKind.RENT, label, detail, units, price.net, price.gross * units, article.vat_code, article.id
        ),
    ]


def _left(units: int, billed: Sequence[LoanCharge]) -> int:
    """How many of these units nobody asked for; none when an old invoice does not say how many it asked."""
    return 0 if any(row.units is None for row in billed) else units - sum(row.units or 0 for row in billed)


def renewal_rents(loan: Loan, until: datetime) -> list[Owed]:
    """The rent that a return put off until then (UTC) adds, for what is not back; read before it is put off."""
    found: list[Owed] = []
    for item in loan.items:
        if item.out_at is not None and item.back_at is None:
            terms, first = terms_of(item.asset.family_id), clock.local(item.out_at).date()
            now, then = (
                rent_units(terms.rent_per, first, clock.local(end).date()) for end in (loan.due_at, until)
            )  # fmt: skip
            article = db.session.get(Article, terms.rent_article_id) if terms.rent_article_id and then > now else None
            price = offer(terms.rent_article_id, loan.contact_id, (then - now) * 1000) if article else None
            if article is not None and price is not None and price.gross > 0:
                found.append(_longer(item, article, then - now, price.net, price.gross, until))
    return found


def _longer(item: LoanItem, article: Article, units: int, net: int, gross: int, until: datetime) -> Owed:
    return Owed(
        item.id, ChargeKind.RENT, f"{article.label}, {item.asset.label}", _until(clock.local(until).date()), units, net, gross * units,
        article.vat_code, article.id,
    )  # fmt: skip


def _until(day: date) -> str:
    return _("prolongation jusqu'au %(day)s", day=clock.table_date(day))


def renewal_rent(loan: Loan, until: datetime) -> int:
    """Cents of rent, with tax, that a return put off until then adds (UTC)."""
    return sum(row.gross for row in renewal_rents(loan, until))


def _late(loan: Loan, item: LoanItem, terms: Terms) -> Owed | None:
    """Known once it is back: the real day counts, also when it is told afterwards."""
    if item.back_at is None:
        return None
    due, back = clock.local(loan.due_at).date(), clock.local(item.back_at).date()
    gross = late_fee(terms.late_fee, terms.late_per, terms.late_grace, terms.late_cap, due, back)
    if not gross:
        return None
    detail = _("attendu le %(a)s, rendu le %(b)s", a=clock.table_date(due), b=clock.table_date(back))
    label = _("Retard, %(unit)s", unit=item.asset.label)
    return _with_tax(item, ChargeKind.LATE, label, detail, gross)


def _harm(item: LoanItem, incidents: Iterable[Incident]) -> list[Owed]:
    states = {incident.state for incident in incidents}
    if IncidentState.LOST in states:
        label = _("Perte, %(unit)s", unit=item.asset.label)
        return [_with_tax(item, ChargeKind.LOSS, label, _("valeur du matériel"), item.asset.value or 0)]
    if states & {IncidentState.REPAIR, IncidentState.REPLACED}:
        return [_with_tax(item, ChargeKind.DAMAGE, _("Dégât, %(unit)s", unit=item.asset.label), "", 0)]
    return []


def _with_tax(item: LoanItem, kind: ChargeKind, label: str, detail: str, gross: int) -> Owed:
    code = str(setting("lending.indemnity_vat" if kind in INDEMNITY else "lending.late_vat"))
    return Owed(item.id, kind, label, detail, 1, _net(gross, code), gross, code)


def _net(gross: int, code: str) -> int:
    """Cents without tax of an amount with tax."""
    return round_half_up(Decimal(gross) * WHOLE / (WHOLE + rate_on(code, clock.today()).rate))


def held_for(loan: Loan) -> Sequence[SecurityDeposit]:
    """The deposits of a loan that are held, or asked for."""
    about = subject_of(loan)
    query = select(SecurityDeposit).where(
        SecurityDeposit.about_kind == about.kind, SecurityDeposit.about_id == about.id
    )
    return db.session.scalars(query.order_by(SecurityDeposit.id)).all()


def bill(loan: Loan, keys: Iterable[str], amounts: Mapping[str, int], *, deposit_first: bool = False) -> SalesDocument:
    """A draft invoice of what was chosen (`Owed.key`), damages and losses at the `amounts` typed (cents with tax). With
    `deposit_first`, what is held pays damages, losses and lateness, and is taken off. Raises DomainError."""
    require_transaction()
    wanted = set(keys)
    chosen = [_priced(row, amounts) for row in owed_for(loan) if row.key in wanted and row.billed is None]
    if not chosen:
        raise DomainError(_("Cochez ce qui est à facturer. Ce qui l'est déjà ne l'est pas deux fois."))
    if any(row.gross <= 0 for row in chosen):
        raise DomainError(_("Écrivez le montant du dégât ou de la perte, par exemple 80,00."), field="amount")
    harm = sorted((row for row in chosen if row.kind in FROM_DEPOSIT), key=lambda row: FROM_DEPOSIT.index(row.kind))
    kept = _keep(loan, harm) if deposit_first else 0
    return _drafted(loan, chosen, _taken_off(harm, kept), kept)


def bill_renewal(loan: Loan, rents: Sequence[Owed]) -> SalesDocument:
    """The invoice of what a renewal added (`renewal_rents`), issued at once: its borrower pays it online. Raises DomainError when it
    may not be issued."""
    require_transaction()
    return documents.issue(_drafted(loan, rents, (), 0, renewal=True))


def _drafted(
    loan: Loan, chosen: Sequence[Owed], taken_off: Iterable[LineData], kept: int, *, renewal: bool = False
) -> SalesDocument:
    lines = [
        LineData(row.label, row.units * 1000, row.price, row.vat_code, detail=row.detail, article_id=row.article_id)
        for row in chosen
    ]
    made = documents.draft(
        DocumentKind.INVOICE, payer_of(loan.contact), [*lines, *taken_off], title=_("Prêt %(number)s", number=loan.number),
        supplied_on=clock.local(loan.returned_at or clock.now()).date(),
    )  # fmt: skip
    for row in chosen:
        _note(loan, row, made, renewal=renewal)
    record(
        loan, "loan.billed", what=", ".join(row.label for row in chosen), amount=sum(row.gross for row in chosen) - kept
    )
    db.session.flush()
    return made


def _taken_off(rows: Sequence[Owed], kept: int) -> list[LineData]:
    """What was kept of the deposit, taken off the lines it pays, a VAT code each; what is left to pay is right to the cent."""
    lines = []
    for code in dict.fromkeys(row.vat_code for row in rows):
        paid = [row for row in rows if row.vat_code == code]
        gross = sum(row.gross for row in paid)
        part = min(kept, gross)
        kept -= part
        if part:
            net = sum(row.price for row in paid) - _net(gross - part, code)
            lines.append(LineData(_("Prélevé sur la caution"), -1000, net, code))
    return lines


def _priced(row: Owed, amounts: Mapping[str, int]) -> Owed:
    if row.kind not in INDEMNITY or row.key not in amounts:
        return row
    gross = amounts[row.key]
    return replace(row, gross=gross, price=_net(gross, row.vat_code))


def _keep(loan: Loan, rows: Sequence[Owed]) -> int:
    """Cents kept of what is held for the loan, for these harms."""
    left = total = sum(row.gross for row in rows)
    for deposit in held_for(loan):
        if left > 0 and deposit.state == DepositState.HELD:
            part = min(left, available(deposit))
            give_back(deposit, part, ", ".join(row.label for row in rows)[:200])
            left -= part
    return total - left


def _note(loan: Loan, row: Owed, document: SalesDocument, *, renewal: bool) -> None:
    """Once a thing, a kind and a part: the row of a draft that was given up is taken again. Part 0 is the first period's, also when
    the rent of a renewal was billed before it."""
    query = select(LoanCharge).where(LoanCharge.item_id == row.item_id, LoanCharge.kind == row.kind)
    rows = db.session.scalars(query.options(joinedload(LoanCharge.document)).with_for_update(of=LoanCharge)).all()
    free = (one for one in rows if one.document.state == DocumentState.CANCELLED and (one.part > 0 or not renewal))
    known = next(free, None)
    if known is None:
        taken = {one.part for one in rows}
        part = next(rank for rank in range(int(renewal), len(rows) + 2) if rank not in taken)
        known = LoanCharge(loan_id=loan.id, item_id=row.item_id, kind=row.kind, part=part)
        db.session.add(known)
    known.amount, known.document_id, known.at = row.gross, document.id, clock.now()
    known.units = row.units if row.kind == ChargeKind.RENT else None


def may_owe(loan: Loan) -> bool:
    """True for a loan that has left: there may be something to bill."""
    return loan.state in (LoanState.OUT, LoanState.RETURNED)


def deposit_asked(loan: Loan) -> int:
    """Cents of deposit that the families of its things ask for."""
    return sum(terms_of(item.asset.family_id).deposit for item in loan.items)
