"""Forms of quotes of sale: for whom, the terms, a line with how the client may take it."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.errors import DomainError
from app.core.fields import AmountField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.sales.forms.documents import LineForm, PercentField
from app.sales.models import Quote, QuoteLine
from app.sales.services.offers import OfferLine, OfferTerms
from app.sales.states.withdrawal import Concluded, Exempt

#: How the client may take a line: (optional, of a choice, proposed to begin with).
TAKING: dict[str, tuple[bool, bool, bool]] = {
    "included": (False, False, False), "option": (True, False, False), "option_on": (True, False, True),
    "choice": (False, True, False), "choice_on": (False, True, True),
}  # fmt: skip
WORDS = (
    ("included", "Comprise dans le prix"), ("option", "En option, que le client coche"),
    ("option_on", "En option, cochée d'avance"), ("choice", "Au choix avec d'autres lignes"),
    ("choice_on", "Au choix, proposée d'avance"),
)  # fmt: skip


class OfferForm(FlaskForm):
    """What a quote of sale says beside its lines."""

    contact_id = HiddenField(_l("Client"), filters=[chosen_id])
    title = TidyField(_l("Objet"), [Length(max=200)], description=_l("Par exemple : Rénovation du local technique."))
    introduction = TextAreaField(_l("Texte d'introduction"), [Length(max=3000)], render_kw={"rows": 3})
    delay = TidyField(_l("Délai"), [Length(max=120)])
    days = IntegerField(
        _l("Valable pendant"),
        [
            InputRequired(_l("Donnez la durée de validité en jours.")),
            NumberRange(1, 365, _l("Donnez une durée entre 1 et 365 jours.")),
        ],
    )
    deposit_share = PercentField(_l("Acompte à la commande"), [Optional()])
    deposit_amount = AmountField(_l("ou acompte TTC"), validators=[Optional()])
    conditions = TextAreaField(_l("Conditions"), [Length(max=3000)], render_kw={"rows": 4})
    concluded = SelectField(
        _l("Conclu"), choices=options(Concluded.choices()), coerce=Concluded, default=Concluded.PREMISES
    )
    exempt = SelectField(
        _l("Exception à la rétractation"), choices=options(Exempt.choices()), coerce=Exempt, default=Exempt.NONE
    )

    @classmethod
    def of(cls, quote: Quote) -> "OfferForm":
        """The form of a draft."""
        content = quote.content
        return cls(
            formdata=None, contact_id=quote.contact_id, title=quote.title, introduction=content.get("diagnosis") or "",
            delay=content.get("delay", ""), days=content.get("days"), conditions=quote.conditions,
            deposit_share=quote.deposit_share or None, deposit_amount=quote.deposit_amount or None,
            concluded=quote.concluded, exempt=quote.exempt,
        )  # fmt: skip

    @property
    def terms(self) -> OfferTerms:
        """What was typed."""
        return OfferTerms(
            self.title.data or "", self.introduction.data or "", self.delay.data or "", self.days.data or 0,
            self.conditions.data or "", self.deposit_share.data or 0, self.deposit_amount.data or 0,
            self.concluded.data, self.exempt.data,
        )  # fmt: skip


class OfferLineForm(LineForm):
    """A line, and how the client may take it."""

    taking = SelectField(_l("Pour le client"), choices=options(WORDS), default="included")
    choice = TidyField(
        _l("Nom du choix"),
        [Length(max=80)],
        description=_l("Le même sur chaque possibilité, par exemple « Revêtement »."),
    )

    @classmethod
    def of_line(cls, line: QuoteLine | None, **values: Any) -> "OfferLineForm":
        """The form of a saved line, or of a new one."""
        known: dict[str, Any] = {}
        if line is not None:
            asked = (line.optional, bool(line.choice), line.chosen)
            known = {"taking": next(key for key, found in TAKING.items() if found == asked), "choice": line.choice}
        return cls.of(line, 0, **known | values)  # type: ignore[return-value]

    @property
    def offer_line(self) -> OfferLine:
        """What was typed. Raises DomainError for a choice without a name."""
        optional, choice, chosen = TAKING[self.taking.data]
        if choice and not self.choice.data:
            raise DomainError(_("Nommez ce choix, par exemple « Revêtement »."), field="choice")
        return OfferLine(self.line, optional, (self.choice.data or "") if choice else "", chosen)
