"""Rules as they are entered: checked, and refused when nothing would say which of two wins."""

import re
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.queries import path_to
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.revisions import kept_until, pending
from app.tariffs.models import TariffRule
from app.tariffs.queries import rules_in_force
from app.tariffs.services.engine import Priced, Rule, Situation, clash, price_of
from app.tariffs.states import Effect

COLUMNS = tuple(one.name for one in fields(Rule) if one.name != "id")
_DAY = re.compile(r"(\d{2})-(\d{2})")


def plain(row: TariffRule) -> Rule:
    """A rule as the engine reads it."""
    return Rule(id=row.id, **{name: getattr(row, name) for name in COLUMNS})


def plain_rules() -> tuple[Rule, ...]:
    """The rules in force as the engine reads them; kept until one changes, be it in the present transaction."""
    return _read() if pending("tariffs") else _kept()


def _read() -> tuple[Rule, ...]:
    return tuple(plain(row) for row in rules_in_force())


@kept_until("tariffs")
def _kept() -> tuple[Rule, ...]:
    return _read()


def price_for(base: int, situation: Situation) -> Priced:
    """The price of a situation under the rules in force: what memberships and rentals call. Cents without tax."""
    return price_of(base, plain_rules(), situation)


def families_above(family_id: int | None) -> tuple[int, ...]:
    """The family and those above it, the nearest first: `Situation.families`."""
    return tuple(number for number, _name in reversed(path_to(family_id))) if family_id else ()


def check_rule(values: dict[str, Any], own: int = 0) -> Rule:
    """The rule that these values make. Raises DomainError with the field at fault, or Conflict naming the rule it clashes with."""
    _check_words(values, own)
    _check_bounds(values)
    rule = Rule(id=own, **{name: values[name] for name in COLUMNS if name in values})
    other = clash(rule, [plain(row) for row in rules_in_force()])
    if other is not None:
        raise Conflict(
            _(
                "Cette règle vaudrait en même temps que « %(name)s », sans que rien dise laquelle l'emporte. "
                "Ajoutez une condition à l'une des deux.",
                name=other.label,
            ),
            field="label",
        )
    return rule


def _check_words(values: dict[str, Any], own: int) -> None:
    if not values["label"].strip():
        raise DomainError(_("Donnez un nom à la règle : il s'affiche dans « Pourquoi ce prix ? »."), field="label")
    taken = db.session.scalar(select(TariffRule.id).where(TariffRule.label == values["label"]))
    if taken is not None and taken != own:
        raise DomainError(_("Une autre règle porte déjà ce nom. Choisissez-en un autre."), field="label")
    if values.get("article_id") and values.get("family_id"):
        raise DomainError(_("Choisissez un article ou une famille, pas les deux."), field="family_id")
    if values.get("article_id") and db.session.get(Article, values["article_id"]) is None:
        raise DomainError(_("Cet article n'existe plus. Choisissez-en un autre."), field="article_id")
    if values["effect"] == Effect.DISCOUNT and not 0 < values["share"] <= 10_000:
        raise DomainError(_("La réduction va de 0,01 à 100 %."), field="share")
    if values["effect"] == Effect.AMOUNT_OFF and values["amount"] <= 0:
        raise DomainError(_("Écrivez le montant de la réduction, au-dessus de zéro."), field="amount")


def _check_bounds(values: dict[str, Any]) -> None:
    for low, high, words in (
        (
            "quotient_from",
            "quotient_below",
            _("La tranche de quotient est vide : « en dessous de » doit dépasser « à partir de »."),
        ),
        ("days_from", "days_to", _("La durée finit avant de commencer.")),
        ("valid_from", "valid_to", _("La fin de validité précède le début.")),
    ):
        first, last = values.get(low), values.get(high)
        if first is not None and last is not None and (last < first or (low == "quotient_from" and last == first)):
            raise DomainError(words, field=high)
    for name in ("season_from", "season_to"):
        if values.get(name):
            values[name] = _season_day(values[name], name)


def _season_day(text: str, name: str) -> str:
    """« 09-01 » from « 01/09 » or « 09-01 ». Raises DomainError."""
    typed = text.strip()
    french = re.fullmatch(r"(\d{1,2})/(\d{1,2})", typed)
    shape = _DAY.fullmatch(typed)
    month, day = (int(french[2]), int(french[1])) if french else (int(shape[1]), int(shape[2])) if shape else (0, 0)
    try:
        date(2024, month, day)
    except ValueError:
        raise DomainError(_("Écrivez le jour et le mois, par exemple 01/09."), field=name) from None
    return f"{month:02d}-{day:02d}"


def add_rule(**values: Any) -> TariffRule:
    """A new rule. Raises DomainError, Conflict."""
    require_transaction()
    check_rule(values)
    row = TariffRule(**values)
    db.session.add(row)
    db.session.flush()
    record(row, "tariff.added", label=row.label)
    return row


def change_rule(row: TariffRule, **values: Any) -> None:
    """Change a rule. Raises DomainError, Conflict."""
    require_transaction()
    check_rule(values, row.id)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    record(row, "tariff.changed", label=row.label)


def archive_rule(row: TariffRule) -> None:
    """No longer applied; kept for what it priced."""
    require_transaction()
    row.archived_at = clock.now()
    record(row, "tariff.archived", label=row.label)


def restore_rule(row: TariffRule) -> None:
    """Applied again. Raises Conflict when another took its place."""
    require_transaction()
    check_rule({name: getattr(row, name) for name in COLUMNS}, row.id)
    row.archived_at = None
    record(row, "tariff.restored", label=row.label)
