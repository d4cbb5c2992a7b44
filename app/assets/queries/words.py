"""The noun for « bien »: « Matériel », « Instruments », « Piscines »: a setting, with its agreement."""

from dataclasses import dataclass

from app.core.i18n import _
from app.core.revisions import kept_until
from app.core.settings import setting

SETTING = "assets.noun"
DEFAULT = {"singular": "matériel", "plural": "matériel", "feminine": False}
_VOWELS = "aàâäeéèêëiîïoôöuùûühyœæ"


@dataclass(frozen=True, slots=True)
class Noun:
    """How a thing is called here. Its properties agree with it."""

    singular: str
    plural: str
    feminine: bool = False

    @property
    def title(self) -> str:
        """« Matériel », « Piscines »: of the menu and the list."""
        return self.plural[:1].upper() + self.plural[1:]

    @property
    def new(self) -> str:
        """« Nouveau matériel », « Nouvel instrument », « Nouvelle piscine »."""
        word = _("Nouvelle") if self.feminine else (_("Nouvel") if self.elided else _("Nouveau"))
        return f"{word} {self.singular}"

    @property
    def none(self) -> str:
        """« Aucun matériel », « Aucune piscine »."""
        return f"{_('Aucune') if self.feminine else _('Aucun')} {self.singular}"

    @property
    def this(self) -> str:
        """« ce matériel », « cet instrument », « cette piscine »."""
        word = "cette" if self.feminine else ("cet" if self.elided else "ce")
        return f"{word} {self.singular}"

    @property
    def elided(self) -> bool:
        """True before a vowel."""
        return self.singular[:1].lower() in _VOWELS

    def agreed(self, masculine: str, feminine: str) -> str:
        """The form of an adjective that agrees."""
        return feminine if self.feminine else masculine


@kept_until("settings")
def noun() -> Noun:
    """The organisation's noun."""
    value = {**DEFAULT, **(setting(SETTING) or {})}
    singular = str(value["singular"]).strip() or str(DEFAULT["singular"])
    return Noun(singular, str(value["plural"]).strip() or singular, bool(value["feminine"]))


def noun_fault(value: object) -> str | None:
    """The sentence for a noun that cannot be used."""
    if (
        not isinstance(value, dict)
        or not str(value.get("singular", "")).strip()
        or not str(value.get("plural", "")).strip()
    ):
        return _("Donnez le nom au singulier et au pluriel, par exemple « instrument » et « instruments ».")
    return None
