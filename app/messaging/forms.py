"""Forms of messaging."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.core.fields import chosen_id, options
from app.core.i18n import _, _l
from app.core.outbox import Channel
from app.messaging.models import Task
from app.messaging.services.threads import BODY_LENGTH


class TaskForm(FlaskForm):
    """Something to do or somebody to call."""

    label = StringField(_l("Quoi"), [DataRequired(_l("Dites ce qu'il y a à faire.")), Length(max=200)])
    call = BooleanField(_l("C'est un appel à passer"))
    due_on = DateField(_l("Pour le"), [Optional()])
    assignee_id = SelectField(_l("Attribué à"), coerce=int, default=0, validate_choice=True)
    notes = TextAreaField(_l("Notes"), [Length(max=4000)])
    contact_id = HiddenField(_l("Client"))
    contact_id_text = StringField(_l("Contact"), [Length(max=200)])

    def validate_contact_id_text(self, field: Field) -> None:
        """A name that was typed but not chosen would be lost."""
        if (field.data or "").strip() and chosen_id(self.contact_id.data) is None:
            raise ValidationError(_("Choisissez le contact dans la liste, ou effacez son nom."))

    def offer(self, people: list[tuple[int, str]]) -> "TaskForm":
        """Set who it may be given to."""
        self.assignee_id.choices = options([(0, _("Toute l'équipe")), *people])
        return self

    def fill(self, task: Task) -> "TaskForm":
        """Show an existing task."""
        self.assignee_id.data = task.assignee_id or 0
        self.contact_id.data = str(task.contact_id or "")
        return self

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "label": self.label.data,
            "call": self.call.data,
            "due_on": self.due_on.data,
            "assignee_id": self.assignee_id.data or None,
            "notes": self.notes.data or "",
            "contact_id": chosen_id(self.contact_id.data),
        }


class ResendForm(FlaskForm):
    """Send again, to an address that may be corrected."""

    recipient = StringField(
        _l("Destinataire"), [DataRequired(_l("Saisissez l'adresse ou le numéro.")), Length(max=200)]
    )


class TemplateForm(FlaskForm):
    """The words of a message."""

    subject = StringField(_l("Objet du courriel"), [Length(max=200)])
    body = TextAreaField(_l("Texte du courriel"), [Length(max=BODY_LENGTH)])
    sms = TextAreaField(_l("Texte du SMS"), [Length(max=1000)])
    active = BooleanField(_l("Envoyer ce message"), default=True)


class SwitchForm(FlaskForm):
    """A button that says its own name."""

    active = HiddenField()


def channels_of(names: list[str]) -> list[Channel]:
    """The channels ticked in a posted form; unknown words are passed over."""
    return [channel for channel in Channel if channel.value in names]
