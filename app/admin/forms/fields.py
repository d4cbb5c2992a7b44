"""Form fields that read what a French person types, and say what to correct in French."""

import calendar
import re
from datetime import UTC, date, datetime
from typing import Any

from wtforms import DateField as NativeDateField
from wtforms import Field, SelectChoice, SelectField, TextAreaField
from wtforms.validators import StopValidation
from wtforms.widgets import DateTimeLocalInput, HiddenInput, TextArea, TextInput

from app.admin.queries.formats import label_of
from app.core import clock
from app.core.errors import DomainError
from app.core.fields import TidyField, chosen_id
from app.core.i18n import _
from app.core.money import parse_decimal


class Filled:
    """A value is needed: « Saisissez … » rather than a word about a field."""

    field_flags = {"required": True}  # noqa: RUF012

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            if field.errors:  # what was typed could not be read: that is said already
                raise StopValidation
            raise StopValidation(self.message)


class OneOf(SelectField):
    """A native list of the members of a `LabelEnum`."""

    def __init__(
        self, label: str, validators: Any = None, *, members: Any, blank: bool = False, **options: Any
    ) -> None:
        choices = [SelectChoice(member.value, label_of(member)) for member in members]
        super().__init__(
            label, validators, choices=[*([SelectChoice("", "–")] if blank else []), *choices], coerce=str, **options
        )
        self.members = members

    def process_data(self, value: Any) -> None:
        """From the record."""
        self.data = value.value if hasattr(value, "value") else (value or "")

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not in the list."""
        if self.data not in [choice.value for choice in self.choices]:
            raise StopValidation(_("Choisissez dans la liste."))

    @property
    def value(self) -> Any:
        """The member, None for the blank."""
        return self.members(self.data) if self.data else None


class _Typed(Field):  # type: ignore[misc]
    """A text field whose text is read by `read` and kept as typed when it cannot be."""

    widget = TextInput()
    typed = ""

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """From the browser."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = self.read(text)
        except DomainError as refusal:
            raise ValueError(refusal.message) from refusal


class WholeNumber(_Typed):
    """An integer, with or without spaces between the thousands."""

    def read(self, text: str) -> int:
        """Raises BadAmount."""
        value = int(parse_decimal(text, 0))
        if abs(value) > 2_000_000_000:
            raise DomainError(_("Ce nombre est trop grand. Vérifiez-le."))
        return value


class Day(NativeDateField):
    """A native date; a typed French date is understood too."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, format=["%Y-%m-%d", "%d/%m/%Y"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """From the browser."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = read_day(text) if text else None


def read_day(text: str) -> date:
    """The day of « 2026-11-24 » or « 24/11/2026 ». Raises ValueError with what to write instead."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    parts = found.groups() if found else None
    if parts is None and (found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)):
        parts = tuple(reversed(found.groups()))
    if parts is None:
        raise ValueError(_("Écrivez une date comme 24/11/2026."))
    year, month, day = (int(part) for part in parts)
    if not 1 <= month <= 12 or not 1900 <= year <= 2200:
        raise ValueError(_("Écrivez une date comme 24/11/2026."))
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(
            _("%(month)s %(year)s s'arrête au %(last)s. Saisissez %(last)s/%(number)02d/%(year)s.",
              month=clock.MONTHS[month - 1].capitalize(), year=year, last=last, number=month)
        )  # fmt: skip
    return date(year, month, day)


class Moment(_Typed):
    """A native date and time in the organisation's zone; stored in UTC."""

    widget = DateTimeLocalInput()

    def read(self, text: str) -> datetime:
        """Raises DomainError."""
        try:
            naive = datetime.fromisoformat(text)
        except ValueError:
            raise DomainError(_("Écrivez une date et une heure comme 24/11/2026 10:05.")) from None
        return naive.replace(tzinfo=clock.zone()).astimezone(UTC)

    def write(self, value: datetime) -> str:
        """« 2026-11-24T10:05 »."""
        return clock.local(value).strftime("%Y-%m-%dT%H:%M")


class LongText(TidyField):
    """A text of several lines."""

    widget = TextArea()


class Lines(TextAreaField):
    """A list of texts, one per line."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """From the browser: empty lines and repetitions go."""
        lines = (line.strip() for line in (valuelist[0] if valuelist else "").splitlines())
        self.data = list(dict.fromkeys(line for line in lines if line))

    def _value(self) -> str:
        return "\n".join(str(item) for item in self.data or [])


class Reference(Field):  # type: ignore[misc]
    """A record chosen by typeahead: its id, and its name to show it again."""

    widget = HiddenInput()
    name_shown = ""

    def process_data(self, value: Any) -> None:
        """From the record: (id, name)."""
        self.data, self.name_shown = (value[0], value[1] or "") if isinstance(value, tuple) else (value, "")

    def process_formdata(self, valuelist: list[str]) -> None:
        """From the browser."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = chosen_id(text)
        if text and self.data is None:
            raise ValueError(_("Choisissez dans la liste proposée."))

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)
