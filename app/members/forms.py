"""Forms of members."""

from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.core import clock
from app.core.fields import FrenchDateField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.core.money import euros
from app.core.settings import setting
from app.members.queries import bracket_words, fee_rows, seasons
from app.members.queries.listing import categories
from app.members.queries.people import Home
from app.members.queries.proofs import Bracket, brackets
from app.members.states import ProofKind, Role


def known_categories() -> list[str]:
    """Those of the settings, then those in use."""
    return list(dict.fromkeys([*setting("members.categories"), *categories()]))


class ProfileForm(FlaskForm):
    """A person's category and birth; a suspension."""

    category = SelectField(_l("Catégorie d'adhérent"), [Optional()])
    born_on = FrenchDateField(_l("Date de naissance"), [Optional()])
    suspended_until = FrenchDateField(_l("Suspendu jusqu'au"), [Optional()])
    suspension = TidyField(_l("Motif de la suspension"), [Length(max=300)])

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        own = [str(self.category.data)] if self.category.data else []
        names = list(dict.fromkeys([*known_categories(), *own]))
        self.category.choices = options([("", _("Aucune")), *((name, name) for name in names)])


class HouseholdForm(FlaskForm):
    """A home and who pays."""

    name = TidyField(_l("Nom du foyer"), [Length(max=120)])
    payer_id = HiddenField(_l("Payeur"), filters=[chosen_id])
    payer_id_text = StringField(_l("Payeur"))
    address = TextAreaField(_l("Adresse"), [Length(max=200)])
    postcode = TidyField(_l("Code postal"), [Length(max=10)])
    town = TidyField(_l("Commune"), [Length(max=80)])


class JoinForm(FlaskForm):
    """Somebody who lives there."""

    contact_id = HiddenField(_l("Personne"), filters=[chosen_id])
    contact_id_text = TidyField(_l("Personne"), [Length(max=160)])
    role = RadioField(_l("Rôle"), choices=options(Role.choices()), default=Role.CHILD.value)


class SeasonForm(FlaskForm):
    """A season."""

    name = TidyField(_l("Nom"), [DataRequired(_l("Donnez un nom, par exemple 2026-2027.")), Length(max=60)])
    first_day = FrenchDateField(_l("Premier jour"), [DataRequired(_l("Saisissez le premier jour."))])
    last_day = FrenchDateField(_l("Dernier jour"), [DataRequired(_l("Saisissez le dernier jour."))])

    def days(self) -> tuple[date, date]:
        """The first and the last day typed."""
        first = self.first_day.data or clock.today()
        return first, self.last_day.data or first


class EnrolForm(FlaskForm):
    """A season, a fee, the household that pays."""

    season_id = SelectField(_l("Saison"), [DataRequired(_l("Choisissez une saison."))], coerce=chosen_id)
    article_id = SelectField(_l("Adhésion"), [DataRequired(_l("Choisissez une adhésion."))], coerce=chosen_id)
    household_id = RadioField(_l("Qui paie"), coerce=chosen_id)

    def ready(self, homes: list[Home], person: str) -> "EnrolForm":
        """With the choices of today: the households of the person, himself for an adult."""
        self.season_id.choices = options((row.id, row.name) for row in seasons())
        self.article_id.choices = options((row.id, f"{row.label}, {euros(row.price_gross)}") for row in fee_rows())
        payers = [(home.household.id, _home_words(home)) for home in homes]
        self.household_id.choices = options([*payers, ("", _("%(name)s, pour son compte", name=person))])
        return self


def _home_words(home: Home) -> str:
    payer = home.household.payer
    return _("%(home)s : %(payer)s", home=home.household.name, payer=payer.name if payer else _("sans payeur"))


class ProofForm(FlaskForm):
    """A paper shown or sent."""

    kind = RadioField(_l("Nature"), choices=options(ProofKind.choices()), default=ProofKind.ADDRESS.value)
    file = FileField(_l("Fichier"))


class CheckForm(FlaskForm):
    """What a paper proves."""

    bracket = SelectField(_l("Tranche du quotient"), [Optional()])
    valid_until = FrenchDateField(_l("Valable jusqu'au"), [Optional()])
    reason = TidyField(_l("Motif du refus"), [Length(max=300)])
    do = HiddenField()

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        self.bracket.choices = options(
            [("", _("Choisissez")), *((str(rank), bracket_words(*part)) for rank, part in enumerate(brackets()))]
        )

    @property
    def refuses(self) -> bool:
        """True when « Refuser » was pressed."""
        return bool(self.do.data == "refuser")

    def chosen(self) -> Bracket | None:
        """The bracket chosen."""
        rank = chosen_id(self.bracket.data)
        parts = brackets()
        return parts[rank] if rank is not None and rank < len(parts) else None


class CampaignForm(FlaskForm):
    """What a campaign does of those that are ticked."""

    issue = BooleanField(_l("Émettre les factures et les envoyer"))


class VerbForm(FlaskForm):
    """A button: the token alone, and why."""

    reason = TidyField(_l("Motif"), [Length(max=300)])
