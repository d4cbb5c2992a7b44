"""SEPA mandates: signed on screen or on paper, revoked, lapsed 36 months after their last use (EPC016, 4.1).

The IBAN is encrypted in the database; it is shown by its end, and leaves in the file of the bank and on the paper mandate.
"""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.numbers import next_number
from app.core.seal import seal, unseal
from app.core.settings import setting
from app.documents.services import Ready, keep
from app.payments.models import Debit, Mandate
from app.payments.services.sepa import checked_bic, checked_iban
from app.payments.states import MANDATES, DebitState, MandateState, SignedHow

PURPOSE = "mandate"
OPEN = (DebitState.PLANNED, DebitState.SENT)


class MandateInput(NamedTuple):
    """What is typed of a mandate. `rum`: that of a mandate made elsewhere; ours when empty."""

    holder: str
    iban: str
    bic: str = ""
    signed_on: date | None = None
    recurrent: bool = True
    rum: str = ""
    signer: str = ""


def add_mandate(contact: Contact, typed: MandateInput, how: SignedHow, signature: Ready | None = None) -> Mandate:
    """A mandate in force; the one this payer had is revoked, since one account is collected at a time.

    `signature`: the drawing made on screen, or the paper scanned. Raises DomainError with the field at fault.
    """
    require_transaction()
    iban, bic = checked_iban(typed.iban), checked_bic(typed.bic)
    signed_on = typed.signed_on or clock.today()
    if signed_on > clock.today():
        raise DomainError(_("Cette date est à venir. Donnez le jour de la signature."), field="signed_on")
    if not typed.holder.strip():
        raise DomainError(_("Écrivez le titulaire du compte, tel qu'il est sur le RIB."), field="holder")
    if how == SignedHow.SCREEN and signature is None and not typed.signer.strip():
        raise DomainError(_("Faites signer le mandat, ou tapez le nom du signataire."), field="signature_name")
    rum = _checked_rum(typed.rum)
    for other in live_mandates(contact.id):
        end(other, _("Remplacé par le mandat %(rum)s", rum=rum))
    stored = keep(signature, by=typed.signer or contact.name) if signature else None
    row = Mandate(
        contact_id=contact.id, rum=rum, holder=typed.holder.strip()[:70], sealed_iban=seal(PURPOSE, iban), iban_end=iban[-4:],
        bic=bic, signed_on=signed_on, signed_how=how, signer=typed.signer.strip(), recurrent=typed.recurrent,
        signature_id=stored.id if stored else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(row, "mandate.signed", how=how.value, rum=rum)
    return row


def _checked_rum(typed: str) -> str:
    rum = typed.strip()
    if not rum:
        return next_number("RUM")
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ ")
    if len(rum) > 35 or not set(rum) <= allowed or rum.startswith("/") or rum.endswith("/") or "//" in rum:
        raise DomainError(
            _("Une RUM compte 35 caractères au plus : lettres sans accent, chiffres, tirets, points."), field="rum"
        )
    if db.session.scalar(select(Mandate.id).where(Mandate.rum == rum)) is not None:
        raise DomainError(_("Un autre mandat porte déjà cette RUM. Relisez-la sur le mandat."), field="rum")
    return rum


def live_mandates(contact_id: int) -> list[Mandate]:
    """Those in force of a payer."""
    query = select(Mandate).where(Mandate.contact_id == contact_id, Mandate.state == MandateState.ACTIVE)
    return list(db.session.scalars(query.order_by(Mandate.id)))


def locked(mandate_id: int) -> Mandate:
    """The mandate under its lock."""
    return db.session.get_one(Mandate, mandate_id, with_for_update=True, populate_existing=True)


def revoke(mandate: Mandate, reason: str) -> None:
    """The payer takes it back. Raises Conflict while a debit of it waits: it is removed first."""
    require_transaction()
    mandate = locked(mandate.id)
    if not reason.strip():
        raise DomainError(_("Dites pourquoi ce mandat prend fin."), field="reason")
    if mandate.state != MandateState.ACTIVE:
        raise Conflict(_("Ce mandat n'est déjà plus en vigueur. Rien n'a changé."))
    waiting = db.session.scalar(
        select(func.count()).where(Debit.mandate_id == mandate.id, Debit.state == DebitState.PLANNED)
    )
    if waiting:
        raise Conflict(_("Un prélèvement préparé se sert de ce mandat. Retirez-le de sa remise, puis révoquez."))
    end(mandate, reason)


def end(mandate: Mandate, reason: str, to: MandateState = MandateState.REVOKED) -> None:
    """The end of a mandate, when it is in force."""
    if mandate.state == MandateState.ACTIVE:
        MANDATES.move(mandate, to, reason=reason.strip())
        mandate.ended_on, mandate.reason = clock.today(), reason.strip()
        db.session.flush()


def lapse_unused() -> int:
    """Mandates not used since so many months are void; how many. Those with a debit on its way are left alone."""
    require_transaction()
    limit = clock.months_after(clock.today(), -int(setting("payments.mandate_months")))
    query = select(Mandate).where(
        Mandate.state == MandateState.ACTIVE, func.coalesce(Mandate.last_used_on, Mandate.signed_on) < limit,
        ~select(Debit.id).where(Debit.mandate_id == Mandate.id, Debit.state.in_(OPEN)).exists(),
    )  # fmt: skip
    rows = list(db.session.scalars(query.order_by(Mandate.id).with_for_update(skip_locked=True)))
    for row in rows:
        end(row, _("Sans prélèvement depuis 36 mois"), MandateState.LAPSED)
    return len(rows)


def iban_of(mandate: Mandate) -> str:
    """The account in clear. Raises DomainError when the secret key of the installation changed since."""
    iban = unseal(PURPOSE, mandate.sealed_iban)
    if iban is None:
        raise DomainError(
            _("L'IBAN du mandat %(rum)s ne se lit plus : la clé secrète a changé. Refaites ce mandat.", rum=mandate.rum)
        )
    return iban


def spend(mandate: Mandate, on: date) -> None:
    """A debit of it was paid: the next one is recurrent; a one-off mandate is over."""
    mandate.used = True
    mandate.last_used_on = max(on, mandate.last_used_on or on)
    if not mandate.recurrent:
        end(mandate, _("Prélèvement unique encaissé"), MandateState.SPENT)
