"""A sale: checked, numbered, sealed, its stock taken and its invoices settled, all in one transaction.

Nothing of it waits for a job: the till sells while the worker and the queue are away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from app.core import chain, clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.law import legal
from app.core.money import euros
from app.core.numbers import next_number
from app.core.subject import subject_of
from app.till.models import Till, TillSale, TillSession
from app.till.services import beyond
from app.till.services.sealing import chain_of, locked_till, moment_for, open_session_of, operator, payload_of
from app.till.services.sums import Paid, SaleLine, Sums, settle, sums_of
from app.till.states import CHOSEN, LineKind, Means, SaleKind

LINES_MOST = 300
_OF_DOCUMENTS = frozenset({Means.CASH, Means.CARD, Means.CHEQUE, Means.TRANSFER, Means.VOUCHER})


@dataclass(frozen=True)
class Draft:
    """What is about to be sealed. `lines` are priced; `means` sealed rows, without the change."""

    kind: SaleKind
    lines: Sequence[SaleLine]
    sums: Sums
    means: Sequence[dict[str, Any]]
    form_key: str
    change: int = 0
    contact_id: int | None = None
    ticket_id: int | None = None
    reverses_id: int | None = None
    document_id: int | None = None
    on_account: int = 0
    extra: dict[str, Any] = field(default_factory=dict)


def sell(
    till_id: int,
    lines: Sequence[SaleLine],
    means: Sequence[Paid],
    *,
    form_key: str,
    contact_id: int | None = None,
    ticket_id: int | None = None,
) -> TillSale:
    """One ticket, sealed; the very same when the form is sent twice.

    Raises Conflict while the till is closed, ClockWentBack, and DomainError for a payment that does not fit, a stock that
    has not enough, an invoice paid meanwhile: nothing is then written.
    """
    require_transaction()
    till = locked_till(till_id)
    if (known := by_key(form_key)) is not None:
        return known
    session = open_session_of(till)
    _check_lines(lines)
    beyond.check_numbers(till, lines)
    lines = lines if till.training else beyond.with_new_vouchers(lines)
    sums = sums_of(lines)
    _check_due(sums)
    rows, change = settle(sums.due, means)
    _check_means(sums, lines, means, contact_id, ticket_id)
    only_settles = all(line.kind != LineKind.ITEM for line in lines)
    draft = Draft(
        kind=SaleKind.SETTLEMENT if only_settles else SaleKind.SALE,
        lines=lines, sums=sums, means=_named(lines, rows), form_key=form_key, change=change, contact_id=contact_id,
        ticket_id=ticket_id, document_id=next((line.document_id for line in lines if line.document_id), None),
        on_account=_on_account(lines, means),
    )  # fmt: skip
    sale = write(till, session, draft)
    if not till.training:
        beyond.take_stock(till, sale, lines)
        beyond.settle_documents(sale, lines)
        beyond.spend_vouchers(sale)
        beyond.spend_prepaid(sale)
    return sale


def by_key(form_key: str) -> TillSale | None:
    """The ticket that this form already made."""
    return db.session.scalar(select(TillSale).where(TillSale.form_key == form_key))


def write(till: Till, session: TillSession, draft: Draft) -> TillSale:
    """Number and seal a ticket. The till is locked by the caller; a training ticket has its own series and counts for nothing."""
    perpetual, absolute = last_totals(till.id)
    counts = 0 if till.training else draft.sums.gross
    sale = TillSale(
        number=next_number(f"E{till.code}" if till.training else f"T{till.code}", width=6),
        till_id=till.id, session_id=session.id, kind=draft.kind, training=till.training, at=moment_for(till),
        operator=operator(), contact_id=draft.contact_id, reverses_id=draft.reverses_id, document_id=draft.document_id,
        ticket_id=draft.ticket_id, lines=[line.told() for line in draft.lines], shares=draft.sums.shares,
        means=list(draft.means), net=draft.sums.net, vat=draft.sums.vat, gross=draft.sums.gross,
        settled=draft.sums.settled, on_account=draft.on_account, change=draft.change,
        perpetual=perpetual + counts, absolute=absolute + abs(counts), form_key=draft.form_key,
    )  # fmt: skip
    db.session.add(sale)
    db.session.flush()
    if not till.training:
        beyond.owe_thirds(sale)
    chain.seal(chain_of(till), subject_of(sale), payload_of(sale))
    return sale


def last_totals(till_id: int) -> tuple[int, int]:
    """The perpetual total of a till and its total in absolute value, in cents."""
    query = select(TillSale.perpetual, TillSale.absolute).where(TillSale.till_id == till_id)
    found = db.session.execute(query.order_by(TillSale.id.desc()).limit(1)).one_or_none()
    return (found[0], found[1]) if found else (0, 0)


def _check_lines(lines: Sequence[SaleLine]) -> None:
    if not lines:
        raise DomainError(_("Le ticket est vide. Ajoutez un article avant d'encaisser."))
    if len(lines) > LINES_MOST:
        raise DomainError(_("Un ticket a %(most)s lignes au plus. Faites-en deux.", most=LINES_MOST))
    for line in lines:
        if line.quantity == 0 or line.price < 0 or not 0 <= line.discount <= 10_000:
            raise DomainError(
                _("La ligne « %(label)s » n'a pas une quantité, un prix et une remise possibles.", label=line.label)
            )
        if line.quantity < 0:
            raise DomainError(_("« %(label)s » : un retour se fait depuis le ticket d'origine.", label=line.label))


def _check_due(sums: Sums) -> None:
    if sums.due < 0:
        raise DomainError(
            _("Ce ticket rend plus qu'il ne vend : faites un retour d'article depuis le ticket d'origine.")
        )


def _check_means(
    sums: Sums, lines: Sequence[SaleLine], means: Sequence[Paid], contact_id: int | None, ticket_id: int | None
) -> None:
    if any(paid.means not in (*CHOSEN, Means.PREPAID, Means.THIRD) for paid in means):
        raise DomainError(_("Ce moyen de paiement ne s'emploie pas à la caisse."))
    account = sum(paid.amount for paid in means if paid.means == Means.ACCOUNT)
    if account and contact_id is None:
        raise DomainError(_("Choisissez le client avant de mettre en compte."))
    if any(line.kind == LineKind.ACCOUNT for line in lines) and contact_id is None:
        raise DomainError(_("Choisissez le client dont le compte est réglé."))
    held = sum(paid.amount for paid in means if paid.means in (Means.ACCOUNT, Means.PREPAID, Means.THIRD))
    if held > sums.gross:
        raise DomainError(
            _("Ni la mise en compte, ni le dépôt, ni un tiers ne règlent une facture. Choisissez un autre moyen.")
        )
    beyond.check_thirds([paid for paid in means if paid.means == Means.THIRD], contact_id, sums.gross)
    _check_cash(sums, means)
    prepaid = sum(paid.amount for paid in means if paid.means == Means.PREPAID)
    if prepaid:
        beyond.check_prepaid(ticket_id, prepaid)
    if ticket_id is not None:
        _check_once(ticket_id)


def _check_cash(sums: Sums, means: Sequence[Paid]) -> None:
    """Cash payments to a professional are bounded (C. mon. fin. art. L112-6 and D112-3), as of today."""
    limit = legal("till.cash_limit", clock.today())
    others = sum(paid.amount for paid in means if paid.means != Means.CASH)
    cash = min(sums.due - others, sum(paid.amount for paid in means if paid.means == Means.CASH))
    if limit and cash > limit:
        raise DomainError(
            _(
                "La loi limite les espèces à %(limit)s par vente. Ajoutez un autre moyen pour le reste.",
                limit=euros(limit),
            )
        )


def _check_once(ticket_id: int) -> None:
    """A repair is rung once, unless what was rung was given back in full."""
    if beyond.rung_for(ticket_id):
        raise Conflict(_("Ce dossier a déjà été encaissé. Ouvrez son ticket de caisse depuis le journal."))


def _on_account(lines: Sequence[SaleLine], means: Sequence[Paid]) -> int:
    put = sum(paid.amount for paid in means if paid.means == Means.ACCOUNT)
    return put - sum(line.gross for line in lines if line.kind == LineKind.ACCOUNT)


def _named(lines: Sequence[SaleLine], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The means with what each settles of the invoices (`documents`) and of what else is no sale (`beside`), in cents.

    Money goes to the invoices first, then to the account and the vouchers sold, then to what is sold: only real money
    settles the first two.
    """
    documents = sum(line.gross for line in lines if line.kind == LineKind.DOCUMENT)
    beside = sum(line.gross for line in lines if line.kind in (LineKind.ACCOUNT, LineKind.VOUCHER))
    named = []
    for row in rows:
        left = row["amount"] if Means(row["means"]) in _OF_DOCUMENTS else 0
        first = min(documents, left)
        second = min(beside, left - first)
        documents, beside = documents - first, beside - second
        named.append(row | {"documents": first, "beside": second})
    return named


def discounted(line: SaleLine, discount: int) -> SaleLine:
    """The line with this discount, in basis points."""
    return replace(line, discount=discount)
