"""Forms of assets. Custom fields are not WTForms fields: a family's own, they are read by `services.read_custom`."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, MultipleFileField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.accounts.queries import sites
from app.assets.models import Family
from app.assets.queries import Side, families, family_line, questionnaires_of, side_of
from app.assets.states import ICONS, AssetState, FieldType
from app.core.errors import DomainError
from app.core.fields import AmountField, FrenchDateField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.documents.states import Topic
from app.questionnaires.queries import questionnaires_for
from app.questionnaires.states import Use

NONE = ("", "–")
USES = (Use.PRELIMINARY, Use.CHECK_IN, Use.CHECK_OUT, Use.SATISFACTION)


class AssetForm(FlaskForm):
    """A unit; what its family adds comes beside."""

    family_id = SelectField(_l("Famille"), coerce=chosen_id, validators=[DataRequired(_l("Choisissez la famille."))])
    label = TidyField(
        _l("Désignation"),
        [DataRequired(_l("Dites comment il s'appelle, par exemple sa marque et son modèle.")), Length(max=200)],
    )
    brand = TidyField(_l("Marque"), [Length(max=80)])
    model_id = HiddenField(_l("Modèle"))
    serial = TidyField(_l("N° de série"), [Length(max=80)])
    inventory_number = TidyField(_l("N° d'inventaire"), [Length(max=40)])
    barcode = TidyField(_l("Code-barres"), [Length(max=60)])
    owner_id = HiddenField(_l("Propriétaire"))
    ours = BooleanField(
        _l("Il est à nous"), description=_l("Cochez pour pouvoir le prêter, le louer, ou vous en servir à l'atelier.")
    )
    state = SelectField(_l("État"), choices=options(AssetState.choices()))
    site_id = SelectField(_l("Site"), coerce=chosen_id)
    shelf = TidyField(_l("Emplacement"), [Length(max=60)])
    bought_on = FrenchDateField(_l("Date d'achat"), [Optional()])
    warranty_until = FrenchDateField(
        _l("Garantie jusqu'au"),
        [Optional()],
        description=_l("Laissez vide : elle se calcule de l'achat et de la durée du modèle."),
    )
    value = AmountField(_l("Valeur"))
    notes = TextAreaField(_l("Notes internes"), [Length(max=10_000)], render_kw={"rows": 3})

    def ready(self) -> "AssetForm":
        """The form with the choices of the moment."""
        self.family_id.choices = options([("", _("Choisissez")), *families()])
        self.site_id.choices = options([NONE, *sites()])
        return self

    def values(self) -> dict[str, Any]:
        """What the services take."""
        taken = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        taken["owner_id"], taken["model_id"] = chosen_id(self.owner_id.data), chosen_id(self.model_id.data)
        taken["state"] = AssetState(self.state.data)
        return taken


class FilesForm(FlaskForm):
    """Photos and documents, several at once."""

    files = MultipleFileField(_l("Photos ou documents"))
    label = TidyField(_l("Libellé"), [Length(max=200)])
    topic = SelectField(_l("Sujet"), choices=options(Topic.choices()), default=Topic.OTHER.value)
    for_client = BooleanField(_l("Le client le voit"), description=_l("Sur sa page de suivi et dans son espace."))


class FamilyForm(FlaskForm):
    """A family; lists are typed one item per line."""

    name = TidyField(
        _l("Nom"), [DataRequired(_l("Donnez un nom à la famille, par exemple « Lave-linge ».")), Length(max=120)]
    )
    parent_id = SelectField(_l("Rangée sous"), coerce=chosen_id)
    icon = SelectField(_l("Icône"), choices=options(ICONS), default=ICONS[0][0])
    trade_sheet = TidyField(_l("Fiche métier QualiRépar"), [Length(max=120)])
    accessories = TextAreaField(
        _l("Accessoires habituels"), [Length(max=4000)], description=_l("Un par ligne."), render_kw={"rows": 4}
    )
    common_faults = TextAreaField(
        _l("Pannes fréquentes"), [Length(max=4000)], description=_l("Une par ligne."), render_kw={"rows": 4}
    )
    warranty_months = IntegerField(
        _l("Garantie du fabricant (mois)"),
        [NumberRange(0, 240, _l("Donnez un nombre de mois entre 0 et 240."))],
        default=24,
    )
    repair_days = IntegerField(
        _l("Délai habituel (jours ouvrés)"),
        [NumberRange(0, 365, _l("Donnez un nombre de jours entre 0 et 365."))],
        default=5,
    )
    diagnosis_fee = AmountField(_l("Forfait diagnostic TTC"), description=_l("Laissez vide pour le forfait général."))
    refusal_notice = TextAreaField(
        _l("Risques en cas de refus du devis"),
        [Length(max=5000)],
        description=_l("Remis au client qui refuse un devis."),
        render_kw={"rows": 3},
    )

    def ready(self, row: Family | None = None) -> "FamilyForm":
        """The form with the other families, and one choice of questionnaire per use."""
        others = [
            (found_id, name) for found_id, name in families() if row is None or row.id not in family_line(found_id)
        ]
        self.parent_id.choices = options([NONE, *others])
        return self

    def values(self) -> dict[str, Any]:
        """What the services take."""
        taken = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        for name in ("accessories", "common_faults"):
            taken[name] = (taken[name] or "").splitlines()
        return taken

    @classmethod
    def of(cls, row: Family) -> "FamilyForm":
        """The form of a family as it is."""
        form = cls(obj=row, parent_id=str(row.parent_id or ""))
        if not form.is_submitted():
            form.accessories.data, form.common_faults.data = "\n".join(row.accessories), "\n".join(row.common_faults)
        return form.ready(row)


class QuestionnairesForm(FlaskForm):
    """Which questionnaire a family uses at each moment."""

    preliminary = SelectField(Use.PRELIMINARY.label, coerce=chosen_id)
    check_in = SelectField(Use.CHECK_IN.label, coerce=chosen_id)
    check_out = SelectField(Use.CHECK_OUT.label, coerce=chosen_id)
    satisfaction = SelectField(Use.SATISFACTION.label, coerce=chosen_id)

    @classmethod
    def of(cls, row: Family) -> "QuestionnairesForm":
        """The form of a family as it is."""
        chosen = questionnaires_of(row.id)
        form = cls(**{use.value: str(chosen.get(use, "")) for use in USES})
        for use in USES:
            form[use.value].choices = options([NONE, *questionnaires_for(use)])
        return form

    def values(self) -> dict[Use, int | None]:
        """The choice of each use."""
        return {use: self[use.value].data for use in USES}


class FieldForm(FlaskForm):
    """A custom field."""

    label = TidyField(_l("Libellé"), [DataRequired(_l("Donnez un libellé au champ.")), Length(max=80)])
    type = SelectField(_l("Type"), choices=options(FieldType.choices()))
    choices = TextAreaField(
        _l("Choix, un par ligne"),
        [Length(max=4000)],
        description=_l("Pour le type « Choix » seulement."),
        render_kw={"rows": 3},
    )
    hint = TidyField(_l("Aide"), [Length(max=200)])
    required = BooleanField(_l("Obligatoire"))
    on_slips = BooleanField(_l("Imprimé sur les bons"))
    in_lists = BooleanField(_l("Affiché dans les listes"))

    def values(self) -> dict[str, Any]:
        """What the services take."""
        taken = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        taken["choices"] = (self.choices.data or "").splitlines()
        taken["type"] = FieldType(self.type.data)
        return taken


class ModelForm(FlaskForm):
    """A maker's model."""

    family_id = SelectField(_l("Famille"), coerce=chosen_id, validators=[DataRequired(_l("Choisissez la famille."))])
    brand = TidyField(_l("Marque"), [DataRequired(_l("Saisissez la marque du modèle.")), Length(max=80)])
    name = TidyField(_l("Modèle"), [DataRequired(_l("Saisissez le nom du modèle.")), Length(max=120)])
    warranty_months = IntegerField(
        _l("Garantie (mois)"), [Optional(), NumberRange(0, 240, _l("Donnez un nombre de mois entre 0 et 240."))],
        description=_l("Laissez vide pour celle de la famille."),
    )  # fmt: skip

    def ready(self) -> "ModelForm":
        """The form with the families."""
        self.family_id.choices = options(families())
        return self


class FitForm(FlaskForm):
    """This goes with that: each side is « family:3 », « model:4 » or « asset:12 »."""

    main = HiddenField(
        _l("Avec"), [DataRequired(_l("Choisissez dans la liste la famille, le modèle ou l'exemplaire."))]
    )
    other = HiddenField(_l("L'accessoire"), [DataRequired(_l("Choisissez l'accessoire dans la liste."))])
    compulsory = BooleanField(_l("Obligatoire : il vient tout seul"))

    def sides(self) -> tuple[Side, Side]:
        """The two sides. Raises DomainError when one is gone."""
        main, other = side_of(self.main.data or ""), side_of(self.other.data or "")
        if main is None:
            raise DomainError(_("Ce matériel n'existe plus : choisissez-en un autre."), field="main")
        if other is None:
            raise DomainError(_("Cet accessoire n'existe plus : choisissez-en un autre."), field="other")
        return main, other
