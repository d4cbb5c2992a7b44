"""Forms of tariffs: a rule, and the situation that is tried on it."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.catalog.models import Article
from app.catalog.queries import family_choices, row_of
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.fields import AmountField, FrenchDateField, QuantityField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.core.money import parse_decimal, percent
from app.tariffs.models import TariffRule
from app.tariffs.queries import zone_rows
from app.tariffs.services import Situation, families_above
from app.tariffs.states import Effect

NONE = ("", "–")
WHATEVER = _l("Vide : peu importe.")
TEXTS = ("member_category", "customer_category", "season_from", "season_to")
AS_TYPED = (
    "quotient_from", "quotient_below", "sibling_rank", "days_from", "days_to", "quantity_from", "valid_from", "valid_to",
)  # fmt: skip


def _number(low: int, high: int) -> list[Any]:
    return [Optional(), NumberRange(low, high, _l("Donnez un nombre entre %(min)s et %(max)s."))]


class RuleForm(FlaskForm):
    """A rule. An empty condition asks nothing."""

    label = TidyField(_l("Nom de la règle"), [DataRequired(_l("Donnez un nom à la règle.")), Length(max=120)])
    article_id = HiddenField(_l("Article"))
    family_id = SelectField(_l("Famille d'articles"), coerce=chosen_id)
    purpose = TidyField(_l("Objet"), [Length(max=60)], description=_l("Adhésion, location… ; vide pour un article."))
    zone_id = SelectField(_l("Zone de résidence"), coerce=chosen_id)
    member_category = TidyField(_l("Catégorie d'adhérent"), [Length(max=60)], description=WHATEVER)
    customer_category = TidyField(_l("Catégorie de client"), [Length(max=60)], description=WHATEVER)
    quotient_from = AmountField(_l("Quotient familial à partir de"), description=_l("Cette valeur comprise."))
    quotient_below = AmountField(_l("et en dessous de"), description=_l("Cette valeur non comprise."))
    sibling_rank = IntegerField(_l("À partir du n-ième enfant"), _number(1, 20))
    season_from = TidyField(_l("Saison, du"), [Length(max=5)], description=_l("Jour et mois : 01/09."))
    season_to = TidyField(_l("au"), [Length(max=5)], description=_l("Ce jour compris."))
    days_from = IntegerField(_l("Durée, à partir de (jours)"), _number(0, 10_000))
    days_to = IntegerField(_l("jusqu'à (jours)"), _number(0, 10_000))
    quantity_from = QuantityField(_l("Quantité à partir de"))
    valid_from = FrenchDateField(_l("Valable du"), [Optional()])
    valid_to = FrenchDateField(_l("au"), [Optional()])
    effect = SelectField(
        _l("Effet sur le prix"), choices=options(Effect.choices()), coerce=Effect, default=Effect.PRICE
    )
    amount = AmountField(_l("Montant HT"), description=_l("Le prix fixé, ou ce qui est retiré."))
    share = TidyField(_l("Réduction (%)"), [Length(max=8)], description=_l("Pour une réduction en pourcentage."))

    def ready(self, row: TariffRule | None = None) -> "RuleForm":
        """With its choices; showing a rule when it is not what was typed."""
        self.family_id.choices = options([NONE, *family_choices()])
        self.zone_id.choices = options([NONE, *((one.id, one.name) for one in zone_rows())])
        if row is not None and not self.is_submitted():
            self._show(row)
        return self

    def _show(self, row: TariffRule) -> None:
        for name in ("label", "purpose", "effect", "amount", "family_id", "zone_id", *TEXTS[:2], *AS_TYPED):
            self[name].data = getattr(row, name)
        self.article_id.data = str(row.article_id or "")
        self.season_from.data, self.season_to.data = _french(row.season_from), _french(row.season_to)
        self.share.data = percent(row.share).replace("%", "").strip("\u00a0 ") if row.share else ""

    @property
    def article_text(self) -> str:
        """What the typeahead shows of the article chosen."""
        article_id = chosen_id(self.article_id.data)
        found = row_of(article_id) if article_id else None
        return found.label if found else ""

    def values(self) -> dict[str, Any]:
        """For the services. Raises DomainError for a share that does not read."""
        known: dict[str, Any] = {
            "label": self.label.data or "", "purpose": self.purpose.data or "", "effect": self.effect.data,
            "article_id": chosen_id(self.article_id.data), "family_id": self.family_id.data, "zone_id": self.zone_id.data,
            "amount": self.amount.data or 0, "share": self._share(),
        }  # fmt: skip
        return known | {name: self[name].data or None for name in TEXTS} | {name: self[name].data for name in AS_TYPED}

    def _share(self) -> int:
        typed = (self.share.data or "").replace("%", "").strip()
        if not typed:
            return 0
        try:
            return int(parse_decimal(typed, 2) * 100)
        except DomainError as error:
            raise DomainError(error.message, field="share") from None


def _french(day: str | None) -> str:
    return f"{day[3:]}/{day[:2]}" if day else ""


class TrialForm(FlaskForm):
    """A situation to try. Nothing is kept."""

    t_base = AmountField(_l("Prix de base HT"), default=10_000)
    t_article = HiddenField()
    t_purpose = TidyField(_l("Objet"), [Length(max=60)])
    t_town = HiddenField()
    t_member = TidyField(_l("Catégorie d'adhérent"), [Length(max=60)])
    t_customer = TidyField(_l("Catégorie de client"), [Length(max=60)])
    t_quotient = AmountField(_l("Quotient familial"))
    t_rank = IntegerField(_l("Rang de l'enfant"), [Optional(), NumberRange(1, 20, _l("Donnez un rang entre 1 et 20."))])
    t_days = IntegerField(_l("Durée (jours)"), [Optional(), NumberRange(0, 10_000, _l("Donnez un nombre de jours."))])
    t_quantity = QuantityField(_l("Quantité"))
    t_on = FrenchDateField(_l("Date"), [Optional()])

    def situation(self, zone_id: int | None) -> tuple[int, Situation]:
        """(base price in cents, situation); the article's own price and families when one is chosen."""
        article_id = chosen_id(self.t_article.data)
        article = db.session.get(Article, article_id) if article_id else None
        return article.price if article else self.t_base.data or 0, Situation(
            on=self.t_on.data or clock.today(), purpose=self.t_purpose.data or "", article_id=article.id if article else None,
            families=families_above(article.family_id) if article else (), zone_id=zone_id,
            member_category=self.t_member.data or "", customer_category=self.t_customer.data or "",
            quotient=self.t_quotient.data, sibling_rank=self.t_rank.data or 1, days=self.t_days.data,
            quantity=self.t_quantity.data or 1000,
        )  # fmt: skip


class ZoneForm(FlaskForm):
    """The name of a zone."""

    name = TidyField(_l("Nom de la zone"), [DataRequired(_l("Donnez un nom à la zone.")), Length(max=80)])


def refusal() -> str:
    """What a trial that does not read says."""
    return _("Complétez la situation pour voir le prix.")
