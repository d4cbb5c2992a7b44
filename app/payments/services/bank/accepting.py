"""Matching done: a proposal accepted, a payment written by hand from a line, a line that needs none, a match undone."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.payments.models import BankLine, Payment, Remittance
from app.payments.queries.bank import Open, open_items
from app.payments.services import debits, remittances
from app.payments.services.bank import suppliers
from app.payments.services.bank.clues import Proposal
from app.payments.services.bank.matching import Pool, proposals, ref_of
from app.payments.services.money_in import oldest_first, take
from app.payments.services.money_out import locked_payment, reverse
from app.payments.services.parts import Part
from app.payments.services.rejections import code_in, reject
from app.payments.states import BANK_LINES, REMITTANCES, BankLineState, Method, PaymentState, RemittanceState

#: Lines matched by one click: the next click goes on.
AT_ONCE = 200


def locked_line(line_id: int) -> BankLine:
    """The line under its lock. Raises Conflict when somebody dealt with it."""
    require_transaction()
    line = db.session.get_one(BankLine, line_id, with_for_update=True, populate_existing=True)
    if line.state != BankLineState.TO_MATCH:
        raise Conflict(_("Cette ligne vient d'être traitée : « %(state)s ». Rien n'a changé.", state=line.state.label))
    return line


def accept(line_id: int, ref: str) -> BankLine:
    """Do what a proposal says. Raises Conflict when it no longer holds (paid meanwhile, matched with another line)."""
    line = locked_line(line_id)
    chosen = next((one for one in proposals(line, Pool.of([line.amount])) if one.ref == ref), None)
    if chosen is None:
        raise Conflict(_("Cette proposition ne tient plus : ce qu'elle réglait vient de changer. Relisez la ligne."))
    _apply(line, chosen)
    _matched(line, chosen.title)
    return line


def _matched(line: BankLine, words: str) -> None:
    BANK_LINES.move(line, BankLineState.MATCHED, reason=words)
    db.session.flush()


def _apply(line: BankLine, proposal: Proposal) -> None:
    kind, _colon, rest = proposal.ref.partition(":")
    if kind == "i":
        _pay(line, *_parts(line, proposal.ref))
    elif kind == "a":
        _pay(line, int(rest), oldest_first(int(rest), line.amount))
    elif kind == "p":
        line.payment_id = _free_payment(int(rest))
    elif kind == "m":
        remittances.credit(remittances.locked(int(rest)), line.booked_on, line.amount)
        line.remittance_id = int(rest)
    elif kind == "b":
        debits.settle(int(rest))
        line.batch_id = int(rest)
    elif kind == "f":
        line.note = suppliers.pay_bills(line, [int(number) for number in rest.split(",")])
    elif kind == "n":
        suppliers.show_payment(line, int(rest))
        line.note = proposal.title
    else:
        line.debit_id = reject(int(rest), code_in(line.label), min(line.booked_on, clock.today())).id


def _free_payment(payment_id: int) -> int:
    """The payment, under its lock, that no other line shows. Raises Conflict."""
    locked_payment(payment_id)
    if db.session.scalar(select(BankLine.id).where(BankLine.payment_id == payment_id)) is not None:
        raise Conflict(_("Ce règlement vient d'être rapproché d'une autre ligne. Relisez celle-ci."))
    return payment_id


def _parts(line: BankLine, ref: str) -> tuple[int, list[Part]]:
    """(payer, parts) of a reference to things owed, as far as the amount goes."""
    items: list[Open] = [item for item in open_items() if ref_of([item])[2:] in ref[2:].split(",")]
    left, parts = line.amount, []
    for item in items:
        part = min(left, item.left)
        left -= part
        parts.append(Part(item.document_id, part, item.share_id))
    return items[0].payer_id, parts


def _pay(line: BankLine, contact_id: int, parts: Sequence[Part]) -> None:
    payment = take(
        contact_id, Method.TRANSFER, line.amount, line.booked_on, allocations=parts, reference=line.label[:120],
        by=_("Relevé de banque"),
    )  # fmt: skip
    line.payment_id, line.made = payment.id, True


def pay_by_hand(line_id: int, contact_id: int, parts: Sequence[Part]) -> BankLine:
    """Write the payment of a line that nothing proposes: what is not allocated stays the payer's credit.

    Raises DomainError for money that left, Conflict when an invoice was paid meanwhile.
    """
    line = locked_line(line_id)
    if line.amount <= 0:
        raise DomainError(
            _("Cet argent est sorti : remboursez depuis la fiche du client, ou notez la ligne sans suite.")
        )
    _pay(line, contact_id, parts)
    _matched(line, _("Règlement créé"))
    return line


def pay_suppliers(line_id: int, bill_ids: Sequence[int]) -> BankLine:
    """Note the invoices that were chosen by hand paid by a line. Raises DomainError when they do not make its amount."""
    line = locked_line(line_id)
    line.note = suppliers.pay_bills(line, bill_ids)
    _matched(line, line.note)
    return line


def ignore(line_id: int, note: str) -> BankLine:
    """It is no payment of a client. Raises DomainError without saying what it is."""
    line = locked_line(line_id)
    if not note.strip():
        raise DomainError(_("Dites ce qu'est ce mouvement, par exemple « frais de tenue de compte »."), field="note")
    line.note = note.strip()
    BANK_LINES.move(line, BankLineState.IGNORED, reason=line.note)
    return line


def settle_doubt(line_id: int, *, same: bool) -> BankLine:
    """Say whether a line is the one that it may be: it is then left out, else it is to be matched as any other.

    Raises Conflict when somebody said it already.
    """
    require_transaction()
    line = db.session.get_one(BankLine, line_id, with_for_update=True, populate_existing=True)
    if line.state != BankLineState.DOUBTFUL:
        raise Conflict(_("Cette ligne vient d'être traitée : « %(state)s ». Rien n'a changé.", state=line.state.label))
    if same:
        line.note = _("Déjà lue dans un autre fichier")
        BANK_LINES.move(line, BankLineState.IGNORED, reason=line.note)
    else:
        line.twin_id = None
        BANK_LINES.move(line, BankLineState.TO_MATCH)
    return line


def settle_doubts() -> int:
    """Every doubtful line is the one that it may be; how many."""
    require_transaction()
    query = select(BankLine.id).where(BankLine.state == BankLineState.DOUBTFUL).order_by(BankLine.id)
    return len([settle_doubt(line_id, same=True) for line_id in list(db.session.scalars(query))])


def reopen(line_id: int) -> BankLine:
    """Undo a match. The payment written from the line is reversed; both movements stay.

    Raises Conflict for what cannot be taken back: a debit rejected, a commission already booked, a credit spent since.
    """
    require_transaction()
    line = db.session.get_one(BankLine, line_id, with_for_update=True, populate_existing=True)
    if line.debit_id is not None:
        raise Conflict(
            _("Un rejet de prélèvement ne se défait pas. Encaissez de nouveau la facture si la banque a payé.")
        )
    if line.made and line.payment_id:
        payment = db.session.get_one(Payment, line.payment_id)
        if payment.state == PaymentState.RECEIVED:
            reverse(payment, _("Rapprochement défait"), wrong=True)
    suppliers.undo(line, _("Rapprochement défait"))
    if line.remittance_id is not None:
        _uncredit(remittances.locked(line.remittance_id))
    BANK_LINES.move(line, BankLineState.TO_MATCH)
    line.payment_id = line.remittance_id = line.batch_id = line.twin_id = None
    line.made, line.note = False, ""
    db.session.flush()
    return line


def _uncredit(remittance: Remittance) -> None:
    if remittance.fees:
        raise Conflict(_("La commission de cette remise est en comptabilité : ce rapprochement ne se défait plus."))
    REMITTANCES.move(remittance, RemittanceState.DEPOSITED)
    remittance.credited_on = None


def accept_sure() -> tuple[int, int]:
    """Accept every sure proposal, each in its own transaction; (matched, sure ones left for another click).

    One that no longer holds when its turn comes is passed over.
    """
    query = select(BankLine).where(BankLine.state == BankLineState.TO_MATCH).order_by(BankLine.booked_on, BankLine.id)
    rows = list(db.session.scalars(query))
    pool = Pool.of([row.amount for row in rows])
    sure = [(row.id, found[0].ref) for row in rows if (found := proposals(row, pool)) and found[0].sure]
    db.session.rollback()
    return sum(_accepted(line_id, ref) for line_id, ref in sure[:AT_ONCE]), max(0, len(sure) - AT_ONCE)


def _accepted(line_id: int, ref: str) -> bool:
    try:
        with transaction():
            line = locked_line(line_id)
            still = next(iter(proposals(line, Pool.of([line.amount]))), None)
            if still is None or still.ref != ref or not still.sure:
                return False
            accept(line_id, ref)
            return True
    except DomainError:
        return False
