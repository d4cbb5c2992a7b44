"""Messages that the house knows how to write: a closed list of codes, each with its placeholders and its first texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.revisions import bump, kept_until
from app.messaging.models import MessageTemplate
from app.messaging.services.rendering import check_text

#: Placeholders of every message, filled without being asked for.
COMMON: Mapping[str, str] = {
    "client": "Nom du client",
    "organisation": "Notre nom",
    "telephone": "Notre téléphone",
    "adresse": "Notre adresse",
}


class Texts(NamedTuple):
    """The words in force of a message. An empty text is not sent by that channel."""

    subject: str
    body: str
    sms: str
    active: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A message declared by a feature. `placeholders`: name → French label; `sample`: name → value for the preview."""

    code: str
    name: str
    placeholders: Mapping[str, str]
    subject: str = ""
    body: str = ""
    sms: str = ""
    sample: Mapping[str, str] = field(default_factory=dict)
    group: str = "Messages"

    @property
    def names(self) -> dict[str, str]:
        """Every placeholder that its texts may use, with its label."""
        return {**self.placeholders, **COMMON}

    @property
    def checked(self) -> Iterator[tuple[str, str]]:
        """(field, text) of each text."""
        yield from (("subject", self.subject), ("body", self.body), ("sms", self.sms))


TEMPLATES: dict[str, Template] = {}


def declare_template(
    code: str,
    name: str,
    *,
    placeholders: Mapping[str, str],
    subject: str = "",
    body: str = "",
    sms: str = "",
    sample: Mapping[str, str] | None = None,
    group: str = "Messages",
) -> None:
    """Start-up: add a message. A text that uses an undeclared placeholder, or a sample that lacks one, is refused."""
    template = Template(code, name, placeholders, subject, body, sms, sample or {}, group)
    for _field, text in template.checked:
        check_text(text, template.names)
    missing = placeholders.keys() - template.sample.keys()
    if missing:
        raise LookupError(f"the sample of the message {code!r} lacks {', '.join(sorted(missing))}")
    TEMPLATES[code] = template


def template_named(code: str) -> Template:
    """The declared message. Raises LookupError: a code nobody declared is a fault of the caller."""
    try:
        return TEMPLATES[code]
    except KeyError:
        raise LookupError(f"no message is declared under the code {code!r}") from None


@kept_until("message_templates")
def _stored() -> dict[str, Texts]:
    rows = db.session.execute(
        select(
            MessageTemplate.code,
            MessageTemplate.subject,
            MessageTemplate.body,
            MessageTemplate.sms,
            MessageTemplate.active,
        ).where(MessageTemplate.archived_at.is_(None))
    )
    return {code: Texts(subject, body, sms, active, True) for code, subject, body, sms, active in rows}


def texts_of(code: str) -> Texts:
    """The words in force: the organisation's own, else those declared."""
    template = template_named(code)
    return _stored().get(code) or Texts(template.subject, template.body, template.sms, True, False)


def change_template(code: str, *, subject: str, body: str, sms: str, active: bool) -> MessageTemplate:
    """Keep the organisation's own words. Raises DomainError, with its field, for what cannot be rendered."""
    require_transaction()
    template = template_named(code)
    values = {"subject": " ".join(subject.split()), "body": _lines(body), "sms": _lines(sms)}
    for name, text in values.items():
        check_text(text, template.names, field=name)
    if values["body"] and not values["subject"]:
        raise DomainError(_("Donnez un objet au courriel : sans lui, il passerait pour indésirable."), field="subject")
    row = db.session.scalar(select(MessageTemplate).where(MessageTemplate.code == code))
    if row is None:
        row = MessageTemplate(code=code, name=template.name)
        db.session.add(row)
    row.subject, row.body, row.sms, row.active = values["subject"], values["body"], values["sms"], active
    row.archived_at = None
    db.session.flush()
    record(row, "message_template.changed", code=code)
    bump("message_templates")
    return row


def restore_template(code: str) -> None:
    """Go back to the words declared."""
    require_transaction()
    row = db.session.scalar(select(MessageTemplate).where(MessageTemplate.code == template_named(code).code))
    if row is not None:
        record(row, "message_template.restored", code=code)
        db.session.delete(row)
        bump("message_templates")


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
