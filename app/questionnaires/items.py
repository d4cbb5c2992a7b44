"""One question as plain data: how it is kept in `Response.form`, typed in the editor, exported, and answered.

`ItemData` is what the editor, the files and the presets speak; `read_answer` judges what somebody typed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import parse_decimal
from app.questionnaires.states import ItemType

YES, NO, NOT_APPLICABLE = "oui", "non", "so"
TRISTATE = ((YES, "Oui"), (NO, "Non"), (NOT_APPLICABLE, "Sans objet"))
MAX_TEXT = 10_000
MAX_ITEMS = 200


@dataclass(slots=True)
class ItemData:
    """A question. Bounds are texts with a point, empty for none; outside of them a measure is flagged, never refused."""

    label: str
    type: ItemType = ItemType.TRISTATE
    code: str = ""
    hint: str = ""
    compulsory: bool = False
    choices: list[str] = field(default_factory=list)
    unit: str = ""
    minimum: str = ""
    maximum: str = ""
    bad_answer: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"type": self.type.value}


def item_from(data: Mapping[str, Any]) -> ItemData:
    """A question read from JSON or from the editor. Raises DomainError with what to correct."""
    label = str(data.get("label", "")).strip()
    if not label:
        raise DomainError(
            _("Chaque question a besoin d'un libellé. Écrivez-le, ou retirez la question."), field="label"
        )
    try:
        kind = ItemType(data.get("type", ItemType.TRISTATE))
    except ValueError:
        raise DomainError(_("« %(label)s » : ce type de question n'existe pas.", label=label), field="type") from None
    item = ItemData(
        label=label[:300],
        type=kind,
        code=slug(str(data.get("code", ""))),
        hint=str(data.get("hint", "")).strip()[:500],
        compulsory=bool(data.get("compulsory")),
        choices=_choices(data.get("choices", ()), kind, label),
        unit=str(data.get("unit", "")).strip()[:20] if kind == ItemType.MEASURE else "",
        bad_answer=str(data.get("bad_answer", "")).strip(),
    )
    if kind == ItemType.MEASURE:
        item.minimum, item.maximum = _bound(data.get("minimum"), label), _bound(data.get("maximum"), label)
        if item.minimum and item.maximum and Decimal(item.minimum) > Decimal(item.maximum):
            raise DomainError(
                _("« %(label)s » : le minimum dépasse le maximum. Échangez-les.", label=label), field="minimum"
            )
    return item


def _choices(given: Iterable[Any], kind: ItemType, label: str) -> list[str]:
    if kind != ItemType.CHOICE:
        return []
    choices = list(dict.fromkeys(text for text in (str(choice).strip() for choice in given) if text))
    if len(choices) < 2:
        raise DomainError(_("« %(label)s » : donnez au moins deux choix, un par ligne.", label=label), field="choices")
    return choices


def _bound(text: Any, label: str) -> str:
    if text in (None, ""):
        return ""
    try:
        return f"{parse_decimal(str(text).strip(), 6).normalize():f}"
    except DomainError:
        raise DomainError(
            _(
                "« %(label)s » : « %(text)s » ne se lit pas comme un nombre. Écrivez par exemple 0,5.",
                label=label,
                text=text,
            ),
            field="minimum",
        ) from None


def slug(text: str) -> str:
    """« Câble d'alimentation » → « cable-d-alimentation »: a code for forms and files."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")


def with_codes(items: Iterable[ItemData]) -> list[ItemData]:
    """The same questions, each with a code of its own; a code once given stays."""
    done = list(items)
    if len(done) > MAX_ITEMS:
        raise DomainError(_("Un questionnaire compte %(most)s questions au plus. Partagez-le en deux.", most=MAX_ITEMS))
    taken = {item.code for item in done if item.code}
    for item in done:
        if not item.code:
            base = slug(item.label) or "question"
            item.code = next(code for code in _numbered(base) if code not in taken)
            taken.add(item.code)
    if len({item.code for item in done}) < len(done):
        raise DomainError(_("Deux questions portent le même code. Changez l'un des deux."))
    return done


def _numbered(base: str) -> Iterable[str]:
    yield base
    for number in range(2, MAX_ITEMS + 2):
        yield f"{base}-{number}"


# --- answers -------------------------------------------------------------------------------------------------


def read_answer(item: ItemData, text: str) -> str:
    """What is kept of a typed answer; empty for none. Raises DomainError(field=code) when it cannot be read."""
    text = text.strip()
    if not text:
        return ""
    if item.type == ItemType.TRISTATE and text not in (YES, NO, NOT_APPLICABLE):
        raise DomainError(_("« %(label)s » : répondez par oui, non ou sans objet.", label=item.label), field=item.code)
    if item.type == ItemType.CHOICE and text not in item.choices:
        raise DomainError(
            _("« %(label)s » : choisissez parmi %(choices)s.", label=item.label, choices=", ".join(item.choices)),
            field=item.code,
        )
    if item.type == ItemType.MEASURE:
        return _measure(item, text)
    if len(text) > MAX_TEXT:
        raise DomainError(
            _(
                "« %(label)s » : ce texte compte %(n)s caractères, gardez-en 10 000 au plus.",
                label=item.label,
                n=len(text),
            ),
            field=item.code,
        )
    return text


def _measure(item: ItemData, text: str) -> str:
    if item.unit and text.lower().endswith(item.unit.lower()):
        text = text[: -len(item.unit)].strip()
    try:
        return f"{parse_decimal(text, 6).normalize():f}"
    except DomainError:
        raise DomainError(
            _(
                "« %(label)s » : « %(text)s » ne se lit pas comme une mesure. Écrivez un nombre, par exemple 0,12.",
                label=item.label,
                text=text,
            ),
            field=item.code,
        ) from None


def is_bad(item: ItemData, value: str) -> bool:
    """True when the answer is one to look at: the one the editor named, or a measure outside its bounds."""
    if not value:
        return False
    if item.type == ItemType.MEASURE:
        number = Decimal(value)
        return bool(
            (item.minimum and number < Decimal(item.minimum)) or (item.maximum and number > Decimal(item.maximum))
        )
    return bool(item.bad_answer) and value == item.bad_answer


def in_words(item: ItemData, value: str) -> str:
    """The answer as it is read: « Sans objet », « 0,12 Ω »."""
    if item.type == ItemType.TRISTATE:
        return _(dict(TRISTATE).get(value, ""))
    if item.type == ItemType.MEASURE and value:
        return f"{value.replace('.', ',')}\u00a0{item.unit}".strip()
    return value


def bounds_in_words(item: ItemData) -> str:
    """« entre 0 et 0,3 Ω », « au plus 0,3 Ω », or nothing."""
    low, high = item.minimum.replace(".", ","), item.maximum.replace(".", ",")
    if low and high:
        return _("entre %(low)s et %(high)s %(unit)s", low=low, high=high, unit=item.unit).strip()
    if high:
        return _("au plus %(high)s %(unit)s", high=high, unit=item.unit).strip()
    return _("au moins %(low)s %(unit)s", low=low, unit=item.unit).strip() if low else ""
