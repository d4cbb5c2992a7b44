"""Forms of the clients' side. They work without JavaScript."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.fields import options
from app.core.i18n import _, _l
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
    signature = HiddenField()
    signature_name = StringField(_l("Votre nom"), [Length(max=120)])

    def validate(self, extra_validators: object = None) -> bool:
        """One of the two signatures is needed."""
        valid: bool = super().validate(extra_validators)
        if not self.signature.data and not (self.signature_name.data or "").strip():
            self.signature_name.errors = [_("Signez avec le doigt, ou tapez votre nom.")]
            valid = False
        return valid


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
