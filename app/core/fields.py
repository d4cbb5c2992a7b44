"""Form fields for what French people type: amounts, quantities, dates, tri-state ticks."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from wtforms import DateField, Field, StringField
from wtforms.fields import SelectChoice
from wtforms.widgets import TextInput

from app.core.errors import DomainError
from app.core.i18n import _, typo
from app.core.money import amount_input, parse_cents, parse_decimal, quantity

MAX_QUANTITY = 999_999_000  # thousandths


def chosen_id(value: object) -> int | None:
    """The identifier that a choice or an address carries; None when it is not one (« ² » is a digit, not a number)."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class AmountField(Field):
    """« 1 234,5 € » in a field, integer cents in the data; None when empty. Below zero only when `signed`."""

    widget = TextInput()

    def __init__(self, *args: Any, signed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.signed = signed

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return amount_input(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with the sentence that WTForms shows."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                cents = parse_cents(valuelist[0])
            except DomainError as error:
                raise ValueError(error.message) from None
            if cents < 0 and not self.signed:
                raise ValueError(_("Ce montant ne peut pas être négatif. Retirez le signe moins."))
            self.data = cents


class QuantityField(Field):
    """« 0,75 » in a field, thousandths in the data."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return quantity(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with the sentence that WTForms shows."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                thousandths = int(parse_decimal(valuelist[0], 3) * 1000)
            except DomainError as error:
                raise ValueError(error.message) from None
            if abs(thousandths) > MAX_QUANTITY:
                raise ValueError(_("Cette quantité est trop grande. Vérifiez la virgule."))
            self.data = thousandths


class FrenchDateField(DateField):
    """A date from the browser's own control, or typed as 24/11/2026."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("format", ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"])
        super().__init__(*args, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with the way out, the end of the month named when the day does not exist."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        for form in self.strptime_format:
            try:
                self.data = datetime.strptime(valuelist[0].strip(), form).date()  # noqa: DTZ007
                break
            except ValueError:
                continue
        if self.data is None:
            raise ValueError(_("Cette date ne se lit pas. Écrivez-la comme 24/11/2026."))
        if not date(1900, 1, 1) <= self.data <= date(2200, 12, 31):
            self.data = None
            raise ValueError(_("Cette année est hors du calendrier. Vérifiez-la."))


class TidyField(StringField):
    """A text without blanks around it and without control characters."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Never refuses: what cannot be printed is dropped."""
        text = valuelist[0] if valuelist else ""
        self.data = "".join(char for char in text.strip() if char.isprintable() or char in "\n\t")


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Choices of a `SelectField` or `RadioField`, from (value, label) pairs: `options(Role.choices())`."""
    return [SelectChoice(value, typo(label) if isinstance(label, str) else label) for value, label in pairs]
