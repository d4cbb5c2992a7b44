"""Every mapped class has its screen, and every screen answers the manager, in French."""

import re

import pytest

from app.admin.queries.entities import TECHNICAL, Entity, entities
from app.admin.states import Kind
from app.core.db import Base
from tests.admin.conftest import first_id
from tests.signing import Browser

pytestmark = [pytest.mark.row("F1"), pytest.mark.usefixtures("app")]  # which imports every model

# What Flask-Admin and WTForms say when nobody translates them.
ENGLISH = re.compile(
    r"\b(Create|Delete|Save|Cancel|Search|Filter|Record|Records|Submit|Remove|Home|Yes|No|Apply|Reset|equals|contains|"
    r"required|invalid|Invalid|Not a valid|This field|Failed|successfully|items|Please|Select|Empty|None|True|False|"
    r"Integrity|error|Traceback|sqlite|psycopg|SELECT|INSERT)\b"
)


def words_of(html: str) -> str:
    """The text a person reads: tags, scripts and attributes nobody sees taken away."""
    shown = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    attributes = " ".join(re.findall(r'(?:placeholder|title|aria-label|alt)="([^"]*)"', shown))
    return re.sub(r"<[^>]+>", " ", shown) + " " + attributes


def pages_of(entity: Entity) -> list[str]:
    """Every address of a screen that is read."""
    key = first_id(entity)
    found = ["", f"details/?id={key}", "filter/"]
    if entity.writable:
        found.append(f"edit/?id={key}")
    if entity.writable and entity.creatable:
        found += ["new/", f"new/?from={key}"]
    return [entity.path + address for address in found]


def test_every_mapped_class_has_a_screen_but_for_the_technical_ones():
    mapped = {mapper.class_.__tablename__ for mapper in Base.registry.mappers}
    assert {entity.table for entity in entities()} == mapped - TECHNICAL


def test_no_two_screens_share_an_address():
    paths = [entity.path for entity in entities()]
    assert len(set(paths)) == len(paths)


def test_no_secret_ever_becomes_a_column():
    for entity in entities():
        for key in entity.all_columns:
            assert not re.search(r"hash|sealed|secret|nonce|token|totp_step|recovery|_key$", key), (entity.table, key)


def test_the_front_page_leads_to_every_screen(camille: Browser):
    page = camille.get("/admin/")
    assert page.status_code == 200
    for entity in entities():
        assert f'href="{entity.path}"' in page.text


def test_every_page_of_every_screen_answers_in_french(camille: Browser):
    for entity in entities():
        for address in pages_of(entity):
            page = camille.get(address)
            assert page.status_code == 200, (address, page.text[:300])
            found = ENGLISH.search(words_of(page.text).replace("Home Assistant", ""))
            assert not found, (address, found)
            assert "/static/admin/" not in page.text


def test_every_filter_column_of_every_screen_has_its_controls(camille: Browser):
    for entity in entities():
        for key, column in entity.all_columns.items():
            page = camille.get(f"{entity.path}filter/?col={key}", htmx=True)
            assert page.status_code == 200, (entity.table, key)
            assert not ENGLISH.search(words_of(page.text)), (entity.table, key, column.label)


def test_an_empty_form_says_what_is_missing_in_french(camille: Browser):
    for entity in entities():
        if not (entity.writable and entity.creatable):
            continue
        answer = camille.post(f"{entity.path}new/")
        assert answer.status_code == 422, entity.table
        assert "à corriger" in answer.text, entity.table
        assert not ENGLISH.search(words_of(answer.text)), entity.table


def test_a_form_full_of_nonsense_is_refused_in_french(camille: Browser):
    for entity in entities():
        kinds = {entity.all_columns[key].kind for key in entity.editable}
        if not (entity.writable and entity.creatable) or kinds <= {Kind.TEXT, Kind.LONG}:
            continue
        answer = camille.post(f"{entity.path}new/", **dict.fromkeys(entity.editable, "zz\x00'\"<i>"))
        assert answer.status_code == 422, entity.table
        assert not ENGLISH.search(words_of(answer.text)), entity.table
        assert "<i>" not in answer.text.split('id="fiche"')[1].split("</form>")[0]


def test_every_screen_exports_in_both_formats(camille: Browser):
    for entity in entities():
        for kind in ("csv", "xlsx"):
            answer = camille.get(f"{entity.path}export/{kind}/")
            assert answer.status_code == 200, (entity.table, kind)
            assert f".{kind}" in answer.headers["Content-Disposition"]
        assert camille.get(f"{entity.path}export/html/").status_code == 404


def test_an_unknown_record_does_not_exist(camille: Browser):
    for entity in entities():
        assert camille.get(f"{entity.path}details/?id=999999").status_code == 404
        assert camille.get(f"{entity.path}details/?id=1%20or%201").status_code == 404
        if entity.writable:
            assert camille.get(f"{entity.path}edit/").status_code == 404


def test_none_of_the_shipped_files_is_served(camille: Browser):
    assert camille.get("/admin/static/admin/js/helpers.js").status_code == 404
