"""Forms of what passes between us and the bank."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.core.fields import AmountField, FrenchDateField, TidyField, options
from app.core.i18n import _l
from app.core.reading import ENCODINGS, SEPARATORS
from app.payments.services.rejections import CODES
from app.payments.services.remittances import METHODS
from app.payments.states import SignedHow


class BankAccountForm(FlaskForm):
    """Our account, and what lets us collect."""

    iban = TidyField(
        _l("IBAN"), [Length(max=45)], description=_l("Il est imprimé sur vos factures, avec le code du virement.")
    )
    bic = TidyField(_l("BIC"), [Length(max=11)])
    creditor_id = TidyField(
        _l("Identifiant créancier SEPA (ICS)"),
        [Length(max=35)],
        description=_l("Votre banque le donne sur demande ; il faut l'avoir pour prélever. Par exemple FR72ZZZ123456."),
    )


class MandateForm(FlaskForm):
    """A mandate: whose account, and how it was signed."""

    contact_id = HiddenField(_l("Payeur"))
    holder = TidyField(
        _l("Titulaire du compte"),
        [DataRequired(_l("Écrivez le titulaire du compte, tel qu'il est sur le RIB.")), Length(max=70)],
    )
    iban = TidyField(
        _l("IBAN"), [DataRequired(_l("Écrivez l'IBAN du compte, tel qu'il est sur le RIB.")), Length(max=45)]
    )
    bic = TidyField(_l("BIC"), [Length(max=11)], description=_l("Les banques de la zone SEPA ne le demandent plus."))
    recurrent = RadioField(
        _l("Il sert"), choices=options((("1", "Plusieurs fois"), ("0", "Une seule fois"))), default="1"
    )
    how = RadioField(_l("Signature"), choices=options(SignedHow.choices()), default=SignedHow.SCREEN.value)
    signed_on = FrenchDateField(_l("Signé le"), [DataRequired(_l("Donnez le jour de la signature."))])
    rum = TidyField(
        _l("RUM"),
        [Length(max=35)],
        description=_l("Seulement pour un mandat déjà signé ailleurs ; sinon, elle est donnée ici."),
    )
    signature = HiddenField()
    signature_name = TidyField(_l("Signature"), [Length(max=70)])
    scan = FileField(_l("Mandat signé, scanné ou photographié"))


class EndForm(FlaskForm):
    """Why a mandate ends."""

    reason = TidyField(_l("Raison"), [DataRequired(_l("Dites pourquoi ce mandat prend fin.")), Length(max=300)])


class BatchForm(FlaskForm):
    """The invoices to collect come beside, as `documents`."""

    form_key = HiddenField()
    collected_on = FrenchDateField(_l("Prélever le"), [DataRequired(_l("Donnez le jour du prélèvement."))])


class RejectForm(FlaskForm):
    """Why the bank gave a debit back."""

    code = SelectField(
        _l("Motif donné par la banque"),
        choices=options([(code, f"{code} : {why.words}") for code, why in CODES.items()]),
    )
    on = FrenchDateField(_l("Rejeté le"), [DataRequired(_l("Donnez le jour du rejet."))])


class StatementForm(FlaskForm):
    """A file of the bank."""

    file = FileField(
        _l("Relevé de la banque (OFX ou CSV)"),
        [FileRequired(_l("Choisissez le fichier téléchargé chez votre banque."))],
    )
    account = TidyField(_l("Compte"), [Length(max=40)], description=_l("À remplir si vous avez plusieurs comptes."))


class ColumnsForm(FlaskForm):
    """How a CSV statement is read; the field of each column comes beside."""

    encoding = SelectField(_l("Encodage"), choices=options(ENCODINGS))
    separator = SelectField(_l("Séparateur"), choices=options(SEPARATORS))


class IgnoreForm(FlaskForm):
    """Why a bank line needs no payment."""

    note = TidyField(
        _l("Raison"),
        [DataRequired(_l("Dites ce qu'est ce mouvement, par exemple « frais de tenue de compte ».")), Length(max=200)],
    )


class RemittanceForm(FlaskForm):
    """Cheques or card takings handed to the bank; the payments come beside, as `payments`."""

    form_key = HiddenField()
    method = SelectField(_l("Moyen"), choices=options((method.value, method.label) for method in METHODS))
    deposited_on = FrenchDateField(_l("Remise le"), [DataRequired(_l("Donnez le jour de la remise en banque."))])
    other_amount = AmountField(_l("Reçus par la caisse"))
    other_count = IntegerField(_l("Nombre"), [Optional(), NumberRange(0, 500, _l("Donnez un nombre entre 0 et 500."))])
    other_label = TidyField(_l("Libellé"), [Length(max=120)])


class DoubtForm(FlaskForm):
    """What became of an online payment in doubt."""

    act = RadioField(
        _l("Ce que dit le prestataire"),
        [InputRequired(_l("Dites ce que vous avez lu chez le prestataire."))],
        choices=options((("paid", "L'argent est bien arrivé"), ("lost", "Rien n'a été payé, ou tout a été rendu"))),
    )
    amount = AmountField(_l("Montant arrivé"))
    reason = TidyField(
        _l("Ce que vous avez vérifié"), [DataRequired(_l("Écrivez ce que vous avez vérifié.")), Length(max=300)]
    )
