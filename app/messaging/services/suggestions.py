"""Message templates put into an answer: the words of the house, with the values of the record it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.contacts.models import Contact
from app.core.errors import DomainError
from app.core.i18n import _
from app.messaging.services import letters
from app.messaging.services.registry import TEMPLATES, Template, texts_of
from app.messaging.services.rendering import render_text
from app.messaging.services.sending import common_values


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Templates offered for a kind of record; `facts(row)` gives every placeholder they use."""

    codes: tuple[str, ...]
    facts: Callable[[Any], Mapping[str, str]]


SUGGESTIONS: dict[str, Suggestions] = {}


def declare_suggestions(kind: str, codes: tuple[str, ...], facts: Callable[[Any], Mapping[str, str]]) -> None:
    """Start-up: templates that may be put into an answer about this kind of record."""
    SUGGESTIONS[kind] = Suggestions(codes, facts)


def suggested_for(kind: str) -> list[Template]:
    """The templates offered while answering about this kind of record."""
    offered = SUGGESTIONS.get(kind)
    return [TEMPLATES[code] for code in offered.codes if texts_of(code).body] if offered else []


def suggestion(kind: str, row: Any, contact: Contact | None, code: str) -> str:
    """The words of a template for this record, to be read again and changed. Raises DomainError for another template."""
    if code not in [template.code for template in suggested_for(kind)]:
        raise DomainError(_("Ce modèle n'est pas proposé ici. Choisissez-en un dans la liste."))
    values = {**SUGGESTIONS[kind].facts(row), **common_values(contact.name if contact else "")}
    text = letters.plain(letters.with_typography(render_text(texts_of(code).body, values)))
    return text.removesuffix(values["organisation"]).rstrip()  # every answer is signed when it leaves
