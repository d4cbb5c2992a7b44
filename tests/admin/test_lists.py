"""Lists: filters, search, order, columns, pages, saved views, exports, within a few queries."""

import csv
import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from app.admin.queries.entities import Entity
from app.assets.models import Asset, Family
from app.assets.services import add_asset
from app.contacts.services import add_contact
from app.core.db import db, transaction
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.signing import Browser

pytestmark = pytest.mark.row("F1")


def rows(page) -> int:
    """How many lines the list shows."""
    return page.text.count("<tr data-id=")


@pytest.fixture
def many(workshop: Cast) -> int:
    """Sixty assets more."""
    with transaction():
        family = db.session.query(Family).one().id
        for number in range(60):
            add_asset(label=f"Alto {number:02d}", family_id=family, owner_id=workshop.dan.id, value=number * 100)
    return 60


def test_filters_are_chips_that_can_be_taken_away(camille: Browser, workshop: Cast):
    page = camille.get("/admin/contacts/?flt0_name.like=karim")
    assert rows(page) == 1
    assert "Nom contient « karim »" in page.text.replace("\u00a0", " ")
    assert rows(camille.get("/admin/contacts/?flt0_name.notlike=karim&flt1_notify_sms.is=1")) >= 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("flt0_value.gt=700", 1), ("flt0_value.lt=700", 0), ("flt0_value.eq=760,00", 1), ("flt0_bought_on.from=2019-09-04", 1),
        ("flt0_bought_on.to=2019-09-03", 0), ("flt0_state.in=in_use", 1), ("flt0_state.notin=in_use", 0), ("flt0_ours.is=0", 1),
        ("flt0_warranty_until.empty=1", 1), ("flt0_created_at.from=2020-01-01", 1), ("flt0_shelf.empty=0", 0), ("search=LM-88 vidal", 0),
        ("search=lema%C3%AEtre 1127", 1), ("search=benyahia", 1), ("search=100%25", 0),
    ],
)  # fmt: skip
def test_each_kind_of_filter_keeps_what_it_says(camille: Browser, query: str, found: int):
    page = camille.get(f"/admin/biens/?{query}")
    assert page.status_code == 200
    assert rows(page) == found


@pytest.mark.parametrize(
    "query",
    [
        "flt0_state.in=nowhere",
        "flt0_value.gt=abc",
        "flt0_bought_on.from=31/02/2027",
        "flt0_family_id.is=x",
        "flt0_ours.is=2",
    ],
)
def test_a_filter_that_cannot_be_read_is_taken_away_with_a_word(camille: Browser, query: str):
    page = camille.get(f"/admin/biens/?{query}")
    assert page.status_code == 200
    assert "ne se lit pas" in page.text
    assert rows(page) == 1


def test_the_filter_dialogue_builds_the_address(camille: Browser):
    answer = camille.get("/admin/biens/filter/?etat=search%3Dvio&col=state&op=in&value=in_use&value=lost", follow=False)
    assert answer.status_code == 303
    assert "flt0_state.in=in_use%2Clost" in answer.headers["Location"]
    assert "search=vio" in answer.headers["Location"]


def test_headers_sort_and_say_so(camille: Browser, many: int):
    page = camille.get("/admin/biens/?sort=value&desc=1")
    assert 'aria-sort="descending"' in page.text
    first = page.text.split("<tr data-id=")[1]
    assert "760,00" in first


def test_pages_follow_each_other(camille: Browser, many: int):
    first, last = camille.get("/admin/biens/?page_size=25"), camille.get("/admin/biens/?page_size=25&page=2")
    assert (rows(first), rows(last)) == (25, 11)
    assert "1 à 25 sur 61" in first.text.replace("\u00a0", " ")


def test_the_columns_chosen_are_the_columns_shown(camille: Browser):
    answer = camille.get("/admin/biens/columns/?etat=sort%3Dvalue&cols=label&cols=shelf")
    heads = answer.text.split("<thead>")[1].split("</thead>")[0]
    assert "Désignation" in heads
    assert "Emplacement" in heads
    assert "Propriétaire" not in heads


def test_htmx_gets_the_region_alone(camille: Browser):
    part = camille.get("/admin/biens/?search=violon", htmx=True)
    assert "<html" not in part.text
    assert rows(part) == 1
    assert "search=violon" in part.text.split('id="exporter"')[1]


def test_a_list_of_fifty_rows_takes_few_queries(camille: Browser, many: int, queries: list[str]):
    camille.get("/admin/biens/?page_size=50")
    queries.clear()
    page = camille.get("/admin/biens/?page_size=50")
    assert rows(page) == 50
    assert len(queries) <= 12, queries


def test_the_number_of_queries_does_not_follow_the_number_of_rows(camille: Browser, many: int, queries: list[str]):
    camille.get("/admin/biens/")
    queries.clear()
    camille.get("/admin/biens/?search=LM-88")
    few = len(queries)
    queries.clear()
    camille.get("/admin/biens/?page_size=100")
    assert len(queries) <= few + 1


# --- saved views ---


def test_a_view_keeps_filters_under_a_name_and_shows_its_count(camille: Browser, workshop: Cast):
    answer = camille.post("/admin/contacts/vue/", name="Les Karim", etat="flt0_name.like=karim&sort=name")
    assert answer.status_code == 303
    page = camille.get(answer.headers["Location"])
    tab = page.text.split('aria-current="page">Les Karim')[1].split("</a>")[0]
    assert ">1<" in tab
    assert rows(page) == 1


def test_a_private_view_is_seen_by_its_owner_alone_and_a_shared_one_by_all(browser: Browser, workshop: Cast):
    manager = browser.as_("gerant")
    manager.post("/admin/contacts/vue/", name="À moi", etat="search=a")
    manager.post("/admin/contacts/vue/", name="À tous", etat="search=b", shared="1")
    desk = browser.as_("accueil").get("/admin/contacts/")
    assert desk.status_code == 200
    assert "À tous" in desk.text
    assert "À moi" not in desk.text


def test_somebody_elses_view_cannot_be_dropped(browser: Browser, workshop: Cast):
    manager = browser.as_("gerant")
    kept = manager.post("/admin/contacts/vue/", name="À tous", etat="search=b", shared="1")
    number = kept.headers["Location"].rsplit("vue=", 1)[1]
    browser.as_("accueil").post("/admin/contacts/vue/oublier/", id=number)
    assert "À tous" in browser.as_("gerant").get("/admin/contacts/").text
    browser.post("/admin/contacts/vue/oublier/", id=number)
    assert "À tous" not in browser.get("/admin/contacts/").text


# --- exports ---


def test_the_csv_has_the_filters_and_columns_of_the_screen(camille: Browser, many: int):
    answer = camille.get(
        "/admin/biens/export/csv/?flt0_label.like=violon&cols=label&cols=value&cols=bought_on&cols=owner_id"
    )
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert lines == [
        ["Désignation", "Propriétaire", "Date d’achat", "Valeur"],
        ["Violon 4/4 Lemaître", "Karim Benyahia", "04/09/2019", "760,00"],
    ]


def test_the_workbook_has_real_amounts_and_dates(camille: Browser):
    answer = camille.get("/admin/biens/export/xlsx/?cols=label&cols=value&cols=bought_on")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert [cell.value for cell in sheet[1]] == ["Désignation", "Date d’achat", "Valeur"]
    assert sheet["C2"].value == 760
    assert sheet["B2"].value.year == 2019


@pytest.mark.parametrize("attack", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1+1"])
def test_nothing_exported_can_run_in_a_spreadsheet(camille: Browser, attack: str):
    with transaction() as session:
        contact = add_contact(name="Piège")
        contact.name = attack
        session.flush()
    text = camille.get("/admin/contacts/export/csv/?cols=name").data.decode("utf-8-sig")
    assert all(
        cell[0].startswith("'") or cell[0].lstrip()[0] not in "=+-@"
        for cell in csv.reader(io.StringIO(text), delimiter=";")
    )
    sheet = load_workbook(io.BytesIO(camille.get("/admin/contacts/export/xlsx/?cols=name").data)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert any(cell.value == f"'{attack}" for row in sheet.iter_rows() for cell in row)


def test_the_chosen_rows_alone_are_exported(camille: Browser, workshop: Cast):
    answer = camille.post(
        "/admin/contacts/action/", data={"action": "csv", "rowid": workshop.dan.id, "url": "/admin/contacts/?cols=name"}
    )
    assert answer.data.decode("utf-8-sig").splitlines() == ["Nom", "Dan Lestrange"]


# --- typeahead ---


def test_the_typeahead_proposes_what_matches_and_nothing_archived(
    camille: Browser, workshop: Cast, screen: Callable[[str], Entity]
):
    path = screen("asset").path
    assert "Karim Benyahia" in camille.get(f"{path}ajax/lookup/?name=owner_id&q=kar", htmx=True).text
    camille.post("/admin/contacts/action/", action="archive", rowid=workshop.karim.id, confirmed="1")
    assert "Karim Benyahia" not in camille.get(f"{path}ajax/lookup/?name=owner_id&q=kar", htmx=True).text


def test_the_typeahead_never_lists_everyone(camille: Browser):
    for _number in range(30):
        a_contact()
    answer = camille.get("/admin/biens/ajax/lookup/?name=owner_id&q=client", htmx=True)
    assert answer.text.count('role="option"') == 10


@pytest.mark.parametrize("name", ["label", "password_hash", "nothing", ""])
def test_the_typeahead_answers_for_relations_alone(camille: Browser, name: str):
    assert camille.get(f"/admin/biens/ajax/lookup/?name={name}&q=a").status_code == 404


def test_the_form_of_an_asset_never_lists_its_possible_owners(camille: Browser, workshop: Cast, session):
    key = session.query(Asset.id).scalar()
    session.rollback()
    assert "Dan Lestrange" not in camille.get(f"/admin/biens/edit/?id={key}").text
