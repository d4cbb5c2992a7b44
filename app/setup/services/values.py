"""Settings as they are typed in a page, and as they are kept."""

from collections.abc import Callable, Mapping
from typing import Any

from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import amount_input, parse_cents, parse_decimal
from app.core.settings import Setting

TRUE = frozenset(("1", "on", "y", "oui"))
MAX_TEXT = 20_000


def typed_value(declared: Setting, value: Any) -> Any:
    """What the field of a setting shows: text, a list of texts (list), or a mapping (json)."""
    if declared.kind == "cents":
        return amount_input(value)
    if declared.kind == "percent":
        return f"{value / 100:g}".replace(".", ",")
    if declared.kind == "list" and not declared.offered:
        return "\n".join(value)
    return value


def read_value(declared: Setting, form: Mapping[str, str], lists: Mapping[str, list[str]]) -> Any:
    """The value typed for a setting, its fields named by its key (« key.part » for json). Raises DomainError(field=key)."""
    try:
        value = _read(declared, form, lists)
    except DomainError as error:
        raise DomainError(error.message, field=declared.key) from None
    fault = declared.check(value) if declared.check else None
    if fault:
        raise DomainError(fault, field=declared.key)
    return value


def _read(declared: Setting, form: Mapping[str, str], lists: Mapping[str, list[str]]) -> Any:
    if declared.kind == "json":
        return {
            part: _part(form.get(f"{declared.key}.{part}", ""), default) for part, default in declared.default.items()
        }
    text = form.get(declared.key, "").strip()
    if declared.kind == "choice":
        return _one_of(declared, text)
    if declared.kind == "list":
        given = lists.get(declared.key, []) if declared.offered else text.splitlines()
        return [item.strip() for item in given if item.strip()]
    return _READERS.get(declared.kind, _text)(text)


def _part(text: str, default: Any) -> Any:
    return text in TRUE if isinstance(default, bool) else text.strip()[:200]


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise DomainError(_("Ce texte est trop long : gardez 20 000 caractères au plus."))
    return text.replace("\r\n", "\n")


def _integer(text: str) -> int:
    try:
        value = int(parse_decimal(text, 0))
    except DomainError:
        raise DomainError(_("Écrivez un nombre entier, par exemple 3.")) from None
    if not 0 <= value <= 100_000:
        raise DomainError(_("Écrivez un nombre entre 0 et 100 000."))
    return value


def _one_of(declared: Setting, text: str) -> str:
    if text not in dict(declared.offered):
        raise DomainError(_("Choisissez dans la liste."))
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "bool": lambda text: text in TRUE,
    "int": _integer,
    "cents": lambda text: parse_cents(text or "0"),
    "percent": lambda text: int(parse_decimal(text.removesuffix("%") or "0", 2) * 100),
}
