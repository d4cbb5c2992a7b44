"""What forms share: a service's refusal, shown beside the field it is about."""

from flask import Flask
from flask_wtf import FlaskForm

from app.core.errors import DomainError


def speak_french(app: Flask) -> None:
    """Start-up: the form library's own sentences in French, read once and not again at each request."""
    app.config["WTF_I18N_ENABLED"] = False
    FlaskForm.Meta.locales = ("fr",)


def put_error(form: FlaskForm, error: DomainError) -> None:
    """Write the refusal under its field, or at the top of the form when it is about none."""
    field = form[error.field] if error.field and error.field in form else None
    if field is None:
        form.form_errors = [*form.form_errors, error.message]
    else:
        field.errors = [*field.errors, error.message]
