"""Forms of orders and invoices: their head, their lines, what is asked of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.core import clock
from app.core.errors import DomainError
from app.core.fields import AmountField, FrenchDateField, QuantityField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.core.money import parse_decimal
from app.sales.models import Dated, PricedLine
from app.sales.services.documents.lines import LineData
from app.sales.services.documents.schedule import Due
from app.sales.services.documents.vat import choices
from app.sales.states import LineKind, ScheduleEvent
from app.stock.queries.levels import places

NATURES = (("", "D'après les lignes"), ("B", "Livraison de biens"), ("S", "Prestation de services"), ("M", "Les deux"))


class PercentField(QuantityField):
    """« 12,5 » in a field, basis points in the data."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 100:g}".replace(".", ",")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with the sentence that WTForms shows."""
        self.data = None
        text = valuelist[0].replace("%", "").strip() if valuelist else ""
        if text:
            try:
                self.data = int(parse_decimal(text, 2) * 100)
            except DomainError as error:
                raise ValueError(error.message) from None
            if not 0 <= self.data <= 10_000:
                raise ValueError(_("Donnez un pourcentage entre 0 et 100."))


class NewForm(FlaskForm):
    """A blank document: for whom."""

    contact_id = HiddenField(_l("Client"), filters=[chosen_id])
    title = TidyField(_l("Objet"), [Length(max=200)])


class HeadForm(FlaskForm):
    """What a draft says beside its lines."""

    version = HiddenField(filters=[chosen_id])
    title = TidyField(_l("Objet"), [Length(max=200)])
    contact_id = HiddenField(_l("Client"), filters=[chosen_id])
    payer_id = HiddenField(_l("Payeur"), filters=[chosen_id])
    supplied_on = FrenchDateField(_l("Date de la vente ou de la prestation"), [Optional()])
    due_on = FrenchDateField(_l("Échéance"), [Optional()], description=_l("Laissez vide pour suivre les réglages."))
    purchase_order = TidyField(_l("Bon de commande du client"), [Length(max=100)])
    nature = SelectField(_l("Opérations"), choices=options(NATURES))
    delivery_address = TextAreaField(_l("Adresse de livraison"), [Length(max=400)], render_kw={"rows": 2})
    conditions = TextAreaField(_l("Conditions de règlement"), [Length(max=1000)], render_kw={"rows": 2})
    notes = TextAreaField(_l("Note imprimée"), [Length(max=2000)], render_kw={"rows": 2})

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        found = {name: field.data for name, field in self._fields.items() if name not in ("version", "csrf_token")}
        if not found["contact_id"]:
            found.pop("contact_id")
        if not (request.form.get("payer_id_text") or "").strip():
            found["payer_id"] = None
        return {
            name: "" if value is None and name not in ("payer_id", "supplied_on", "due_on") else value
            for name, value in found.items()
        }


class LineForm(FlaskForm):
    """An article, a free line, a title or a text."""

    version = HiddenField(filters=[chosen_id])
    article_id = HiddenField(_l("Article"), filters=[chosen_id])
    kind = SelectField(_l("Nature"), choices=options(LineKind.choices()), coerce=LineKind, default=LineKind.ITEM)
    label = TidyField(_l("Désignation"), [DataRequired(_l("Saisissez la désignation de la ligne.")), Length(max=500)])
    detail = TidyField(_l("Détail"), [Length(max=2000)])
    reference = TidyField(_l("Référence"), [Length(max=80)])
    quantity = QuantityField(_l("Quantité"), default=1000)
    unit = TidyField(_l("Unité"), [Length(max=20)], default="pièce")
    unit_price = AmountField(_l("Prix unitaire HT"), default=0)
    discount = PercentField(_l("Remise"), default=0)
    vat_code = SelectField(_l("TVA"))
    cost = HiddenField(filters=[chosen_id])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.vat_code.choices = options(choices(clock.today()))

    @classmethod
    def of(cls, line: PricedLine | None, version: int, **values: Any) -> "LineForm":
        """The form of a saved line, or of a new one."""
        known = {} if line is None else {
            "article_id": line.article_id, "kind": line.kind, "label": line.label, "detail": line.detail, "unit": line.unit,
            "reference": line.reference, "quantity": line.quantity, "unit_price": line.unit_price, "discount": line.discount,
            "vat_code": line.vat_code, "cost": line.cost,
        }  # fmt: skip
        return cls(version=version, **known | values)

    @property
    def line(self) -> LineData:
        """What was typed."""
        return LineData(
            self.label.data or "", self.quantity.data or 0, self.unit_price.data or 0, self.vat_code.data, self.discount.data or 0,
            self.kind.data, self.detail.data or "", self.reference.data or "", self.unit.data or "", self.article_id.data,
            self.cost.data or 0,
        )  # fmt: skip


class ThirdForm(FlaskForm):
    """A part that somebody else pays."""

    third_id = HiddenField(_l("Qui paie"), filters=[chosen_id])
    third_label = TidyField(_l("Mention"), [Length(max=200)], description=_l("Par exemple : Bonus Réparation."))
    third_amount = AmountField(
        _l("Montant TTC"), validators=[InputRequired(_l("Saisissez le montant que paie le tiers."))]
    )


class QuantitiesForm(FlaskForm):
    """Quantities by line: fields named q-<line>."""

    def quantities(self, names: list[int]) -> dict[int, int]:
        """Thousandths by line. Raises DomainError for what cannot be read."""
        found = {}
        for line_id in names:
            text = request.form.get(f"q-{line_id}", "").strip()
            if text:
                found[line_id] = int(parse_decimal(text, 3) * 1000)
        return found


class DeliveryForm(QuantitiesForm):
    """What leaves, or comes back, and of which place of the stock."""

    place_id = SelectField(_l("Lieu de stock"), coerce=chosen_id)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.place_id.choices = [("", _("Où c'est réservé, sinon le lieu habituel")), *places()]


def numbers_typed(names: Iterable[int]) -> dict[int, str]:
    """Lots or serial numbers by line: fields named lot-<line>."""
    return {line_id: request.form.get(f"lot-{line_id}", "").strip() for line_id in names}


class ReturnForm(DeliveryForm):
    """Why it comes back."""

    reason = TidyField(
        _l("Raison du retour"),
        [DataRequired(_l("Dites pourquoi cela revient, par exemple : mauvaise taille.")), Length(max=300)],
    )


class CreditForm(QuantitiesForm):
    """What a credit note takes back, and why."""

    reason = TidyField(
        _l("Raison"), [DataRequired(_l("Dites pourquoi : la raison est imprimée sur l'avoir.")), Length(max=300)]
    )
    goods_back = BooleanField(_l("Les articles repris reviennent en stock"), default=True)


class RebateForm(FlaskForm):
    """A credit note by amount, and why."""

    amount = AmountField(
        _l("Montant TTC"), [InputRequired(_l("Saisissez le montant TTC de l'avoir, par exemple 30,00."))]
    )
    reason = TidyField(
        _l("Raison"), [DataRequired(_l("Dites pourquoi : la raison est imprimée sur l'avoir.")), Length(max=300)]
    )


class DepositForm(FlaskForm):
    """A share of the order, or an amount with tax."""

    share = PercentField(_l("Part de la commande"), [Optional()])
    amount = AmountField(_l("ou montant TTC"), validators=[Optional()])


class ProgressForm(FlaskForm):
    """How much of the work is done, in all."""

    share = PercentField(_l("Avancement de toute la commande"), [Optional()])

    def shares(self, names: Iterable[int]) -> dict[int, int]:
        """Basis points by line, those that were typed: fields named a-<line>. Raises DomainError for what cannot be read."""
        typed = {line_id: request.form.get(f"a-{line_id}", "").replace("%", "").strip() for line_id in names}
        return {line_id: int(parse_decimal(text, 2) * 100) for line_id, text in typed.items() if text}


class InstalmentForm(FlaskForm):
    """One line of a schedule."""

    label = TidyField(
        _l("Échéance"), [DataRequired(_l("Nommez cette échéance, par exemple « À la pose ».")), Length(max=200)]
    )
    share = PercentField(_l("Part"), [Optional()])
    amount = AmountField(_l("ou montant TTC"), validators=[Optional()])
    event = SelectField(
        _l("Quand"), choices=options(ScheduleEvent.choices()), coerce=ScheduleEvent, default=ScheduleEvent.DATE
    )
    due_on = FrenchDateField(_l("Le"), [Optional()])

    @property
    def due(self) -> Due:
        """What was typed."""
        return Due(
            self.label.data or "", self.share.data or 0, self.amount.data or 0, self.event.data, self.due_on.data
        )


class _DatedForm(Form):
    """A date of a schedule and its amount; both empty: no such date."""

    due_on = FrenchDateField(_l("Date"), [Optional()])
    amount = AmountField(_l("Montant TTC"), validators=[Optional()])


class ScheduleForm(FlaskForm):
    """The dates of an invoice paid in several times."""

    version = HiddenField(filters=[chosen_id])
    rows = FieldList(FormField(_DatedForm), max_entries=50)

    @property
    def dated(self) -> list[Dated]:
        """What was typed, empty rows left out."""
        typed = [(row.form.due_on.data, row.form.amount.data) for row in self.rows]
        return [Dated(due_on, amount or 0) for due_on, amount in typed if due_on is not None or amount is not None]

    def propose(self, version: int, dated: Sequence[Dated]) -> None:
        """Show these dates, and an empty row to add one."""
        self.version.data = version
        for row in (*dated, Dated(None, 0)):
            self.rows.append_entry({"due_on": row.due_on, "amount": row.amount or None})


class RepeatForm(FlaskForm):
    """An invoice that comes again."""

    label = TidyField(
        _l("Nom"), [DataRequired(_l("Donnez un nom, par exemple « Entretien mensuel ».")), Length(max=200)]
    )
    months = IntegerField(
        _l("Tous les … mois"),
        [
            InputRequired(_l("Donnez un nombre de mois.")),
            NumberRange(1, 60, _l("Donnez un nombre de mois entre 1 et 60.")),
        ],
        default=1,
    )
    next_on = FrenchDateField(_l("Prochaine facture"), [InputRequired(_l("Donnez la date de la prochaine."))])
    until = FrenchDateField(_l("Jusqu'au"), [Optional()])
    issue = BooleanField(_l("L'émettre et l'envoyer sans attendre"))
