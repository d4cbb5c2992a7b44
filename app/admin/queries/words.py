"""Coded columns that read as words: verbs of history, kinds of records, rights, authors."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from app.core.db import Base
from app.core.history import VERBS
from app.core.i18n import _
from app.core.permissions import PERMISSIONS

AUTHORS = {"user": "Utilisateur", "contact": "Client", "system": "Système"}


@dataclass(frozen=True, slots=True)
class Words:
    """`word(code)` is what is shown; `choices()` are the (code, word) pairs a filter proposes."""

    word: Callable[[str], str]
    choices: Callable[[], list[tuple[str, str]]]


@cache
def kinds() -> dict[str, type[Base]]:
    """The model of every kind of record."""
    found = (mapper.class_ for mapper in Base.registry.mappers)
    return {model.__kind__: model for model in found if model.__kind__}


def noun(kind: str) -> str:
    """« dossier » for "ticket"; the kind itself when nobody declared it."""
    model = kinds().get(kind)
    return _(model.__fr__.singular) if model else kind


def _verb(code: str) -> str:
    return _(VERBS[code].label) if code in VERBS else _("Modification")


def _right(code: str) -> str:
    return _(PERMISSIONS[code].label) if code in PERMISSIONS else code


def _author(code: str) -> str:
    return _(AUTHORS.get(code, code))


def _pairs(codes: Callable[[], list[str]], word: Callable[[str], str]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: sorted(((code, word(code)) for code in codes()), key=lambda pair: pair[1].lower())


CODED: dict[tuple[str, str], Words] = {
    ("history_entry", "verb"): Words(_verb, _pairs(lambda: list(VERBS), _verb)),
    ("history_entry", "actor_kind"): Words(_author, _pairs(lambda: list(AUTHORS), _author)),
    ("role_permission", "permission"): Words(_right, _pairs(lambda: list(PERMISSIONS), _right)),
}
