"""Forms of the till."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.fields import AmountField, FrenchDateField, chosen_id, options
from app.core.i18n import _l
from app.till.states import COUNTED, Means


def _identifier(value: object) -> int | None:
    return chosen_id(value)


#: Cents of the coins and notes of the euro, the biggest first.
COINS = (50_000, 20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)


class OpenForm(FlaskForm):
    """The float, typed or counted."""

    float_amount = AmountField(
        _l("Fond de caisse"), description=_l("Laissez vide si vous comptez les pièces et les billets.")
    )


class DrawerForm(FlaskForm):
    """Cash that comes or goes, or the drawer opened."""

    what = RadioField(
        _l("Geste"),
        choices=options(
            [("in", "Mettre des espèces"), ("out", "Retirer des espèces"), ("drawer", "Ouvrir le tiroir sans vente")]
        ),
        default="out",
    )
    amount = AmountField(_l("Montant"))
    reason = StringField(_l("Raison"), [Length(max=120)], description=_l("Par exemple : remise en banque."))


class CloseForm(FlaskForm):
    """What was counted of each means beside the cash, and a word on the difference."""

    cash = AmountField(
        _l("Espèces comptées"), description=_l("Laissez vide si vous comptez les pièces et les billets.")
    )
    card = AmountField(_l("Cartes (total du terminal)"))
    cheque = AmountField(_l("Chèques"))
    transfer = AmountField(_l("Virements"))
    voucher = AmountField(_l("Bons cadeaux"))
    note = TextAreaField(_l("Remarque"), [Length(max=500)])

    @property
    def counted(self) -> dict[str, int]:
        """{means: cents} of the fields that were filled."""
        return {means.value: self[means.value].data for means in COUNTED if self[means.value].data is not None}


class RefundForm(FlaskForm):
    """How the money goes back."""

    means = RadioField(
        _l("Rendre par"), [DataRequired(_l("Choisissez comment l'argent est rendu."))],
        choices=options([(m.value, m.label) for m in (Means.CASH, Means.CARD, Means.TRANSFER, Means.CHEQUE, Means.ACCOUNT, Means.VOUCHER)]),
    )  # fmt: skip
    reference = StringField(_l("Référence, ou code du bon cadeau"), [Length(max=60)])
    stock = BooleanField(_l("Remettre les articles en stock"), default=True)


class TillForm(FlaskForm):
    """A till."""

    code = StringField(
        _l("Code"), [InputRequired(_l("Donnez un code court, par exemple 1.")), Length(max=6)],
        description=_l("Dans le numéro de ses tickets. Il ne change plus ensuite."),
    )  # fmt: skip
    name = StringField(_l("Nom"), [InputRequired(_l("Donnez un nom, par exemple Caisse 1.")), Length(max=60)])
    site_id = SelectField(_l("Lieu"), coerce=_identifier)
    place_id = SelectField(_l("Stock où sont pris les articles"), coerce=_identifier)


class ArchiveForm(FlaskForm):
    """A period to archive."""

    begins = FrenchDateField(_l("Du"), [InputRequired(_l("Donnez le premier jour."))])
    ends = FrenchDateField(_l("Au"), [InputRequired(_l("Donnez le dernier jour."))])
    export = BooleanField(_l("À la demande de l'administration (noté au journal)"))

    @property
    def period(self) -> tuple[date, date]:
        """The two days, once they were checked."""
        first, last = self.begins.data, self.ends.data
        if first is None or last is None:
            raise ValueError("asked before the form was checked")
        return first, last
