"""Forms of an import: the file, then what it holds."""

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectField

from app.core.fields import TidyField, options
from app.core.i18n import _, _l
from app.core.reading import ENCODINGS, SEPARATORS
from app.exchange.kinds import offered
from app.exchange.models import ImportRun
from app.exchange.states import PriceMode


class UploadForm(FlaskForm):
    """A file to import; its kind is found out unless it is chosen."""

    file = FileField(_l("Fichier CSV ou XLSX"), [FileRequired(_l("Choisissez un fichier, ou déposez-le ici."))])
    kind = SelectField(_l("Ce qu'il contient"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind.choices = options(
            [("", _("À deviner d'après ses titres")), *((kind.key, kind.label) for kind in offered().values())]
        )


class ColumnsForm(FlaskForm):
    """How the file is to be read. The field of each column comes beside, one select per column."""

    kind = SelectField(_l("Ce que contient le fichier"))
    encoding = SelectField(_l("Encodage"), choices=options(ENCODINGS))
    separator = SelectField(_l("Séparateur"), choices=options(SEPARATORS))
    keep_good = BooleanField(_l("Importer les bonnes lignes même si d'autres sont refusées"))
    name = TidyField(_l("Garder cette correspondance sous le nom"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind.choices = options((kind.key, kind.label) for kind in offered().values())

    @classmethod
    def of(cls, run: ImportRun) -> "ColumnsForm":
        """The form as it is for an import."""
        return cls(
            None,
            kind=run.kind,
            encoding=run.layout["encoding"],
            separator=run.layout["separator"],
            keep_good=run.keep_good,
        )


class PricesForm(FlaskForm):
    """A supplier's price list."""

    supplier_id = HiddenField(_l("Fournisseur"))
    file = FileField(
        _l("Tarif du fournisseur (CSV ou XLSX)"), [FileRequired(_l("Choisissez un fichier, ou déposez-le ici."))]
    )
    mode = RadioField(
        _l("Quand le prix d'achat change"), choices=options(PriceMode.choices()), default=PriceMode.KEEP_MARGIN.value
    )


class PriceColumnsForm(FlaskForm):
    """What a new price does. The field of each column comes beside, one select per column."""

    mode = RadioField(_l("Quand le prix d'achat change"), choices=options(PriceMode.choices()))
