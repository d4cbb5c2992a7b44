"""Pages of stock, as a person uses them: list, article, moves by hand, inventory by scan."""

import re

import pytest
from sqlalchemy import select

from app.core.db import db
from app.stock.models import StockCount, StockMove
from app.stock.queries import levels_of
from app.stock.states import CountState, MoveKind
from tests.cast import Cast
from tests.factories.stock import a_lot, a_place, a_reservation, a_stocked_article, some_stock
from tests.signing import Browser

pytestmark = [pytest.mark.row("C13"), pytest.mark.row("D9")]


def left(article_id: int) -> int:
    db.session.rollback()
    return levels_of([article_id])[article_id].quantity


def test_the_list_says_what_is_short(browser: Browser, cast: Cast) -> None:
    place = a_place("Magasin")
    plenty, short = a_stocked_article(label="Filtre à sable"), a_stocked_article(label="Joint torique", minimum=5000)
    some_stock(plenty, place, 9000)
    some_stock(short, place, 2000)
    technician = browser.as_("technicien")
    whole = technician.get("/stock").text
    assert "Filtre à sable" in whole
    assert "Sous le minimum" in whole
    few = technician.get("/stock?minimum=1").text
    assert "Joint torique" in few
    assert "Filtre à sable" not in few
    assert "Filtre" in technician.get("/stock?q=sable filtre").text
    assert "Aucun article ne répond" in technician.get("/stock?q=zzz").text


def test_a_move_by_hand_changes_the_level_once(browser: Browser, cast: Cast) -> None:
    article, place = a_stocked_article(), a_place()
    desk = browser.as_("accueil")
    form = {
        "kind": "opening", "article_id": str(article.id), "quantity": "12", "place_id": str(place.id), "form_key": "une-fois",
    }  # fmt: skip
    for _click in range(2):
        assert desk.post("/stock/mouvement", data=form).status_code == 303
    assert left(article.id) == 12_000
    some = desk.get(f"/stock/articles/{article.id}").text
    assert "Stock de départ" in some
    assert "+12" in some


def test_more_than_there_is_is_refused_and_nothing_typed_is_lost(browser: Browser, cast: Cast) -> None:
    article, place = a_stocked_article(label="Courroie"), a_place()
    some_stock(article, place, 1000)
    answer = browser.as_("accueil").post(
        "/stock/mouvement", kind="scrap", article_id=str(article.id), quantity="3", place_id=str(place.id),
        note="Tombées dans l'eau", form_key="k",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "il en reste 1" in answer.text.replace("\u00a0", " ")
    assert "Tombées dans l&#39;eau" in answer.text or "Tombées dans l'eau" in answer.text
    assert left(article.id) == 1000


@pytest.mark.parametrize("typed", ["-3", "0", "beaucoup", "99999999999"])
@pytest.mark.parametrize("kind", ["scrap", "opening", "transfer"])
def test_a_quantity_that_makes_no_sense_moves_nothing_and_stays_typed(
    browser: Browser, cast: Cast, typed: str, kind: str
) -> None:
    article, place, van = a_stocked_article(label="Courroie"), a_place(), a_place("Camionnette")
    some_stock(article, place, 1000)
    answer = browser.as_("accueil").post(
        "/stock/mouvement", kind=kind, article_id=str(article.id), quantity=typed, place_id=str(place.id), to_id=str(van.id),
        note="Inventaire du soir", form_key="k",
    )  # fmt: skip
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert "Inventaire du soir" in answer.text
    assert left(article.id) == 1000


def test_a_count_below_zero_is_refused(browser: Browser, cast: Cast) -> None:
    article, place = a_stocked_article(label="Courroie", reference="CRR-1"), a_place()
    some_stock(article, place, 2000)
    desk = browser.as_("gerant")
    url = desk.post("/stock/inventaire", place_id=str(place.id)).headers["Location"]
    desk.post(f"{url}/scan", code="CRR-1", quantity="1")
    answer = desk.post(f"{url}/scan", code="CRR-1", quantity="-2")
    assert answer.status_code == 422
    assert "moins que zéro" in answer.text
    assert left(article.id) == 2000


def test_an_article_followed_by_lot_wants_its_lot(browser: Browser, cast: Cast) -> None:
    article, place = a_stocked_article(traced=True), a_place()
    desk = browser.as_("accueil")
    form = {"kind": "opening", "article_id": str(article.id), "quantity": "1", "place_id": str(place.id)}
    assert "saisissez son lot" in desk.post("/stock/mouvement", data=form).text
    assert desk.post("/stock/mouvement", data={**form, "lot": "SN-7788", "origin": "used"}).status_code == 303
    page = desk.get(f"/stock/articles/{article.id}").text
    assert "SN-7788" in page
    assert "D’occasion" in page


def test_an_inventory_by_scan_moves_the_differences_alone(browser: Browser, cast: Cast) -> None:
    place = a_place("Camionnette")
    short, right, gone = (
        a_stocked_article(barcode=code) for code in ("3017620422003", "3229820129488", "3274080005003")
    )
    for article, there in ((short, 5000), (right, 2000), (gone, 1000)):
        some_stock(article, place, there)
    technician = browser.as_("technicien")
    answer = technician.post("/stock/inventaire", place_id=str(place.id))
    url = answer.headers["Location"]
    for _scan in range(2):
        technician.post(f"{url}/scan", code=right.barcode, htmx=True)
    technician.post(f"{url}/scan", code=short.reference, quantity="3")
    unknown = technician.post(f"{url}/scan", code="9999999999999", htmx=True)
    assert unknown.status_code == 422
    assert "9999999999999" in unknown.text
    page = technician.get(url).text
    assert "attendu 5" in page.replace("\u00a0", " ")
    assert left(short.id) == 5000
    assert technician.post(f"{url}/validation", missing_is_zero="1").status_code == 303
    assert [left(article.id) for article in (short, right, gone)] == [3000, 2000, 0]
    moved = db.session.scalars(select(StockMove.quantity).where(StockMove.kind == MoveKind.COUNT)).all()
    assert sorted(moved) == [-2000, -1000]
    assert technician.post(f"{url}/scan", code=right.barcode).status_code == 422
    assert re.search(r"déjà terminé", technician.post(f"{url}/validation").text)


def test_a_count_is_corrected_and_may_be_abandoned(browser: Browser, cast: Cast) -> None:
    place, article = a_place(), a_stocked_article()
    some_stock(article, place, 4000)
    technician = browser.as_("technicien")
    url = technician.post("/stock/inventaire", place_id=str(place.id)).headers["Location"]
    technician.post(f"{url}/scan", code=article.reference, quantity="40")
    assert technician.post(f"{url}/articles/{article.id}", quantity="4", lot_id="0").status_code == 303
    assert "Juste" in technician.get(url).text
    assert "déjà un inventaire" in technician.post("/stock/inventaire", place_id=str(place.id)).text
    technician.post(f"{url}/abandon")
    assert db.session.scalars(select(StockCount.state)).one() == CountState.ABANDONED
    assert left(article.id) == 4000


def test_stock_is_not_the_clients(browser: Browser, cast: Cast) -> None:
    article = a_stocked_article()
    a_lot(article)
    a_reservation(article)
    client = browser.as_("client")
    for url in ("/stock", f"/stock/articles/{article.id}", "/stock/mouvements", "/stock/inventaire"):
        assert client.get(url).status_code in (403, 404)
    assert browser.as_("compta").post("/stock/mouvement").status_code == 403
