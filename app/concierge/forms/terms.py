"""The terms of a mandate as they are typed: the common ones first, then those that few contracts have."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.concierge.forms.fields import RateField, YearDayField, offer_rows, rows_of
from app.core import clock
from app.core.errors import DomainError
from app.core.fields import AmountField, FrenchDateField, TidyField, options
from app.core.i18n import _, _l
from app.statements.models import Base, Fixed, Rate, Season, Terms
from app.statements.states import Across, Mode, Per, Service, TouristTax

NIGHTS = _l("Saisissez un nombre de nuits entre 1 et 365.")
ROWS = ("rates", "seasons", "platforms", "fixed")


class RateRow(Form):
    """A rate for some stays."""

    basis_points = RateField(_l("Taux"))
    channel = TidyField(_l("Plateforme"), [Length(max=60)])
    season = TidyField(_l("Saison"), [Length(max=60)])
    nights = IntegerField(_l("Nuits, au moins"), [Optional(), NumberRange(1, 365, NIGHTS)])


class SeasonRow(Form):
    """Days of every year."""

    name = TidyField(_l("Nom"), [Length(max=60)])
    first = YearDayField(_l("Du"))
    last = YearDayField(_l("Au"))


class PlatformRow(Form):
    """What a platform keeps."""

    name = TidyField(_l("Plateforme"), [Length(max=60)])
    basis_points = RateField(_l("Sa commission"))


class FixedRow(Form):
    """A fee that depends on no price."""

    label = TidyField(_l("Libellé"), [Length(max=120)])
    cents = AmountField(_l("Montant HT"))
    per = SelectField(_l("Compté"), choices=options([("", ""), *Per.choices()]))


class TermsFields(FlaskForm):
    """Every word of `statements.models.Terms`, but for its day."""

    mode = SelectField(_l("Qui encaisse les loyers"), choices=options(Mode.choices()))
    rate = RateField(_l("Commission"))
    after_platform = BooleanField(_l("Comptée après la commission de la plateforme"))
    on_cleaning = BooleanField(_l("Comptée aussi sur le ménage"))
    on_linen = BooleanField(_l("Comptée aussi sur le linge"))
    on_tourist_tax = BooleanField(_l("Comptée aussi sur la taxe de séjour"))
    on_deposit = BooleanField(_l("Comptée aussi sur la caution retenue"))
    cleaning = SelectField(_l("Ménage"), choices=options(Service.choices()))
    cleaning_cents = AmountField(_l("Prix du ménage au contrat, HT"))
    linen = SelectField(_l("Linge"), choices=options(Service.choices()))
    linen_cents = AmountField(_l("Prix du linge au contrat, HT"))
    tourist_tax = SelectField(_l("Qui reverse la taxe de séjour"), choices=options(TouristTax.choices()))
    vat = RateField(_l("TVA de nos honoraires"))
    rates = FieldList(FormField(RateRow), _l("Taux particuliers"))
    seasons = FieldList(FormField(SeasonRow), _l("Saisons"))
    platforms = FieldList(FormField(PlatformRow), _l("Ce que gardent les plateformes"))
    fixed = FieldList(FormField(FixedRow), _l("Frais fixes"))
    minimum_stay = AmountField(_l("Commission minimale par séjour, HT"))
    minimum_month = AmountField(_l("Honoraires minimaux par mois, HT"))
    owner_stay = AmountField(_l("Séjour du propriétaire, HT"))
    cancelled = BooleanField(_l("Commission sur ce que laisse un séjour annulé"))
    across = SelectField(_l("Séjour à cheval sur deux mois"), choices=options(Across.choices()))

    def offer_rows(self) -> None:
        """An empty row under each list, for a browser without script."""
        for name in ROWS:
            offer_rows(self[name])

    def terms(self, since: date) -> Terms:
        """What was typed. Raises DomainError for a row half typed."""
        words: dict[str, Any] = {name: word(self[name].data) for name, word in _WORDS.items()}
        amounts: dict[str, Any] = {name: self[name].data or 0 for name in _AMOUNTS}
        return Terms(
            since, base=self._base(), rates=self._rates(), seasons=self._seasons(), platforms=self._platforms(),
            fixed=self._fixed(), cancelled=bool(self.cancelled.data), **words, **amounts,
        )  # fmt: skip

    def _base(self) -> Base:
        return Base(
            bool(self.after_platform.data), bool(self.on_cleaning.data), bool(self.on_linen.data),
            bool(self.on_tourist_tax.data), bool(self.on_deposit.data),
        )  # fmt: skip

    def _rates(self) -> tuple[Rate, ...]:
        rows = rows_of(self.rates)
        if any(row["basis_points"] is None for row in rows):
            raise DomainError(
                _("Un taux particulier n'a pas son taux. Saisissez-le, ou effacez sa ligne."), field="rates"
            )
        return tuple(Rate(row["basis_points"], row["channel"], row["season"], row["nights"] or 0) for row in rows)

    def _seasons(self) -> tuple[Season, ...]:
        rows = rows_of(self.seasons)
        if any(not (row["name"] and row["first"] and row["last"]) for row in rows):
            raise DomainError(_("Une saison a un nom, un premier et un dernier jour. Complétez sa ligne, ou effacez-la."), field="seasons")  # fmt: skip
        return tuple(Season(row["name"], row["first"], row["last"]) for row in rows)

    def _platforms(self) -> tuple[tuple[str, int], ...]:
        rows = rows_of(self.platforms)
        if any(not row["name"] or row["basis_points"] is None for row in rows):
            raise DomainError(_("Une plateforme a un nom et un taux. Complétez sa ligne, ou effacez-la."), field="platforms")  # fmt: skip
        return tuple((row["name"], row["basis_points"]) for row in rows)

    def _fixed(self) -> tuple[Fixed, ...]:
        rows = rows_of(self.fixed)
        if any(not (row["label"] and row["cents"] and row["per"]) for row in rows):
            raise DomainError(_("Un frais fixe a un libellé, un montant et ce qui le compte. Complétez sa ligne, ou effacez-la."), field="fixed")  # fmt: skip
        return tuple(Fixed(row["label"], row["cents"], Per(row["per"])) for row in rows)


_WORDS: dict[str, Any] = {
    "mode": Mode, "cleaning": Service, "linen": Service, "tourist_tax": TouristTax, "across": Across,
}  # fmt: skip
_AMOUNTS = (
    "rate", "cleaning_cents", "linen_cents", "minimum_stay", "minimum_month", "owner_stay", "vat",
)  # fmt: skip


def values_of(terms: Terms) -> dict[str, Any]:
    """The fields as these terms fill them."""
    base = terms.base
    return {
        **{name: getattr(terms, name).value for name in _WORDS}, **{name: getattr(terms, name) or None for name in _AMOUNTS},
        "rate": terms.rate, "vat": terms.vat, "cancelled": terms.cancelled, "after_platform": base.after_platform,
        "on_cleaning": base.cleaning, "on_linen": base.linen, "on_tourist_tax": base.tourist_tax, "on_deposit": base.deposit,
        "rates": [{"basis_points": one.basis_points, "channel": one.channel, "season": one.season, "nights": one.nights or None} for one in terms.rates],
        "seasons": [{"name": one.name, "first": one.first, "last": one.last} for one in terms.seasons],
        "platforms": [{"name": name, "basis_points": rate} for name, rate in terms.platforms],
        "fixed": [{"label": one.label, "cents": one.cents, "per": one.per.value} for one in terms.fixed],
    }  # fmt: skip


class NewTermsForm(TermsFields):
    """Other terms from a day on."""

    since = FrenchDateField(_l("À partir du"), [DataRequired(_l("Dites à partir de quel jour."))])
    reason = TidyField(_l("Pourquoi"), [Length(max=300)])


def new_terms_form(terms: Terms, since: date) -> NewTermsForm:
    """The form, filled with the terms in force; what was posted wins."""
    return NewTermsForm(data={**values_of(terms), "since": max(since, clock.today().replace(day=1))})
