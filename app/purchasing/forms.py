"""Forms of purchasing."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.catalog.queries.articles import SupplierRow
from app.catalog.states import Origin
from app.core.fields import AmountField, FrenchDateField, QuantityField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.core.money import parse_cents, parse_decimal
from app.purchasing.models import PurchaseLine
from app.purchasing.queries import orders_to_match, suppliers
from app.purchasing.services import Arrived
from app.purchasing.states import ExpenseKind
from app.stock.queries import places

MEANS = (
    ("virement", "Virement"),
    ("prélèvement", "Prélèvement"),
    ("carte", "Carte"),
    ("chèque", "Chèque"),
    ("espèces", "Espèces"),
)


class AddForm(FlaskForm):
    """An article put into a basket by hand."""

    article_id = HiddenField(_l("Article"), filters=[chosen_id])
    quantity = QuantityField(_l("Quantité"), [InputRequired(_l("Saisissez la quantité à commander."))], default=1000)


class StartForm(FlaskForm):
    """An order begun by hand: at whose, for which place, and its first article if it is known."""

    supplier_id = SelectField(_l("Fournisseur"), coerce=chosen_id, validate_choice=False)
    place_id = SelectField(_l("Livrer à"), coerce=chosen_id, validate_choice=False)
    article_id = HiddenField(_l("Article"), filters=[chosen_id])
    quantity = QuantityField(_l("Quantité"))

    def offer(self, offers: Sequence[SupplierRow]) -> None:
        """Fill the choices: those who supply the article first, with their reference, price and pack."""
        known = {row.supplier_id for row in offers}
        others = [(supplier_id, name) for supplier_id, name in suppliers() if supplier_id not in known]
        self.supplier_id.choices = options(
            [("", _l("Choisissez")), *((row.supplier_id, row.supplier) for row in offers), *others]
        )
        self.place_id.choices = options([("", _l("Le lieu habituel")), *places()])

    def validate_supplier_id(self, field: SelectField) -> None:
        """One of the list."""
        if field.data not in [value for value, *_rest in field.choices or () if value]:
            raise ValidationError(_("Choisissez à quel fournisseur commander."))

    def validate_quantity(self, field: QuantityField) -> None:
        """So many of the article, when there is one."""
        if self.article_id.data and not (field.data and field.data > 0):
            raise ValidationError(_("Saisissez la quantité à commander."))


class LineForm(FlaskForm):
    """How many of a line."""

    quantity = QuantityField(
        _l("Quantité"), [InputRequired(_l("Saisissez une quantité, ou zéro pour retirer la ligne."))]
    )


class OrderForm(FlaskForm):
    """Order the basket."""

    expected = HiddenField(filters=[chosen_id])
    notes = TextAreaField(_l("Note au fournisseur"), [Length(max=2000)])


class ReceiptForm(FlaskForm):
    """What came; a quantity and a lot for each line."""

    form_key = HiddenField(default=lambda: secrets.token_urlsafe(12))
    code = TidyField(_l("Code scanné"), [Length(max=120)])
    note = TidyField(_l("N° du bon de livraison"), [Length(max=120)])
    place_id = SelectField(_l("Ranger dans"), coerce=chosen_id, validate_choice=False)
    complete = BooleanField(_l("Le reste ne viendra pas : solder la commande"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place_id.choices = options(places())


def receipt_form(lines: list[PurchaseLine], place_id: int | None) -> ReceiptForm:
    """A form with the fields q, lot and origin of each line."""
    fields: dict[str, Any] = {}
    for line in lines:
        fields[f"q{line.id}"] = QuantityField(line.label, [Optional()])
        fields[f"lot{line.id}"] = TidyField(_l("Lot ou n° de série"), [Length(max=2000)])
        fields[f"origin{line.id}"] = SelectField(
            _l("Origine"), choices=options([("", _l("Celle de l'article")), *Origin.choices()]), validate_choice=False
        )
    kind: type[ReceiptForm] = type("LinesReceiptForm", (ReceiptForm,), fields)
    return kind(place_id=place_id)


def arrived(form: ReceiptForm, lines: list[PurchaseLine]) -> dict[int, Arrived]:
    """What the form says came, by line."""
    found = {}
    for line in lines:
        origin = form[f"origin{line.id}"].data
        found[line.id] = Arrived(
            form[f"q{line.id}"].data or 0,
            form[f"lot{line.id}"].data or "",
            Origin(origin) if origin in Origin._value2member_map_ else None,
        )
    return found


def expense_field() -> SelectField:
    """What an invoice without articles is for; empty data for goods."""
    return SelectField(
        _l("Nature de la dépense"),
        choices=options([("", _l("Marchandises ou articles")), *ExpenseKind.choices()]),
        default="",
    )


class ExpenseForm(FlaskForm):
    """What an invoice is for, once taken in; an association with sectors says for which."""

    expense = expense_field()
    taxed_use = BooleanField(_l("Pour l'activité taxée seulement : la TVA se déduit"))


class BillForm(FlaskForm):
    """An invoice received, typed or read from its file."""

    file_id = HiddenField(filters=[chosen_id])
    source = HiddenField(default="typed")
    supplier_id = SelectField(_l("Fournisseur"), coerce=chosen_id, validate_choice=False)
    number = TidyField(_l("N° de la facture"), [DataRequired(_l("Saisissez le numéro de la facture.")), Length(max=80)])
    issued_on = FrenchDateField(_l("Date"), [DataRequired(_l("Saisissez la date de la facture."))])
    due_on = FrenchDateField(_l("Échéance"), [Optional()])
    net = AmountField(_l("Total HT"), [InputRequired(_l("Saisissez le total hors taxes."))], signed=True)
    vat = AmountField(_l("TVA"), [InputRequired(_l("Saisissez la TVA, zéro s'il n'y en a pas."))], signed=True)
    gross = AmountField(_l("Total TTC"), [InputRequired(_l("Saisissez le total toutes taxes comprises."))], signed=True)
    purchase_id = SelectField(_l("Commande"), coerce=chosen_id, validate_choice=False)
    expense = expense_field()
    taxed_use = BooleanField(_l("Pour l'activité taxée seulement : la TVA se déduit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.supplier_id.choices = options([("", _l("Choisissez")), *suppliers(self.supplier_id.data)])
        self.purchase_id.choices = options([("", _l("Aucune")), *orders_to_match()])


class MatchForm(FlaskForm):
    """The order of an invoice."""

    purchase_id = SelectField(_l("Commande"), coerce=chosen_id, validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purchase_id.choices = options([("", _l("Choisissez")), *orders_to_match()])


def pointed(typed: Mapping[str, str], line_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """{line: (thousandths, cents)} of the fields q and p of an invoice pointed line by line. Raises DomainError."""
    return {
        line_id: (int(parse_decimal(typed.get(f"q{line_id}") or "0", 3) * 1000), parse_cents(typed.get(f"p{line_id}") or "0"))
        for line_id in line_ids
    }  # fmt: skip


class PayForm(FlaskForm):
    """How much, when and how it was paid."""

    amount = AmountField(_l("Montant"), signed=True)
    paid_on = FrenchDateField(_l("Payée le"), [DataRequired(_l("Saisissez la date du paiement."))])
    paid_how = SelectField(_l("Moyen"), choices=options(MEANS))
