"""What forms share: a service's refusal, shown beside the field it is about."""

from typing import Any

from flask import Flask, request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField, MultipleFileField
from wtforms.i18n import get_translations

from app.core.errors import DomainError
from app.core.i18n import _

#: Sentences of the form library that did not say how to go on: a choice that went away while the form was open, above all.
OURS = {
    "Not a valid choice.": "Ce choix n'est plus proposé. Choisissez dans la liste.",
    "Invalid Choice: could not coerce.": "Ce choix n'est plus proposé. Choisissez dans la liste.",
    "Not a valid integer value.": "Saisissez un nombre entier, sans virgule.",
    "Not a valid date value.": "Cette date ne se lit pas. Écrivez-la comme 24/11/2026.",
    "Not a valid time value.": "Cette heure ne se lit pas. Écrivez-la comme 14:30.",
}


class Sentences:
    """What the form library says, in French: ours first, then its own."""

    def __init__(self) -> None:
        self.known = get_translations(("fr",))

    def gettext(self, string: str) -> str:
        """The sentence."""
        ours = OURS.get(string)
        return _(ours) if ours else str(self.known.gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The sentence for that many."""
        return str(self.known.ngettext(singular, plural, n))


def speak_french(app: Flask) -> None:
    """Start-up: the form library's own sentences in French, read once and not again at each request."""
    app.config["WTF_I18N_ENABLED"] = False
    sentences = Sentences()
    FlaskForm.Meta.get_translations = lambda _meta, _form: sentences
    FlaskForm.Meta.wrap_formdata = _sent


def _sent(_meta: object, form: FlaskForm, formdata: Any) -> Any:
    """What a form reads: the fields posted, and files for its file fields alone (a file is no text, nor is JSON a form)."""
    if formdata is not _Auto:
        return formdata
    if not form.is_submitted():
        return None
    wanted = {field.name for field in form if isinstance(field, FileField | MultipleFileField)}
    files = MultiDict((name, file) for name, file in request.files.items(multi=True) if name in wanted)
    return CombinedMultiDict((files, request.form))


def put_error(form: FlaskForm, error: DomainError) -> None:
    """Write the refusal under its field, or at the top of the form when it is about none."""
    field = form[error.field] if error.field and error.field in form else None
    if field is None:
        form.form_errors = [*form.form_errors, error.message]
    else:
        field.errors = [*field.errors, error.message]
