"""What clients are told of their debits: the notice that comes before (EPC016, 4.3.4: 14 days unless agreed otherwise)."""

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.money import euros
from app.core.subject import subject_of
from app.messaging.services import tell
from app.payments.models import Debit, DebitBatch
from app.payments.services.reminders import pay_link


def tell_planned(debit: Debit, batch: DebitBatch) -> None:
    """« Nous prélèverons … le … »: amount, day, mandate and creditor, as the scheme wants."""
    document, mandate = debit.document, debit.mandate
    payer = db.session.get_one(Contact, document.payer_id or document.contact_id)
    tell(
        payer, "debit.notice", about=subject_of(document),
        facts={
            "facture": document.number or "", "montant": euros(debit.amount), "jour": clock.long_date(batch.collected_on),
            "rum": mandate.rum, "ics": str(batch.creditor.get("ics", "")), "compte": f"…{mandate.iban_end}",
            "lien": pay_link(document),
        },
        attachments=[document.file_id] if document.file_id else [],
    )  # fmt: skip
