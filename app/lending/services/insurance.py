"""The certificate of insurance of a borrower: given with its date, asked for again once when it lapses during a loan."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.models import StoredFile
from app.lending.models import InsuranceCertificate, Loan, LoanItem
from app.lending.queries.terms import TERMS, terms_of
from app.lending.states import LoanState
from app.messaging.services import add_task


def certificate_of(contact_id: int) -> InsuranceCertificate | None:
    """The one that is good the longest."""
    query = select(InsuranceCertificate).where(InsuranceCertificate.contact_id == contact_id)
    return db.session.scalar(query.order_by(InsuranceCertificate.valid_until.desc()).limit(1))


def insurance_asked(loan: Loan) -> bool:
    """True when a family of its things wants one."""
    return any(terms_of(item.asset.family_id).insurance for item in loan.items)


def insured(contact_id: int, until: date | None = None) -> bool:
    """True when the certificate is good that day (today)."""
    found = certificate_of(contact_id)
    return found is not None and found.valid_until >= (until or clock.today())


def give_certificate(loan: Loan, file: StoredFile, valid_until: date) -> InsuranceCertificate:
    """Keep the certificate of this loan's borrower. Raises DomainError for one that is over."""
    require_transaction()
    if valid_until < clock.today():
        raise DomainError(_("Cette attestation est périmée : demandez celle de l'année."), field="valid_until")
    row = InsuranceCertificate(contact_id=loan.contact_id, file_id=file.id, valid_until=valid_until)
    db.session.add(row)
    db.session.flush()
    files.attach(file, subject_of(loan), _("Attestation d'assurance"), for_client=True)
    record(loan, "loan.insured", until=str(valid_until))
    return row


def ask_again() -> int:
    """A task for each borrower whose certificate lapsed while he has something that wants one, once. Returns how many."""
    require_transaction()
    if not any(terms.insurance for terms in TERMS.written().values()):
        return 0
    asked = 0
    for row in _lapsed(clock.today()):
        loans = db.session.scalars(
            select(Loan)
            .where(Loan.contact_id == row.contact_id, Loan.state == LoanState.OUT)
            .options(selectinload(Loan.items).options(joinedload(LoanItem.asset)))
        ).all()
        loan = next((loan for loan in loans if insurance_asked(loan)), None)
        if loan is not None and not insured(row.contact_id):
            contact = db.session.get_one(Contact, row.contact_id)
            add_task(
                _("Redemander l'attestation d'assurance à %(name)s", name=contact.name), about=subject_of(loan),
                contact_id=contact.id, due_on=clock.today(),
            )  # fmt: skip
            row.asked_on = clock.today()
            asked += 1
    return asked


def _lapsed(today: date) -> Sequence[InsuranceCertificate]:
    query = select(InsuranceCertificate).where(
        InsuranceCertificate.valid_until < today, InsuranceCertificate.asked_on.is_(None)
    )
    return db.session.scalars(query.order_by(InsuranceCertificate.id)).all()
