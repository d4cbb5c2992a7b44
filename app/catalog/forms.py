"""Forms of the catalogue."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.catalog.models import Article, ArticleFamily, VatRate
from app.catalog.queries import family_choices, vat_choices
from app.catalog.services import RateWords
from app.catalog.states import ArticleKind, Nature, Origin, VatCategory
from app.core import clock
from app.core.errors import DomainError
from app.core.fields import AmountField, FrenchDateField, QuantityField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.core.money import parse_decimal, percent
from app.questionnaires.queries import questionnaires_for
from app.questionnaires.states import Use

NONE = ("", "–")
USES = (Use.REPORT, Use.CHECK_IN, Use.CHECK_OUT)
ICONS = (
    ("package", "Colis"), ("tool", "Outil"), ("settings", "Rouage"), ("droplet", "Goutte"), ("filter", "Filtre"),
    ("bolt", "Éclair"), ("bulb", "Ampoule"), ("music", "Musique"), ("device-laptop", "Ordinateur"), ("plug", "Prise"),
    ("truck-delivery", "Déplacement"), ("home", "Maison"), ("swimming", "Piscine"), ("tag", "Étiquette"), ("checklist", "Liste"),
)  # fmt: skip
RULES = (("net", _l("Le prix HT fait foi")), ("gross", _l("Le prix TTC fait foi")))


class ArticleForm(FlaskForm):
    """An article. The price that rules is the one that is kept as typed."""

    label = TidyField(_l("Désignation"), [DataRequired(_l("Donnez une désignation à l'article.")), Length(max=200)])
    reference = TidyField(_l("Référence"), [Length(max=80)], description=_l("Laissez vide : la suivante est donnée."))
    barcode = TidyField(_l("Code-barres"), [Length(max=80)])
    kind = SelectField(_l("Type"), choices=options(ArticleKind.choices()), coerce=ArticleKind, default=ArticleKind.GOOD)
    nature = SelectField(
        _l("Nature pour la facture"), choices=options(Nature.choices()), coerce=Nature, default=Nature.GOODS
    )
    family_id = SelectField(_l("Famille"), coerce=chosen_id)
    unit = TidyField(_l("Unité"), [Length(max=20)], default="pièce")
    description = TextAreaField(
        _l("Description"), [Length(max=4000)], description=_l("Reprise sous la désignation."), render_kw={"rows": 3}
    )
    rule = RadioField(_l("Quel prix fait foi ?"), choices=options(RULES), default="net")
    price = AmountField(_l("Prix HT"))
    price_gross = AmountField(_l("Prix TTC"))
    vat_code = SelectField(_l("TVA"), default="normal")
    cost = AmountField(_l("Prix d'achat HT"))
    origin = SelectField(_l("Origine"), choices=options(Origin.choices()), coerce=Origin, default=Origin.NEW_MAKER)
    stocked = BooleanField(_l("Suivi en stock"), description=_l("Pour un produit : chaque vente le sort du stock."))
    traced = BooleanField(_l("Suivi par lot ou n° de série"))
    minimum = QuantityField(_l("Stock minimum"), description=_l("En dessous, il se met au panier du fournisseur."))
    reorder = QuantityField(_l("Quantité à commander"))
    minutes = IntegerField(
        _l("Durée (minutes)"), [Optional(), NumberRange(0, 100_000, _l("Donnez un nombre de minutes."))]
    )
    questionnaire_id = SelectField(_l("Questionnaire"), coerce=chosen_id)
    on_till = BooleanField(_l("Vendu en caisse"), default=True)

    @classmethod
    def of(cls, article: Article | None, *, cost: bool) -> "ArticleForm":
        """The form of an article as it is, or of a new one; `cost`: who fills it may see purchase prices."""
        if article is None:
            form = cls()
        else:
            form = cls(
                obj=article, rule="gross" if article.gross_rules else "net", family_id=str(article.family_id or "")
            )
        if not cost:
            del form.cost
        form.family_id.choices = options([NONE, *family_choices()])
        form.vat_code.choices = options(vat_choices())
        known = {found: name for use in USES for found, name in questionnaires_for(use)}
        form.questionnaire_id.choices = options([NONE, *known.items()])
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """The price that rules is asked for; the other one follows."""
        valid = bool(super().validate(extra_validators))
        ruling = self.price_gross if self.rule.data == "gross" else self.price
        if ruling.data is None and not ruling.errors:
            ruling.errors = [*ruling.errors, _("Saisissez ce prix : c'est lui qui fait foi.")]
            valid = False
        other = self.price if ruling is self.price_gross else self.price_gross
        if other.errors and not ruling.errors:  # what follows is not read
            other.errors = []
            valid = not self.errors
        return valid

    def values(self) -> dict[str, Any]:
        """What the services take."""
        taken = {name: field.data for name, field in self._fields.items() if name not in ("csrf_token", "rule")}
        taken["gross_rules"] = self.rule.data == "gross"
        for name in ("price", "price_gross", "cost", "minimum", "reorder", "minutes"):
            if name in taken:
                taken[name] = taken[name] or 0
        taken["unit"] = taken["unit"] or _("pièce")
        return taken


class PartForm(FlaskForm):
    """A component to add."""

    part_id = HiddenField(_l("Article"))
    quantity = QuantityField(_l("Quantité"), [InputRequired(_l("Saisissez la quantité."))], default=1000)
    optional = BooleanField(_l("En option"))


class SupplierForm(FlaskForm):
    """At whose the article is bought."""

    supplier_id = HiddenField(_l("Fournisseur"))
    supplier_reference = TidyField(_l("Référence chez lui"), [Length(max=80)])
    supplier_price = AmountField(_l("Prix d'achat HT"), [InputRequired(_l("Saisissez son prix hors taxes."))])
    pack = QuantityField(_l("Vendu par"), [Optional()], default=1000)
    days = IntegerField(
        _l("Délai (jours)"), [Optional(), NumberRange(0, 365, _l("Donnez un nombre de jours entre 0 et 365."))]
    )
    preferred = BooleanField(_l("Fournisseur préféré"))


class FamilyForm(FlaskForm):
    """A branch of the tree."""

    name = TidyField(
        _l("Nom"), [DataRequired(_l("Donnez un nom à la famille, par exemple « Pompes ».")), Length(max=120)]
    )
    parent_id = SelectField(_l("Rangée sous"), coerce=chosen_id)
    icon = SelectField(_l("Icône"), choices=options(ICONS), default="package", validate_choice=False)
    position = IntegerField(
        _l("Rang"), [Optional(), NumberRange(0, 999, _l("Donnez un rang entre 0 et 999."))], default=0,
        description=_l("Les plus petits d'abord, puis par nom."),
    )  # fmt: skip

    @classmethod
    def of(cls, row: ArticleFamily | None) -> "FamilyForm":
        """The form of a family as it is, or of a new one."""
        form = cls(obj=row, parent_id=str(row.parent_id or "")) if row is not None else cls()
        form.parent_id.choices = options([NONE, *family_choices(row.id if row else None)])
        return form

    def values(self) -> dict[str, Any]:
        """What the services take."""
        taken = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        return taken | {"position": taken["position"] or 0}


class PercentField(TidyField):
    """« 5,5 » in a field, basis points in `.points`."""

    @property
    def points(self) -> int:
        """Basis points. Raises DomainError."""
        try:
            return int(parse_decimal((self.data or "").replace("%", ""), 2) * 100)
        except DomainError as error:
            raise DomainError(error.message, field=self.name) from None


class RateWordsForm(FlaskForm):
    """What may be corrected of a rate."""

    label = TidyField(
        _l("Nom"), [DataRequired(_l("Donnez un nom à ce taux, par exemple « Taux normal ».")), Length(max=120)]
    )
    reason = TidyField(
        _l("Mention sur la facture"), [Length(max=300)], description=_l("Dite quand il n'y a pas de taxe, et pourquoi.")
    )
    vatex = TidyField(_l("Code VATEX"), [Length(max=40)], description=_l("Pour la facture électronique."))
    source = TidyField(_l("Source"), [Length(max=200)], description=_l("L'article de loi, ou la date du texte."))
    certificate = TextAreaField(
        _l("Attestation du client"),
        [Length(max=2000)],
        description=_l(
            "Pour des travaux à taux réduit : imprimée au-dessus de sa signature sur le devis, et sur la facture. « … » devient son nom. Videz-la si vos ventes à ce taux ne sont pas des travaux."
        ),
    )

    @property
    def words(self) -> RateWords:
        """What was typed."""
        return RateWords(
            self.label.data or "", self.reason.data or "", self.vatex.data or "", self.source.data or "", self.certificate.data or ""
        )  # fmt: skip


class RateForm(RateWordsForm):
    """A rate from a day on."""

    code = TidyField(
        _l("Code"),
        [
            DataRequired(_l("Donnez un code : celui d'une TVA connue pour changer son taux, ou un nouveau.")),
            Length(max=30),
        ],
    )
    rate = PercentField(_l("Taux"), [DataRequired(_l("Saisissez le taux, par exemple 5,5."))])
    category = SelectField(
        _l("Catégorie"), choices=options(VatCategory.choices()), coerce=VatCategory, default=VatCategory.STANDARD
    )
    valid_from = FrenchDateField(
        _l("À partir du"), [DataRequired(_l("Dites à partir de quel jour."))], default=clock.today
    )

    @classmethod
    def after(cls, row: VatRate | None) -> "RateForm":
        """The form of a new rate; of the code of another one when it is given."""
        if row is None:
            return cls()
        return cls(
            code=row.code, label=row.label, rate=percent(row.rate), category=row.category, reason=row.reason,
            vatex=row.vatex, source="", certificate=row.certificate,
        )  # fmt: skip
