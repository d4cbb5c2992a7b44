"""Forms of stock."""

import secrets
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.catalog.states import Origin
from app.core.fields import QuantityField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.stock.queries import places
from app.stock.states import MoveKind, PlaceKind

#: What is moved by hand: the rest comes from orders, tickets, sales and inventories.
BY_HAND = (MoveKind.OPENING, MoveKind.TRANSFER, MoveKind.RETURN, MoveKind.SCRAP)


class MoveForm(FlaskForm):
    """Something comes, goes or changes place, by hand."""

    form_key = HiddenField(default=lambda: secrets.token_urlsafe(12))
    kind = SelectField(_l("Mouvement"), coerce=MoveKind, choices=options((kind.value, kind.label) for kind in BY_HAND))
    article_id = HiddenField(_l("Article"), filters=[chosen_id])
    quantity = QuantityField(_l("Quantité"), [InputRequired(_l("Saisissez la quantité."))], default=1000)
    place_id = SelectField(_l("Lieu"), coerce=chosen_id, validate_choice=False)
    to_id = SelectField(_l("Vers"), coerce=chosen_id, validate_choice=False)
    lot = TidyField(_l("Lot ou n° de série"), [Length(max=80)])
    origin = SelectField(
        _l("Origine de la pièce"),
        choices=options([("", _l("Celle de l'article")), *Origin.choices()]),
        coerce=lambda value: Origin(value) if value in Origin._value2member_map_ else None,
        validate_choice=False,
    )
    note = TidyField(_l("Raison"), [Length(max=300)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place_id.choices = options(places())
        self.to_id.choices = options([("", "–"), *places()])

    def validate_quantity(self, field: QuantityField) -> None:
        """A move by hand says its direction by its kind."""
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("Saisissez une quantité plus grande que zéro : le type de mouvement dit le sens."))

    def validate_note(self, field: TidyField) -> None:
        """What is thrown away has a reason."""
        if self.kind.data == MoveKind.SCRAP and not field.data:
            raise ValidationError(_("Dites pourquoi cette pièce part au rebut : cassée, périmée…"))


class PlaceForm(FlaskForm):
    """A new place."""

    name = TidyField(_l("Nom du lieu"), [DataRequired(_l("Donnez un nom à ce lieu.")), Length(max=80)])
    kind = SelectField(_l("Type"), coerce=PlaceKind, choices=options(PlaceKind.choices()))


class CountForm(FlaskForm):
    """Begin the inventory of a place."""

    place_id = SelectField(_l("Lieu à compter"), coerce=chosen_id, validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place_id.choices = options(places())


class ScanForm(FlaskForm):
    """A code scanned or typed, and how many."""

    code = TidyField(_l("Code scanné ou référence"), [DataRequired(_l("Scannez ou tapez un code.")), Length(max=120)])
    quantity = QuantityField(_l("Quantité"), [Optional()], default=1000)
