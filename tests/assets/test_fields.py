"""Custom fields: every type judged by a French sentence, kept typed, read back in French."""

import pytest

from app.assets.models import Asset
from app.assets.queries import custom_pairs, fields_of
from app.assets.services import add_field, archive_field, change_field, custom_values, move_field, read_custom
from app.assets.states import FieldType
from app.core.db import db, transaction
from app.core.errors import DomainError
from tests.cast import Cast
from tests.factories.assets import a_family, a_field, an_asset
from tests.signing import Browser

EVERY_TYPE = {
    "Taille": {"type": FieldType.TEXT},
    "Remarques": {"type": FieldType.LONG},
    "Cycles": {"type": FieldType.INTEGER},
    "Poids": {"type": FieldType.DECIMAL},
    "Prix neuf": {"type": FieldType.AMOUNT},
    "Révision": {"type": FieldType.DATE},
    "Sous housse": {"type": FieldType.BOOLEAN},
    "Couleur": {"type": FieldType.CHOICE, "choices": ["Rouge", "Noir"]},
}


@pytest.fixture
def family(cast: Cast):
    family = a_family()
    for label, options in EVERY_TYPE.items():
        a_field(family, label=label, **options)
    return family


def test_every_type_is_kept_typed_and_read_in_french(family):
    values = custom_values(
        family.id,
        {
            "taille": " M ", "remarques": "a\nb", "cycles": "1 200", "poids": "12,50", "prix_neuf": "1 234,5 €",
            "revision": "24/11/2026", "sous_housse": "oui", "couleur": "Noir",
        },
    )  # fmt: skip
    assert values == {
        "taille": "M", "remarques": "a\nb", "cycles": 1200, "poids": "12.5", "prix_neuf": 123450, "revision": "2026-11-24",
        "sous_housse": True, "couleur": "Noir",
    }  # fmt: skip
    words = dict(custom_pairs(fields_of(family.id), values))
    assert words["Prix neuf"] == "1\u202f234,50\u00a0€"
    assert (words["Poids"], words["Révision"], words["Sous housse"]) == ("12,5", "24/11/2026", "Oui")


@pytest.mark.parametrize(
    ("code", "text", "sentence"),
    [
        ("cycles", "12,5", "écrivez un nombre entier, par exemple 12."),
        ("cycles", "beaucoup", "écrivez un nombre entier, par exemple 12."),
        ("poids", "lourd", "écrivez un nombre, par exemple 12,5."),
        ("poids", "inf", "écrivez un nombre, par exemple 12,5."),
        ("prix_neuf", "12,345", "écrivez un montant, par exemple 1234,50."),
        ("revision", "31/02/2027", "écrivez une date qui existe, par exemple 24/11/2026."),
        ("revision", "demain", "écrivez une date qui existe, par exemple 24/11/2026."),
        ("couleur", "Vert", "choisissez parmi Rouge, Noir."),
        ("taille", "x" * 10_001, "gardez 10 000 caractères au plus."),
    ],
)
def test_what_cannot_be_read_names_the_field_and_the_way_out(family, code, text, sentence):
    _values, faults = read_custom(family.id, {code: text})
    assert list(faults) == [code]
    assert sentence in faults[code].replace("\u00a0", " ").replace("\u202f", " ")


def test_every_fault_is_told_at_once_and_emoji_stay(family):
    values, faults = read_custom(family.id, {"cycles": "x", "poids": "y", "taille": "😀" * 1000})
    assert set(faults) == {"cycles", "poids"}
    assert values["taille"] == "😀" * 1000


def test_a_required_field_left_empty_is_named(family):
    a_field(family, label="Cadre", required=True)
    with pytest.raises(DomainError, match="Cadre") as refusal:
        custom_values(family.id, {})
    assert refusal.value.field == "cadre"


def test_a_family_inherits_the_fields_of_its_parent_and_of_all(cast: Cast):
    parent = a_family()
    child = a_family(parent_id=parent.id)
    stranger = a_family()
    for owner, label in ((None, "Commun"), (parent, "Du parent"), (child, "À elle"), (stranger, "Étranger")):
        a_field(owner, label=label)
    assert {field.label for field in fields_of(child.id)} == {"Commun", "Du parent", "À elle"}


def test_two_fields_of_one_unit_never_share_a_code(cast: Cast):
    parent = a_family()
    child = a_family(parent_id=parent.id)
    a_field(parent, label="Taille")
    with pytest.raises(DomainError, match="existe déjà"):
        a_field(child, label="taille")


def test_fields_move_and_an_archived_one_keeps_its_values(cast: Cast):
    family = a_family()
    first, second = a_field(family, label="Un"), a_field(family, label="Deux")
    asset = an_asset(family, custom={"un": "1", "deux": "2"})
    with transaction():
        move_field(second, up=True)
    assert [field.label for field in fields_of(family.id)] == ["Deux", "Un"]
    with transaction():
        archive_field(first)
    assert [field.label for field in fields_of(family.id)] == ["Deux"]
    assert db.session.get(Asset, asset.id).custom["un"] == "1"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"label": " "}, "libellé"),
        ({"label": "€€"}, "avec des lettres"),
        ({"label": "A", "type": FieldType.CHOICE, "choices": ["seul"]}, "deux choix"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(cast: Cast, options, sentence):
    with pytest.raises(DomainError, match=sentence), transaction():
        add_field(None, **options)


def test_a_field_already_in_use_changes_type_only_to_text(cast: Cast):
    field = a_field(label="Année", type=FieldType.INTEGER)
    with pytest.raises(DomainError, match="ne change de type"), transaction():
        change_field(field, label="Année", type=FieldType.DATE)
    with transaction():
        change_field(field, label="Année", type=FieldType.TEXT)
    assert field.type == FieldType.TEXT


def test_the_manager_adds_moves_and_archives_a_field_in_the_browser(cast: Cast, browser: Browser):
    family = a_family()
    manager = browser.as_("gerant")
    home = f"/reglages/familles/{family.id}?onglet=champs"
    answer = manager.post(
        f"/reglages/familles/{family.id}/champs/nouveau",
        label="Système",
        type="choice",
        choices="Windows\r\nLinux",
        in_lists="y",
    )
    assert answer.status_code == 303
    page = manager.get(home)
    assert "Système" in page.text
    assert "Windows, Linux" in page.text
    field = fields_of(family.id)[0]
    refused = manager.post(f"/reglages/familles/champs/{field.id}", label="", type="choice")
    assert refused.status_code == 422
    assert "Donnez un libellé au champ." in refused.text
    manager.post(f"/reglages/familles/champs/{field.id}/archiver")
    assert fields_of(family.id) == []
    assert "1 champ archivé" in manager.get(home).text
