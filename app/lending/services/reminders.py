"""Reminders before, on and after the return date: one message a recipient and a day, each rule once for a return date.

The row that says « sent » is written in the transaction of the message, under a unique key: a job that died, ran twice or ran
beside another sends nothing twice. A loan that came back meanwhile is left out: it is read again under its lock.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record_many
from app.core.i18n import _, _n
from app.core.outbox import Channel
from app.core.subject import subject_of
from app.lending.models import Loan, LoanItem, LoanReminder
from app.lending.queries.reminders import Due, due_reminders, told_on
from app.lending.services.borrower import borrower_link
from app.lending.states import LoanState
from app.members.queries import told_for
from app.messaging.services import finish_tasks_about, tell, withdraw

CODES = BEFORE, TODAY, LATE = "loan.reminder_before", "loan.reminder_today", "loan.reminder_late"
LOANS = "loans"


def planned(today: date) -> list[list[Due]]:
    """What is to be sent that day, together what has a recipient in common; who was told today already waits for tomorrow."""
    dues, done = due_reminders(today), told_on(today)
    whom = told_for({due.contact_id for due in dues} | done)
    busy = {to.id for borrower in done for to in whom[borrower]}
    group_of: dict[int, list[Due]] = {}
    for due in dues:
        keys = [to.id for to in whom[due.contact_id]]
        if busy.isdisjoint(keys):
            joined = {id(group): group for key in keys if (group := group_of.get(key))}
            merged = [one for group in joined.values() for one in group] + [due]
            group_of.update({to.id: merged for one in merged for to in whom[one.contact_id]})
    return list({id(group): group for group in group_of.values()}.values())


def send(groups: Sequence[Sequence[Due]], today: date) -> int:
    """One message a recipient of the loans of a group; how many. None for those that are back, or that somebody else just sent.
    What is read of all the groups is read at once."""
    require_transaction()
    by_loan = {due.loan_id: due for group in groups for due in group}
    loans = [loan for loan in _read(list(by_loan), lock=True) if _still(loan, by_loan[loan.id])]
    whom = told_for({loan.contact_id for loan in loans})
    group_of = {due.loan_id: rank for rank, group in enumerate(groups) for due in group}
    together: dict[int, list[Loan]] = {}
    for loan in loans:
        together.setdefault(group_of[loan.id], []).append(loan)
    return sum(_send(together[rank], by_loan, whom, today) for rank in sorted(together))


def _send(loans: Sequence[Loan], by_loan: Mapping[int, Due], whom: Mapping[int, Sequence[Contact]], today: date) -> int:
    try:
        with db.session.begin_nested():
            db.session.add_all(
                LoanReminder(
                    loan_id=loan.id, due_on=by_loan[loan.id].due_on, days=by_loan[loan.id].days, sent_on=today,
                    contact_id=whom[loan.contact_id][0].id,
                )
                for loan in loans
            )  # fmt: skip
            db.session.flush()
    except IntegrityError:
        return 0
    his: dict[int, tuple[Contact, list[Loan]]] = {}
    for loan in loans:
        for to in whom[loan.contact_id]:
            his.setdefault(to.id, (to, []))[1].append(loan)
    for to, these in his.values():
        channel = by_loan[these[0].id].channel
        _write(to, these, [Channel(channel)] if channel else None)
    return len(his)


def _read(ids: list[int], *, lock: bool = False) -> list[Loan]:
    query = select(Loan).where(Loan.id.in_(ids)).order_by(Loan.due_at, Loan.id)
    query = query.options(joinedload(Loan.contact), selectinload(Loan.items).options(joinedload(LoanItem.asset)))
    if lock:
        query = query.with_for_update(of=Loan).execution_options(populate_existing=True)
    return list(db.session.scalars(query).unique())


def _still(loan: Loan, due: Due) -> bool:
    return loan.state == LoanState.OUT and clock.local(loan.due_at).date() == due.due_on


def _write(to: Contact, loans: Sequence[Loan], channels: Sequence[Channel] | None = None) -> None:
    """The message in the tone of the loan that is the latest; told on the history of each."""
    late = (clock.today() - clock.local(loans[0].due_at).date()).days
    code = LATE if late > 0 else TODAY if late == 0 else BEFORE
    lines = [_line(loan, to) for loan in loans]
    facts = {
        "materiel": lines[0], "liste": "\n".join(f"- {line}" for line in lines), "nombre": str(len(lines)) if len(lines) > 1 else "",
        "echeance": clock.long_date(clock.local(loans[0].due_at).date()), "jours": _n("%(num)s jour", "%(num)s jours", max(0, late)), "lien": borrower_link(loans[0]),
    }  # fmt: skip
    extra = {LOANS: [loan.id for loan in loans]}
    tell(to, code, about=subject_of(loans[0]), facts=facts, channels=channels, extra=extra)
    record_many("loan", [loan.id for loan in loans], "loan.reminded", [{"to": to.name} for _loan in loans])


def _line(loan: Loan, to: Contact) -> str:
    things = ", ".join(item.asset.label for item in loan.items if item.out_at is not None and item.back_at is None)
    if to.id != loan.contact_id:
        things = _("%(things)s (prêté à %(who)s)", things=things, who=loan.contact.name)
    return _("%(things)s, à rendre le %(day)s", things=things, day=clock.long_date(clock.local(loan.due_at).date()))


def remind_by_hand(loan: Loan) -> None:
    """« Envoyer le rappel »: now, whatever the rules. Raises DomainError when it was reminded today, Conflict when it is not out."""
    require_transaction()
    if loan.state != LoanState.OUT:
        raise Conflict(_("Ce prêt n'est plus dehors : il n'y a rien à rappeler."))
    today = clock.today()
    sent = select(LoanReminder.id).where(LoanReminder.loan_id == loan.id, LoanReminder.sent_on == today)
    if db.session.scalar(sent) is not None:
        raise DomainError(_("Un rappel est déjà parti aujourd'hui. Laissez le temps de répondre, ou téléphonez."))
    whom = told_for([loan.contact_id])[loan.contact_id]
    due_on = clock.local(loan.due_at).date()
    db.session.add(LoanReminder(loan_id=loan.id, due_on=due_on, days=None, contact_id=whom[0].id, sent_on=today))
    for to in whom:
        _write(to, [loan])
    db.session.flush()


def stop(loan: Loan) -> None:
    """It is back, or has another date: its reminders that have not left yet never leave; what they said of other loans is written
    again without it."""
    require_transaction()
    sent = select(LoanReminder.contact_id).where(LoanReminder.loan_id == loan.id)
    if db.session.scalar(sent.limit(1)) is None:
        return
    for message in withdraw(CODES, lambda message: loan.id in message.facts.get(LOANS, ())):
        others = _read([key for key in message.facts[LOANS] if key != loan.id])
        others = [other for other in others if other.state == LoanState.OUT]
        if others and message.contact_id is not None:
            _write(db.session.get_one(Contact, message.contact_id), others, [message.channel])
    finish_tasks_about(subject_of(loan), calls=True)
