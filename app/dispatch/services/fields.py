"""Values read out of an entry of a file, each with its French refusal: which entry, what is wrong, how to go on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.errors import DomainError
from app.core.i18n import _

_SHOWN = 40


@dataclass(frozen=True)
class Entry:
    """An object of the file, with the words that name it to a person."""

    name: str
    values: dict[str, Any]

    @classmethod
    def of(cls, name: str, value: object, known: set[str]) -> "Entry":
        """An object that has no key but these. Raises DomainError."""
        if not isinstance(value, dict):
            raise DomainError(_("%(entry)s : un objet JSON { … } est attendu ici.", entry=name))
        strange = next((key for key in value if key not in known), None)
        if strange is not None:
            raise DomainError(
                _(
                    "%(entry)s : « %(key)s » n'est pas connu. Retirez-le, ou écrivez l'un de ceux-ci : %(known)s.",
                    entry=name,
                    key=_short(strange),
                    known=", ".join(sorted(known)),
                )
            )
        return cls(name, value)

    def text(self, key: str, *, default: str | None = None) -> str:
        """A text; asked for when there is no default."""
        value = self.values.get(key, default)
        if value is None or (isinstance(value, str) and not value.strip() and default is None):
            raise DomainError(_("%(entry)s : « %(key)s » manque. Donnez-le.", entry=self.name, key=key))
        if not isinstance(value, str) or not _printable(value):
            raise self.wrong(key, _("doit être un texte entre guillemets"))
        return value.strip()

    def number(self, key: str, least: int, most: int, *, unit: int = 1, default: float | None = None) -> int:
        """A number of `unit`ths between two bounds, rounded; asked for when there is no default."""
        value = self.values.get(key, default)
        if value is None:
            raise DomainError(_("%(entry)s : « %(key)s » manque. Donnez-le.", entry=self.name, key=key))
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not least <= value <= most:
            raise self.wrong(key, _("doit être un nombre de %(least)s à %(most)s", least=least, most=most))
        if unit == 1 and value != int(value):
            raise self.wrong(key, _("doit être un nombre entier"))
        return round(Decimal(str(value)) * unit)

    def day(self, key: str) -> date | None:
        """A date, or none."""
        value = self.values.get(key)
        if value is None:
            return None
        try:
            found = date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.wrong(key, _("doit être une date comme 2026-12-24")) from None
        if not 2000 <= found.year < 2200:
            raise self.wrong(key, _("doit être une date de 2000 à 2199"))
        return found

    def truth(self, key: str) -> bool:
        """True or false; false when absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, _("doit être true ou false"))
        return value

    def many(self, key: str) -> list[object]:
        """A list; empty when absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, _("doit être une liste [ … ]"))
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        values = self.many(key)
        if not all(isinstance(value, str) and _printable(value) for value in values):
            raise self.wrong(key, _("doit être une liste de textes entre guillemets"))
        return [str(value).strip() for value in values]

    def wrong(self, key: str, asked: str) -> DomainError:
        """The refusal of a value: `asked` says what it must be."""
        shown = _short(self.values.get(key))
        return DomainError(
            _(
                "%(entry)s : « %(key)s » %(asked)s, pas « %(shown)s ». Corrigez-le.",
                entry=self.name,
                key=key,
                asked=asked,
                shown=shown,
            )
        )


def _short(value: object) -> str:
    text = str(value).encode(errors="replace").decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _printable(text: str) -> bool:
    """No half of a character, that no terminal could print."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
