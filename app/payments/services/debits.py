"""Direct debits: due invoices gathered in a batch, the clients told, the file given to the bank, paid on the day, or rejected."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.numbers import next_number
from app.core.settings import setting
from app.payments.models import Debit, DebitBatch, Mandate
from app.payments.queries.debits import Collectable, collectable
from app.payments.services import mandates, sepa
from app.payments.services.money_in import take
from app.payments.services.notices import tell_planned
from app.payments.services.parts import Part, locked_contact, locked_documents
from app.payments.states import BATCHES, DEBITS, BatchState, DebitState, Method, SequenceType

SERIES = "PRL"


def earliest() -> date:
    """The first day on which a batch prepared now may be collected: clients are told so many days before, on a bank's day."""
    return sepa.next_target_day(clock.today() + timedelta(days=int(setting("payments.prenotification_days"))))


def creditor() -> sepa.Creditor:
    """Who collects, as we are now. Raises DomainError: what is missing of us."""
    ours = our_organisation()
    try:
        iban, bic, ics = sepa.checked_iban(ours.iban), sepa.checked_bic(ours.bic), sepa.checked_ics(ours.creditor_id)
    except DomainError:
        iban, bic, ics = "", "", ""
    if not (iban and ics):
        raise DomainError(
            _("Il manque votre IBAN ou votre identifiant créancier (ICS). Écrivez-les dans « Réglages », « Compte bancaire ».")
        )  # fmt: skip
    return sepa.Creditor(ours.name, iban, bic, ics)


def prepare(wanted: Iterable[int | str], on: date, form_key: str | None = None) -> DebitBatch:
    """A batch of these invoices, each for what is left of it, or of these dates of a schedule (`Collectable.key`); the same form
    twice gives the same batch.

    Clients are told at once when it is time. Raises DomainError for a day that no bank settles or too near, Conflict when an
    invoice was paid or prepared meanwhile, or its mandate ended.
    """
    require_transaction()
    ids = sorted({str(key) for key in wanted})
    us = creditor()
    _check_day(on)
    locked_documents(int(key.partition("-")[0]) for key in ids)
    done = db.session.scalar(select(DebitBatch).where(DebitBatch.form_key == form_key)) if form_key else None
    if done is not None:
        return done
    if not ids:
        raise DomainError(_("Cochez au moins une facture à prélever."), field="documents")
    known = {row.key: row for row in collectable()}
    if missing := [number for number in ids if number not in known]:
        raise Conflict(
            _(
                "%(count)s des factures cochées viennent d'être réglées, préparées ailleurs, ou n'ont plus de mandat. Rien n'a été préparé : relisez la liste.",
                count=len(missing),
            )
        )
    batch = DebitBatch(
        message_id=next_number(SERIES), collected_on=on, creditor=us._asdict(), form_key=form_key or None,
        notify_on=on - timedelta(days=int(setting("payments.prenotification_days"))),
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    _add(batch, [known[number] for number in ids])
    record(batch, "debit_batch.prepared", count=batch.count, amount=batch.total)
    notify(batch)
    return batch


def _check_day(on: date) -> None:
    if not sepa.is_target_day(on):
        raise DomainError(
            _("Les banques ne règlent pas ce jour-là. Choisissez le %(day)s.", day=clock.long_date(sepa.next_target_day(on))),
            field="collected_on",
        )  # fmt: skip
    if on < earliest():
        raise DomainError(
            _(
                "Vos clients doivent être prévenus %(days)s jours avant. Choisissez le %(day)s ou plus tard.",
                days=setting("payments.prenotification_days"), day=clock.long_date(earliest()),
            ),
            field="collected_on",
        )  # fmt: skip


def _add(batch: DebitBatch, rows: Sequence[Collectable]) -> None:
    owners = {row.mandate_id: mandates.locked(row.mandate_id) for row in sorted(rows, key=lambda row: row.mandate_id)}
    busy = set(
        db.session.scalars(
            select(Debit.mandate_id).where(Debit.mandate_id.in_(owners), Debit.state.in_(mandates.OPEN)).distinct()
        )
    )
    for row in _by_document(rows):
        mandate = owners[row.mandate_id]
        if not mandate.recurrent and mandate.id in busy:
            raise Conflict(
                _("Le mandat de %(name)s ne sert qu'une fois : gardez une seule de ses factures.", name=row.payer)
            )
        first = SequenceType.FIRST if mandate.recurrent else SequenceType.ONE_OFF
        sequence = SequenceType.RECURRENT if mandate.used or mandate.id in busy else first
        busy.add(mandate.id)
        debit = Debit(
            batch_id=batch.id, mandate_id=mandate.id, document_id=row.document_id, amount=row.left, sequence=sequence,
            end_to_end=f"{sepa.sepa_text(row.number, 18)}-{batch.message_id}"[:35],
        )  # fmt: skip
        db.session.add(debit)
    db.session.flush()
    _recount(batch)


def _by_document(rows: Sequence[Collectable]) -> list[Collectable]:
    """One debit an invoice: the dates of its schedule asked for together are one sum."""
    found: dict[int, Collectable] = {}
    for row in rows:
        known = found.get(row.document_id)
        found[row.document_id] = row._replace(left=row.left + known.left) if known else row
    return list(found.values())


def _recount(batch: DebitBatch) -> None:
    kept = select(func.count(), func.coalesce(func.sum(Debit.amount), 0)).where(
        Debit.batch_id == batch.id, Debit.state != DebitState.REMOVED
    )
    count, total = db.session.execute(kept).one()
    batch.count, batch.total = int(count), int(total)
    db.session.flush()


def locked_batch(batch_id: int) -> DebitBatch:
    """The batch under its lock."""
    return db.session.get_one(DebitBatch, batch_id, with_for_update=True, populate_existing=True)


def _debits(batch: DebitBatch, *states: DebitState) -> list[Debit]:
    query = select(Debit).where(Debit.batch_id == batch.id, Debit.state.in_(states)).order_by(Debit.id)
    return list(db.session.scalars(query.options(joinedload(Debit.mandate), joinedload(Debit.document))))


def notify(batch: DebitBatch) -> int:
    """Tell the clients who were not told, when the day to do it has come; how many."""
    require_transaction()
    if batch.notify_on > clock.today() or batch.state not in (BatchState.PREPARED, BatchState.SENT):
        return 0
    rows = [row for row in _debits(batch, DebitState.PLANNED, DebitState.SENT) if row.notified_at is None]
    for row in rows:
        tell_planned(row, batch)
        row.notified_at = clock.now()
    return len(rows)


def remove(debit_id: int) -> None:
    """Take an invoice out of a batch that is not at the bank yet; the last one takes the batch with it."""
    require_transaction()
    debit = db.session.get_one(Debit, debit_id)
    batch = locked_batch(debit.batch_id)
    debit = locked_debit(debit_id)
    DEBITS.move(debit, DebitState.REMOVED)
    _recount(batch)
    if not batch.count:
        BATCHES.move(batch, BatchState.CANCELLED)


def cancel(batch_id: int) -> None:
    """Give up a batch that is not at the bank. Raises IllegalMove."""
    require_transaction()
    batch = locked_batch(batch_id)
    BATCHES.move(batch, BatchState.CANCELLED)
    for debit in _debits(batch, DebitState.PLANNED):
        DEBITS.move(debit, DebitState.REMOVED)
    db.session.flush()


def locked_debit(debit_id: int) -> Debit:
    """The debit under its lock."""
    return db.session.get_one(Debit, debit_id, with_for_update=True, populate_existing=True)


def mark_sent(batch_id: int) -> DebitBatch:
    """The file is at the bank. Raises Conflict when an invoice of it was paid meanwhile, or the day is past."""
    require_transaction()
    batch = locked_batch(batch_id)
    rows = _debits(batch, DebitState.PLANNED)
    documents = locked_documents(row.document_id for row in rows)
    paid = [documents[row.document_id].number or "" for row in rows if documents[row.document_id].left < row.amount]
    if paid:
        raise Conflict(
            _("Réglées depuis : %(numbers)s. Retirez-les de la remise, puis téléchargez le fichier de nouveau.", numbers=", ".join(paid))
        )  # fmt: skip
    if batch.state == BatchState.PREPARED and batch.collected_on <= clock.today():
        raise Conflict(_("Le jour du prélèvement est arrivé : la banque refuserait ce fichier. Abandonnez cette remise et préparez-en une autre."))  # fmt: skip
    BATCHES.move(batch, BatchState.SENT)
    batch.sent_at = clock.now()
    for row in rows:
        DEBITS.move(row, DebitState.SENT)
    notify(batch)
    return batch


def settle(batch_id: int) -> int:
    """The bank paid: a payment for each debit, dated of the day; how many. Does nothing when it was done.

    What an invoice no longer owed (paid otherwise meanwhile) stays the payer's credit.
    """
    require_transaction()
    batch = locked_batch(batch_id)
    if batch.state == BatchState.SETTLED:
        return 0
    if batch.collected_on > clock.today():
        raise DomainError(
            _("Ces prélèvements sont pour le %(day)s : ils s'encaisseront ce jour-là.", day=clock.long_date(batch.collected_on))
        )  # fmt: skip
    BATCHES.move(batch, BatchState.SETTLED)
    rows = sorted(_debits(batch, DebitState.SENT), key=lambda row: (row.mandate.contact_id, row.document_id))
    for row in rows:
        _pay(row, batch)
    return len(rows)


def _pay(debit: Debit, batch: DebitBatch) -> None:
    mandate = db.session.get_one(Mandate, debit.mandate_id)
    locked_contact(mandate.contact_id)
    document = locked_documents([debit.document_id])[debit.document_id]
    part = min(debit.amount, max(0, document.left))
    payment = take(
        document.payer_id or document.contact_id, Method.DEBIT, debit.amount, batch.collected_on,
        allocations=[Part(document.id, part)], reference=debit.end_to_end, reference_key=debit.end_to_end,
        by=_("Prélèvement %(name)s", name=batch.message_id),
    )  # fmt: skip
    DEBITS.move(debit, DebitState.SETTLED)
    debit.payment_id = payment.id
    mandates.spend(mandate, batch.collected_on)
    db.session.flush()


def file_of(batch: DebitBatch) -> bytes:
    """The pain.008 file; the same bytes each time. Raises DomainError when a mandate's IBAN does not read any more."""
    rows = _debits(batch, DebitState.PLANNED, DebitState.SENT, DebitState.SETTLED, DebitState.REJECTED)
    if not rows:
        raise DomainError(_("Cette remise est vide : il n'y a rien à donner à la banque."))
    collected = [
        sepa.Collected(
            row.end_to_end, row.amount, row.sequence.value, row.mandate.rum, row.mandate.signed_on, row.mandate.holder,
            mandates.iban_of(row.mandate), row.mandate.bic, _("Facture %(number)s", number=row.document.number),
        )
        for row in rows
    ]  # fmt: skip
    made_at = clock.local(batch.created_at).replace(tzinfo=None)
    return sepa.pain008(batch.message_id, made_at, batch.collected_on, sepa.Creditor(**batch.creditor), collected)


def ids_to_settle() -> list[int]:
    """Batches at the bank whose day has come."""
    query = select(DebitBatch.id).where(DebitBatch.state == BatchState.SENT, DebitBatch.collected_on <= clock.today())
    return list(db.session.scalars(query.order_by(DebitBatch.id)))


def ids_to_notify() -> list[int]:
    """Batches with clients to tell today."""
    waiting = select(Debit.id).where(
        Debit.batch_id == DebitBatch.id, Debit.notified_at.is_(None), Debit.state.in_(mandates.OPEN)
    )
    query = select(DebitBatch.id).where(
        DebitBatch.state.in_((BatchState.PREPARED, BatchState.SENT)),
        DebitBatch.notify_on <= clock.today(),
        waiting.exists(),
    )
    return list(db.session.scalars(query.order_by(DebitBatch.id)))
