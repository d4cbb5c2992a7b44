"""Fields of the concierge's forms: rates in per cent, days of every year, rows that repeat."""

import re
from datetime import date
from typing import Any

from wtforms import Field, FieldList
from wtforms.widgets import TextInput

from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import parse_decimal

LEAP = 2024


class RateField(Field):
    """« 15,5 » in a field, basis points in the data; None when empty."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",") if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with the sentence that WTForms shows."""
        self.data = None
        text = valuelist[0].strip().removesuffix("%").strip() if valuelist else ""
        if text:
            try:
                points = int(parse_decimal(text, 2) * 100)
            except DomainError as error:
                raise ValueError(error.message) from None
            if not 0 <= points <= 10_000:
                raise ValueError(_("Un taux va de 0 à 100 %."))
            self.data = points


class YearDayField(Field):
    """« 15/06 » in a field, (6, 15) in the data: a day of every year; None when empty."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data[1]:02d}/{self.data[0]:02d}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with the sentence that WTForms shows."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        found = re.fullmatch(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})", text)
        try:
            day = date(LEAP, int(found[2]), int(found[1])) if found else None
        except ValueError:
            day = None
        if day is None:
            raise ValueError(_("Écrivez le jour et le mois, comme 15/06."))
        self.data = (day.month, day.day)


def rows_of(field: FieldList) -> list[dict[str, Any]]:
    """The rows of which something was typed."""
    return [row.data for row in field if any(value not in (None, "", ()) for value in row.data.values())]


def offer_rows(field: FieldList, count: int = 1) -> None:
    """Empty rows at the foot, for what is still to type: those that are there already are enough."""
    empty = len(field) - len(rows_of(field))
    for _number in range(count - empty):
        field.append_entry()
