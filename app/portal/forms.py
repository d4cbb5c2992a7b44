"""Forms of the clients' side. They work without JavaScript."""

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.fields import FrenchDateField, chosen_id, options
from app.core.i18n import _, _l
from app.members.queries.seasons import FeeRow
from app.members.states import ProofKind
from app.sales.states import RefusalReason


class MessageForm(FlaskForm):
    """A message to the workshop."""

    body = TextAreaField(
        _l("Votre message"),
        [Length(max=6000, message=_l("6 000 signes au plus : coupez votre message."))],
        render_kw={"rows": 4},
    )


class AcceptForm(FlaskForm):
    """The agreement: the tick, and a signature by finger or by keyboard."""

    agree = BooleanField(
        _l("J'accepte ce devis et ses conditions"), [InputRequired(_l("Cochez cette case pour donner votre accord."))]
    )
    begin = BooleanField(
        _l(
            "Je demande que le travail commence avant la fin du délai de rétractation. Si je me rétracte, je paierai ce qui est déjà fait ; une fois tout fini, je ne pourrai plus me rétracter."
        )
    )
    signature = HiddenField()
    signature_name = StringField(_l("Votre nom"), [Length(max=120)])

    def validate(self, extra_validators: object = None) -> bool:
        """One of the two signatures is needed."""
        valid: bool = super().validate(extra_validators)
        if not self.signature.data and not (self.signature_name.data or "").strip():
            self.signature_name.errors = [_("Signez avec le doigt, ou tapez votre nom.")]
            valid = False
        return valid


class WithdrawForm(FlaskForm):
    """The withdrawal: no reason is asked."""

    name = StringField(_l("Votre nom"), [InputRequired(_l("Écrivez votre nom : il vaut signature.")), Length(max=120)])


class RefuseForm(FlaskForm):
    """A refusal and its reason."""

    reason = SelectField(
        _l("Pourquoi refusez-vous ?"), [InputRequired(_l("Choisissez une raison."))],
        choices=options([("", "Choisissez"), *RefusalReason.choices()]),
    )  # fmt: skip
    comment = TextAreaField(_l("Une précision"), [Length(max=900)], render_kw={"rows": 3})
    signature_name = StringField(
        _l("Votre nom"), [InputRequired(_l("Écrivez votre nom : il vaut signature.")), Length(max=120)]
    )

    @property
    def words(self) -> str:
        """« Le prix est trop élevé : … »."""
        label = RefusalReason(self.reason.data).label
        comment = (self.comment.data or "").strip()
        return f"{label} : {comment}" if comment else label


class ProblemForm(FlaskForm):
    """What is wrong with a thing that is lent."""

    words = TextAreaField(_l("Ce qui ne va pas"), [DataRequired(_l("Dites ce qui ne va pas.")), Length(max=10_000)])


class JoinForm(FlaskForm):
    """Which membership, and which household pays: one choice, « article-foyer »."""

    offer = RadioField(_l("Adhésion"), [DataRequired(_l("Choisissez une adhésion."))])

    def __init__(self, homes: Sequence[tuple[int | None, str]], fees: Sequence[FeeRow]) -> None:
        super().__init__()
        self.pairs = [(fee.id, home) for fee in fees for home, _name in homes]
        self.titles = [f"{fee.label}, {name}" if len(homes) > 1 else fee.label for fee in fees for _home, name in homes]
        self.keys = [f"{article}-{home or 0}" for article, home in self.pairs]
        self.offer.choices = options(zip(self.keys, self.titles, strict=True))
        if not self.is_submitted() and self.keys:
            self.offer.data = self.keys[0]

    @property
    def chosen(self) -> tuple[int, int | None]:
        """(article, household) of what was chosen."""
        return self.pairs[self.keys.index(self.offer.data)]


class ProofForm(FlaskForm):
    """A proof: whose, of what; its file is `fichier`."""

    pour = SelectField(_l("Pour"), coerce=chosen_id)
    kind = RadioField(
        _l("Justificatif"), [DataRequired(_l("Dites ce que montre ce document."))], choices=options(ProofKind.choices())
    )

    def __init__(self, names: Mapping[int, str]) -> None:
        super().__init__()
        self.pour.choices = options(names.items())


class OwnDatesForm(FlaskForm):
    """Dates that an owner keeps for himself."""

    arrival = FrenchDateField(_l("Arrivée"), [InputRequired(_l("Dites quand vous arrivez."))])
    departure = FrenchDateField(_l("Départ"), [InputRequired(_l("Dites quand vous repartez."))])
    note = StringField(_l("Un mot pour nous"), [Length(max=300, message=_l("300 signes au plus."))])
