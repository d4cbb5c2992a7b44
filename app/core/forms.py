"""What forms share: choices of a list, and a service's refusal shown beside the field it is about."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields import SelectChoice

from app.core.errors import DomainError


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Choices of a `SelectField` or `RadioField`, from (value, label) pairs: `options(Role.choices())`."""
    return [SelectChoice(value, label) for value, label in pairs]


def put_error(form: FlaskForm, error: DomainError) -> None:
    """Write the refusal under its field, or at the top of the form when it is about none."""
    field = form[error.field] if error.field and error.field in form else None
    if field is None:
        form.form_errors = [*form.form_errors, error.message]
    else:
        field.errors = [*field.errors, error.message]
