"""Forms of payments."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.fields import AmountField, FrenchDateField, TidyField, options
from app.core.i18n import _l
from app.payments.services import RECEIVABLE
from app.payments.states import Method

DESK = tuple(method for method in RECEIVABLE if method != Method.DEBIT)
GIVEN_BACK = (Method.TRANSFER, Method.CARD, Method.CASH, Method.CHEQUE)


class ReceiveForm(FlaskForm):
    """Money received. `to`: ticked things to settle, as « d12:5000 » or « s5:2500 » (what, and what was left of it then)."""

    form_key = HiddenField()
    document = HiddenField()
    amount = AmountField(_l("Montant reçu"), [InputRequired(_l("Écrivez le montant reçu, par exemple 120,00."))])
    method = RadioField(
        _l("Moyen"),
        [InputRequired(_l("Choisissez le moyen de paiement."))],
        choices=options((method.value, method.label) for method in DESK),
    )
    received_on = FrenchDateField(_l("Reçu le"), [DataRequired(_l("Donnez le jour où vous avez reçu le règlement."))])
    reference = TidyField(
        _l("Référence"), [Length(max=120)], description=_l("N° de chèque, libellé du virement, code du bon d'achat.")
    )
    note = TidyField(_l("Note"), [Length(max=500)])


class ReverseForm(FlaskForm):
    """Why a payment is undone."""

    wrong = RadioField(
        _l("Que s'est-il passé ?"),
        [InputRequired(_l("Dites ce qui s'est passé."))],
        choices=options((("0", "La banque l'a rejeté"), ("1", "C'était une erreur de saisie"))),
    )
    reason = TidyField(_l("Raison"), [DataRequired(_l("Dites pourquoi ce règlement est annulé.")), Length(max=300)])


class RefundForm(FlaskForm):
    """Money given back. `source`: « credit » (paid too much) or the id of a credit note."""

    form_key = HiddenField()
    source = RadioField(_l("Sur"), [InputRequired(_l("Choisissez ce que vous remboursez."))], validate_choice=False)
    amount = AmountField(_l("Montant rendu"), [InputRequired(_l("Écrivez le montant rendu, par exemple 20,00."))])
    method = SelectField(_l("Rendu par"), choices=options((m.value, m.label) for m in GIVEN_BACK))
    on = FrenchDateField(_l("Le"), [DataRequired(_l("Donnez le jour du remboursement."))])
    reference = TidyField(_l("Référence"), [Length(max=120)])
    note = TextAreaField(_l("Raison"), [Length(max=500)], render_kw={"rows": 2})


class OnlineRefundForm(FlaskForm):
    """Money that the partner gives back of an online payment. `source`: what it takes from (`queries.refunds.sources`)."""

    form_key = HiddenField()
    source = RadioField(_l("Ce que vous rendez"), [InputRequired(_l("Choisissez ce que vous rendez."))], choices=[])
    amount = AmountField(_l("Montant rendu"), [InputRequired(_l("Écrivez le montant rendu, par exemple 20,00."))])
    note = TidyField(_l("Raison"), [Length(max=300)])


class StopForm(FlaskForm):
    """Why reminders stop, and for what."""

    scope = RadioField(
        _l("Arrêter les relances"),
        choices=options((("document", "De cette facture, contestée"), ("contact", "De tout ce que doit ce payeur"))),
        default="document",
    )
    reason = TidyField(_l("Raison"), [DataRequired(_l("Dites pourquoi les relances s'arrêtent.")), Length(max=300)])


#: The means by which a deposit is given, or given back, at the desk.
AT_THE_DESK = tuple((m.value, m.label) for m in (Method.CHEQUE, Method.CASH, Method.CARD, Method.TRANSFER))


class DepositForm(FlaskForm):
    """A security deposit given; without a day, only asked for."""

    contact_id = HiddenField(_l("Client"))
    amount = AmountField(_l("Montant"), [InputRequired(_l("Écrivez le montant du dépôt, par exemple 300,00."))])
    method = SelectField(
        _l("Moyen"),
        choices=options(AT_THE_DESK),
    )
    received_on = FrenchDateField(_l("Reçu le"), description=_l("Vide : demandé, pas encore reçu."))
    reference = TidyField(_l("N° du chèque"), [Length(max=60)])


class CloseDepositForm(FlaskForm):
    """What becomes of a deposit."""

    act = RadioField(
        _l("Que faites-vous ?"),
        [InputRequired(_l("Choisissez ce que devient ce dépôt."))],
        choices=options(
            (
                ("hold", "Je l'ai reçu"),
                ("drop", "Je ne le demande plus"),
                ("back", "Je le rends en entier"),
                ("keep", "J'en conserve une part"),
                ("renew", "Le chèque est renouvelé"),
                ("send", "Je rends ce qui reste"),
            )
        ),
    )
    means = SelectField(_l("Reçu par"), choices=options(AT_THE_DESK), default=Method.CHEQUE.value)
    by = SelectField(
        _l("Rendu par"),
        choices=options((("", "Le prestataire du paiement en ligne"), *AT_THE_DESK)),
        default="",
        description=_l("Un prestataire ne rend plus un paiement trop ancien : rendez alors l'argent autrement."),
    )
    kept = AmountField(_l("Montant conservé"))
    reason = TidyField(_l("Raison"), [Length(max=300)], description=_l("Si une part est conservée."))
    reference = TidyField(_l("N° du nouveau chèque"), [Length(max=60)])


class VoucherForm(FlaskForm):
    """A gift voucher sold."""

    form_key = HiddenField()
    contact_id = HiddenField(_l("Client"))
    amount = AmountField(_l("Valeur"), [InputRequired(_l("Écrivez la valeur du bon, par exemple 50,00."))])
    method = SelectField(
        _l("Payé par"),
        choices=options((m.value, m.label) for m in (Method.CARD, Method.CASH, Method.CHEQUE, Method.TRANSFER)),
    )
    valid_until = FrenchDateField(_l("Valable jusqu'au"))
