"""Verbs of lodgings: add, correct, put away. Name, family, photos and custom fields are those of the asset."""

import re
from typing import Any

from sqlalchemy import select

from app.assets import services as assets
from app.assets.models import Asset
from app.assets.queries import family_named
from app.concierge.models import Lodging, RentalMandate
from app.concierge.queries.mandates import running
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _

FIELDS = (
    "town", "postcode", "address", "registration", "main_residence", "nights_cap", "sleeps", "tax", "notes",
)  # fmt: skip
FAMILY = "Logements"
REGISTRATION = 13
YEAR = 365


def check_registration(text: str) -> str:
    """The registration number without blanks, in capitals; empty when none was given. Raises DomainError."""
    number = re.sub(r"[\s.\-]", "", text).upper()
    if number and not (len(number) == REGISTRATION and number.isascii() and number.isalnum()):
        raise DomainError(
            _("Le numéro d'enregistrement compte 13 lettres et chiffres, celui-ci %(count)s. Recopiez-le de la mairie ou du téléservice.", count=len(number)),
            field="registration",
        )  # fmt: skip
    return number


def add_lodging(
    *, label: str = "", family_id: int | None = None, asset_id: int | None = None, **values: Any
) -> Lodging:
    """A new lodging from `FIELDS`: of an asset that exists, else of a new one of ours, in the family « Logements » by default.

    Raises DomainError; Conflict when the asset is a lodging already.
    """
    require_transaction()
    asset = _existing(asset_id) if asset_id else _new(label, family_id)
    lodging = Lodging(asset_id=asset.id, asset=asset, **_checked(values), mandates=[])
    db.session.add(lodging)
    db.session.flush()
    record(lodging, "lodging.added", name=asset.label)
    return lodging


def _existing(asset_id: int) -> Asset:
    asset = db.session.get(Asset, asset_id)
    if asset is None or asset.archived_at is not None:
        raise DomainError(_("Choisissez la fiche dans la liste, ou effacez ce champ."), field="asset_id")
    if db.session.scalar(select(Lodging.id).where(Lodging.asset_id == asset.id)) is not None:
        raise Conflict(_("%(name)s est déjà un logement de la liste. Ouvrez-le.", name=asset.label), field="asset_id")
    return asset


def _new(label: str, family_id: int | None) -> Asset:
    if not label.strip():
        raise DomainError(_("Donnez un nom au logement, par exemple « Le Cabanon »."), field="label")
    if family_id is None:
        family = family_named(FAMILY) or assets.add_family(name=FAMILY, icon="home", warranty_months=0)
        family_id = family.id
    return assets.add_asset(label=label, family_id=family_id, ours=True)


def _checked(values: dict[str, Any], besides: int | None = None) -> dict[str, Any]:
    read: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items() if name in FIELDS
    }
    if "registration" in read:
        read["registration"] = check_registration(read["registration"])
        _check_free(read["registration"], besides)
    if not 0 < read.get("nights_cap", 1) <= YEAR:
        raise DomainError(_("Saisissez un nombre de nuits entre 1 et 365."), field="nights_cap")
    return read


def _check_free(number: str, besides: int | None) -> None:
    taken = select(Asset.label).join(Lodging, Lodging.asset_id == Asset.id).where(
        Lodging.registration == number, Lodging.id != (besides or 0)
    )  # fmt: skip
    other = db.session.scalars(taken.limit(1)).first() if number else None
    if other is not None:
        raise DomainError(
            _("Ce numéro d'enregistrement est déjà celui de %(name)s. Chaque logement a le sien.", name=other),
            field="registration",
        )


def change_lodging(lodging: Lodging, *, label: str | None = None, **values: Any) -> Lodging:
    """Correct some of `FIELDS`, and the name of its asset; the history names them. Raises DomainError."""
    require_transaction()
    changed = {}
    for name, value in _checked(values, lodging.id).items():
        before = getattr(lodging, name)
        if before != value:
            changed[name] = [str(before or ""), str(value or "")]
            setattr(lodging, name, value)
    if label is not None and label.strip() != lodging.asset.label:
        if not label.strip():
            raise DomainError(_("Donnez un nom au logement, par exemple « Le Cabanon »."), field="label")
        changed["label"] = [lodging.asset.label, label.strip()]
        assets.change_asset(lodging.asset, label=label)
    if changed:
        db.session.flush()
        record(lodging, "lodging.changed", changes=changed)
    return lodging


def put_away(lodging: Lodging) -> None:
    """It is let no more: out of the lists, its past stays. Raises DomainError while a mandate runs."""
    require_transaction()
    mandate: RentalMandate | None = running(lodging.id, clock.today())
    if mandate is not None:
        raise DomainError(_("Le mandat %(number)s court encore. Terminez-le d'abord.", number=mandate.number))
    lodging.archived_at = clock.now()
    record(lodging, "lodging.archived")


def take_back(lodging: Lodging) -> None:
    """It is let again."""
    require_transaction()
    lodging.archived_at = None
    record(lodging, "lodging.restored")
