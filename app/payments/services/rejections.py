"""A debit that came back: the invoice is owed again, and somebody is told what to do. Codes: ISO 20022 external reasons."""

from datetime import date
from typing import NamedTuple

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _, _l
from app.core.money import euros
from app.core.subject import subject_of
from app.messaging.services import add_task
from app.payments.models import Debit, Mandate, Payment
from app.payments.services import mandates
from app.payments.services.debits import locked_debit
from app.payments.services.money_out import reverse
from app.payments.states import DEBITS, DebitState
from app.sales.models import SalesDocument


class Why(NamedTuple):
    """Words of a code, what to do, and whether the mandate ends with it."""

    words: object
    advice: object
    ends: bool = False


AGAIN = _l("Convenez d'une date avec le client, puis prélevez de nouveau ou encaissez autrement.")
ANEW = _l("Demandez un nouveau RIB et faites signer un nouveau mandat.")
CODES: dict[str, Why] = {
    "AM04": Why(_l("provision insuffisante"), AGAIN),
    "AC01": Why(_l("numéro de compte faux"), ANEW, True),
    "AC04": Why(_l("compte clos"), ANEW, True),
    "AC06": Why(_l("compte bloqué"), _l("Appelez le client : son compte refuse les prélèvements.")),
    "AC13": Why(_l("compte d'épargne, qui n'accepte pas les prélèvements"), ANEW, True),
    "AG01": Why(_l("compte qui n'accepte pas les prélèvements"), ANEW, True),
    "MD01": Why(_l("mandat inconnu ou contesté"), ANEW, True),
    "MD06": Why(_l("remboursement demandé par le client"), _l("Appelez le client : il conteste ce prélèvement.")),
    "MD07": Why(_l("décès du titulaire"), _l("Adressez-vous à la succession."), True),
    "MS02": Why(_l("refus du client"), _l("Appelez le client : il a refusé ce prélèvement.")),
    "MS03": Why(_l("motif non communiqué"), AGAIN),
    "SL01": Why(_l("opposition du client auprès de sa banque"), _l("Appelez le client : il a fait opposition.")),
}


def reject(debit_id: int, code: str, on: date | None = None) -> Debit:
    """The bank gave it back, before or after paying it: the invoice is owed again, whatever came meanwhile stays.

    Raises DomainError for an unknown code or a day to come, IllegalMove when it was rejected already or never sent.
    """
    require_transaction()
    why, day = CODES.get(code), on or clock.today()
    if why is None:
        raise DomainError(_("Choisissez le motif que donne la banque."), field="code")
    if day > clock.today():
        raise DomainError(_("Cette date est à venir. Donnez le jour du rejet."), field="on")
    debit = locked_debit(debit_id)
    before = debit.state
    words = _("Prélèvement rejeté : %(why)s (%(code)s)", why=why.words, code=code)
    DEBITS.move(debit, DebitState.REJECTED, reason=words)
    debit.code, debit.rejected_on = code, day
    if before == DebitState.SETTLED and debit.payment_id:
        reverse(db.session.get_one(Payment, debit.payment_id), words, on=day)
    document = db.session.get_one(SalesDocument, debit.document_id)
    record(document, "debit.rejected", amount=debit.amount, reason=str(why.words), code=code)
    mandate = db.session.get_one(Mandate, debit.mandate_id)
    if why.ends:
        mandates.end(mandate, words)
    add_task(
        _("%(number)s de nouveau à régler, %(amount)s : prélèvement rejeté", number=document.number, amount=euros(debit.amount)),
        call=True, due_on=clock.today(), about=subject_of(document), contact_id=mandate.contact_id,
        notes=f"{words}. {why.advice}",
    )  # fmt: skip
    db.session.flush()
    return debit


def code_in(text: str) -> str:
    """The reason that a bank's words name; « MS03 », not given, when they name none."""
    capitals = text.upper()
    for code in CODES:
        if code in capitals:
            return code
    if "PROVISION" in capitals:
        return "AM04"
    if "CLOS" in capitals or "CLOTURE" in capitals:
        return "AC04"
    return "MS03"
