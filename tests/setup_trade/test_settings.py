"""« Réglages »: groups of settings, the intake slip, the logo, the configuration in and out."""

import io
import json
import re

import pytest

from app.accounts.queries import organisation
from app.assets.models import Family
from app.assets.queries import fields_of_one, noun
from app.core.db import db, transaction
from app.core.settings import setting
from app.documents.queries import slip_blocks
from app.setup.queries import setting_groups
from app.setup.services import apply_preset, export_configuration
from app.setup.wiring import TITLES
from tests.cast import Cast
from tests.factories.assets import a_family, a_field, a_model
from tests.factories.files import SVG_WITH_SCRIPT, a_pdf, a_png
from tests.factories.questionnaires import a_questionnaire
from tests.signing import Browser

SLIP = "/reglages/bon-entree"


@pytest.fixture
def manager(cast: Cast, browser: Browser) -> Browser:
    return browser.as_("gerant")


def values_of(group: str) -> dict[str, str]:
    """What the page of a group would post, as text."""
    values: dict[str, str] = {}
    for declared in setting_groups()[group]:
        value = setting(declared.key)
        if isinstance(value, dict):
            values |= {
                f"{declared.key}.{part}": str(text) if not isinstance(text, bool) else ("1" if text else "")
                for part, text in value.items()
            }
        else:
            values[declared.key] = (
                f"{value / 100:.2f}".replace(".", ",") if declared.kind in ("cents", "percent") else str(value)
            )
    return values


def test_every_group_of_settings_has_its_page_on_the_index(manager: Browser):
    index = manager.get("/reglages").text
    for group in setting_groups():
        url = re.search(rf'href="(/reglages/[^"]+)"[^>]*>(?:(?!</a>).)*{re.escape(TITLES.get(group, group))}', index)
        assert url, group
        assert manager.get(url.group(1)).status_code == 200


def test_settings_are_typed_kept_and_put_back(manager: Browser):
    typed = values_of("Dossiers") | {
        "tickets.guarantee_months": "6",
        "tickets.diagnosis_fee": "1 234,5 €",
        "tickets.vat_rate": "5,5",
    }
    assert manager.post("/reglages/dossiers", data=typed).status_code == 303
    assert (setting("tickets.guarantee_months"), setting("tickets.diagnosis_fee"), setting("tickets.vat_rate")) == (
        6,
        123450,
        550,
    )
    assert "1234,50" in manager.get("/reglages/dossiers").text
    manager.post("/reglages/dossiers", reset="tickets.guarantee_months")
    assert setting("tickets.guarantee_months") == 3


def test_every_fault_is_told_and_nothing_typed_is_lost(manager: Browser):
    typed = values_of("Dossiers") | {
        "tickets.guarantee_months": "trois",
        "tickets.diagnosis_fee": "cher",
        "tickets.labour_rate": "61",
    }
    page = manager.post("/reglages/dossiers", data=typed)
    assert page.status_code == 422
    assert "2 réglages à corriger" in page.text.replace("\u00a0", " ")
    assert "Écrivez un nombre entier, par exemple 3." in page.text
    for text in ("trois", "cher", "61,00"):
        assert f'value="{text}"' in page.text
    assert setting("tickets.labour_rate") == 5500, "nothing is kept of a refused page"


def test_the_noun_and_the_words_of_states_are_settings(manager: Browser):
    manager.post("/reglages/mots", data={"assets.noun.singular": "instrument", "assets.noun.plural": "instruments"})
    assert noun().new == "Nouvel instrument"
    page = manager.post("/reglages/mots", data={"assets.noun.singular": "", "assets.noun.plural": "x"})
    assert page.status_code == 422
    assert "au singulier et au pluriel" in page.text
    manager.post("/reglages/etats", data={"tickets.words.ready": "À retirer"})
    assert setting("tickets.words")["ready"] == "À retirer"


def test_legal_texts_keep_their_lines_and_emoji(manager: Browser):
    text = "Ligne 1 😀\r\nLigne 2 " + "é" * 6000
    manager.post("/reglages/textes-legaux", data=values_of("Textes légaux") | {"tickets.deposit_terms": text})
    assert setting("tickets.deposit_terms") == text.replace("\r\n", "\n")


@pytest.mark.row("D6")
def test_each_particular_of_the_slip_goes_on_or_off_in_the_order_chosen(manager: Browser):
    page = manager.get(SLIP).text
    assert "Somme versée au dépôt et moyen de paiement" in page
    assert 'src="data:image/png;base64,' in page
    keys = re.findall(r'name="part" value="([^"]+)"', page)
    keys.remove("fault")
    data = {
        "part": ["fault", *keys, "text-1"],
        "text-1.on": "1",
        "text-1.title": "Merci",
        "text-1.text": "À bientôt.",
        "fault.on": "1",
        "serial.on": "1",
        "serial.title": "IMEI",
    }
    assert manager.post(SLIP, data=data).status_code == 303
    assert [(part.key, part.title) for part in slip_blocks()] == [
        ("fault", ""),
        ("serial", "IMEI"),
        ("text-1", "Merci"),
    ]


@pytest.mark.row("D6")
def test_blocks_move_and_own_texts_are_added_and_removed_before_saving(manager: Browser):
    before = slip_blocks()
    page = manager.post(SLIP, data={"part": ["client", "device"], "client.on": "1"}, do="down:client").text
    assert re.findall(r'name="part" value="([^"]+)"', page)[:2] == ["device", "client"]
    page = manager.post(SLIP, data={"part": ["client"]}, do="add").text
    assert re.findall(r'name="part" value="([^"]+)"', page) == ["client", "text-1"]
    page = manager.post(SLIP, data={"part": ["client", "text-1"]}, do="remove:text-1").text
    assert re.findall(r'name="part" value="([^"]+)"', page) == ["client"]
    page = manager.post(SLIP, data={"part": ["client"]}, do="remove:client").text
    assert re.findall(r'name="part" value="([^"]+)"', page) == ["client"], (
        "a particular of the law is switched off, not removed"
    )
    assert slip_blocks() == before
    assert len(slip_blocks()) > 15


@pytest.mark.row("D6")
def test_the_preview_prints_what_is_being_typed_and_bad_text_is_refused(manager: Browser):
    shown = manager.post(
        f"{SLIP}/apercu",
        data={"part": ["fault", "text-1"], "fault.on": "1", "text-1.on": "1", "text-1.text": "#panic() 😀 " * 50},
        htmx=True,
    )
    assert 'src="data:image/png;base64,' in shown.text
    refused = manager.post(SLIP, data={"part": ["text-1"], "text-1.on": "1", "text-1.text": "x" * 3001})
    assert refused.status_code == 422
    assert "gardez 3\u00a0000 caractères".replace("\u00a0", " ") in refused.text.replace("\u00a0", " ").replace(
        "\u202f", " "
    )


def test_a_logo_is_drawn_again_and_anybody_may_see_it(manager: Browser):
    assert manager.post("/reglages/logo", data={"logo": (io.BytesIO(a_png()), "logo.png")}).status_code == 303
    url = organisation().logo_url
    shown = manager.app.test_client().get(url)
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert url in manager.get("/biens").text
    manager.post("/reglages/logo/retirer")
    assert organisation().logo_url == ""


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (SVG_WITH_SCRIPT, "logo.svg", "contient un script"),
        (a_pdf(), "logo.jpg", "c’est un PDF"),
        (b"", "", "Choisissez le fichier"),
        (b"GIF89a", "l.gif", "n’est pas une image lisible"),
    ],
)
def test_a_logo_that_is_none_is_refused_by_a_sentence(manager: Browser, content, name, sentence):
    page = manager.post("/reglages/logo", data={"logo": (io.BytesIO(content), name)})
    assert page.status_code == 422
    assert sentence in page.text


def test_the_configuration_goes_from_one_house_to_another(manager: Browser, app):
    with transaction():
        apply_preset("school")
    family = a_family(name="Accordéon", diagnosis_fee=1500)
    a_field(family, label="Nombre de basses", type="integer")
    a_model(family, brand="Maugein", name="Mini")
    exported = manager.get("/reglages/configuration/export")
    assert "attachment" in exported.headers["Content-Disposition"]
    data = json.loads(exported.text)
    with transaction():
        for row in (
            *fields_of_one(family.id),
            *db.session.scalars(db.select(Family).where(Family.name == "Trompette")),
        ):
            row.archived_at = None
        family.diagnosis_fee = 9900
    preview = manager.post("/reglages/configuration", data={"file": (io.BytesIO(exported.data), "c.json")})
    assert "1 changement" in preview.text.replace("\u00a0", " ")
    assert "Accordéon" in preview.text
    assert db.session.get(Family, family.id).diagnosis_fee == 9900, "a preview changes nothing"
    content = re.search(r'id="contenu"[^>]*value="([^"]*)"', preview.text).group(1)
    import html

    answer = manager.post("/reglages/configuration", content=html.unescape(content))
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get(Family, family.id).diagnosis_fee == 1500
    again = manager.post("/reglages/configuration", data={"file": (io.BytesIO(exported.data), "c.json")})
    assert "Rien à changer" in again.text
    assert {entry["name"] for entry in data["families"]} >= {"Accordéon", "Violon"}


def test_an_export_holds_no_person_and_no_secret(manager: Browser, cast: Cast):
    text = json.dumps(export_configuration())
    assert cast.karim.email not in text
    assert cast.camille.email not in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "pas du JSON lisible"), (b"[]", "pas une configuration"), (b'{"format": "autre"}', "pas une configuration"),
        (b'{"format": "etabli-configuration", "version": 1, "families": [{"name": "A", "parent": "Z"}]}', "que le fichier ne contient pas"),
        (b'{"format": "etabli-configuration", "version": 1, "families": [3]}', "ne se lit plus"),
        (b'{"format": "etabli-configuration", "version": 1, "settings": {"tickets.guarantee_months": "x"}}', "ne convient pas"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_refused_by_a_sentence(manager: Browser, content, sentence):
    page = manager.post("/reglages/configuration", data={"file": (io.BytesIO(content), "c.json")})
    assert page.status_code == 422
    assert sentence in page.text


def test_a_trade_is_added_later(manager: Browser):
    a_questionnaire()
    manager.post("/reglages/configuration/metier", trade="pool")
    assert db.session.scalar(db.select(Family.id).where(Family.name == "Piscine"))
    assert manager.post("/reglages/configuration/metier", trade="zoo").status_code == 422


@pytest.mark.parametrize(
    "url",
    [
        SLIP,
        "/reglages/logo",
        "/reglages/configuration",
        "/reglages/configuration/export",
        "/reglages/dossiers",
        "/reglages/etats",
    ],
)
@pytest.mark.parametrize("who", ["accueil", "technicien", "client"])
def test_only_the_manager_changes_settings(cast: Cast, browser: Browser, who, url):
    assert browser.as_(who).get(url).status_code == 403
