"""A mandate as it is typed: its owners with their shares, its days; its end; its signature."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import FieldList, Form, FormField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.concierge.forms.fields import RateField, offer_rows, rows_of
from app.concierge.forms.terms import TermsFields
from app.concierge.services.mandates import MandateInput, OwnerInput
from app.core.fields import FrenchDateField, TidyField, chosen_id
from app.core.i18n import _l
from app.statements.models import WHOLE

OWNERS = 2


class OwnerRow(Form):
    """An owner: chosen, or a name to add; his share."""

    contact_id = HiddenField(filters=[chosen_id])
    contact_id_text = TidyField(_l("Propriétaire"), [Length(max=160)])
    share = RateField(_l("Part"))


class MandateFields(FlaskForm):
    """Who entrusts, from when, until when."""

    owners = FieldList(FormField(OwnerRow), _l("Propriétaires"))
    starts_on = FrenchDateField(_l("Premier jour"), [Optional()])
    ends_on = FrenchDateField(_l("Dernier jour"), [Optional()])
    signed_on = FrenchDateField(_l("Signé le"), [Optional()])
    mandate_notes = TextAreaField(_l("Notes du mandat"), [Length(max=2000)])

    def offer_owners(self) -> None:
        """Rows to type an owner in."""
        offer_rows(self.owners, max(OWNERS - len(rows_of(self.owners)), 1))

    def typed_owners(self) -> list[tuple[int | None, str, int]]:
        """(contact, name typed, share in basis points) of each row filled; one alone owns the whole by default."""
        rows = [row.data for row in self.owners if row.contact_id.data or row.contact_id_text.data]
        return [
            (row["contact_id"], row["contact_id_text"] or "", row["share"] or (WHOLE if len(rows) == 1 else 0))
            for row in rows
        ]


class NewMandateForm(MandateFields, TermsFields):
    """A mandate with its first terms."""

    def told(self, first: date, owners: Sequence[OwnerInput]) -> MandateInput:
        """What was typed, for the services. Raises DomainError."""
        return MandateInput(
            first, owners, self.terms(first), self.ends_on.data, self.signed_on.data, self.mandate_notes.data or ""
        )


class SignatureForm(FlaskForm):
    """What may be corrected of a mandate."""

    signed_on = FrenchDateField(_l("Signé le"), [Optional()])
    file = FileField(_l("Mandat signé"))
    notes = TextAreaField(_l("Notes"), [Length(max=2000)])


class EndForm(FlaskForm):
    """The last day of a mandate."""

    ends_on = FrenchDateField(_l("Dernier jour"), [DataRequired(_l("Saisissez le dernier jour du mandat."))])


def more_rows(form: Any, asked: str) -> bool:
    """Another row under the list whose button was pressed. False when none was."""
    if asked in form and isinstance(form[asked], FieldList):
        form[asked].append_entry()
        return True
    return False
