"""Articles out and in again."""

import pytest

from app.catalog import queries
from app.catalog.models import Article
from app.core.db import db
from tests.cast import Cast
from tests.exchange.conftest import Importer, csv_of, notes_of
from tests.factories.catalog import an_article, an_article_family, vat_rates
from tests.signing import Browser

pytestmark = [pytest.mark.row("C11"), pytest.mark.row("F4")]


def test_what_goes_out_comes_back_and_changes_nothing(cast: Cast, browser: Browser, bring_in: Importer) -> None:
    root = an_article_family(name="Filtration")
    an_article(family_id=an_article_family(name="Pompes", parent_id=root.id).id, minimum=2500)
    an_article(price_gross=1990, gross_rules=True, kind="service")
    answer = browser.as_("gerant").get("/export/articles.csv")
    assert "Filtration > Pompes" in answer.text
    run = bring_in(answer.data, "articles")
    assert (run.added, run.refused, run.unchanged) == (0, 0, 2)


def test_an_old_catalogue_comes_in_with_its_families_suppliers_and_vat(cast: Cast, bring_in: Importer) -> None:
    vat_rates()
    run = bring_in(
        csv_of(
            [
                ("Code article", "Libellé", "Rayon", "PV HT", "Taux TVA", "Prix achat HT", "EAN", "Fournisseur", "Réf fournisseur"),
                ("PMP-1", "Pompe Ondine", "Filtration > Pompes", "499,00", "20", "310", "3017620422003", "Aquapièces", "AQ-1"),
                ("PMP-2", "Pompe Cigale", "Filtration > Pompes", "399,00", "5,5 %", "", "3017620422004", "Aquapièces", "AQ-2"),
                ("", "Sel 25 kg", "Produits", "9,90", "20", "", "", "", ""),
                ("PMP-1", "Encore elle", "", "1", "20", "", "", "", ""),
                ("PMP-3", "", "", "1", "20", "", "", "", ""),
            ],
            separator=";",
        ),
        "articles",
        keep_good=True,
    )  # fmt: skip
    assert (run.added, run.unchanged, run.refused) == (3, 1, 1)
    pump = queries.find_articles("AQ-1")[0]
    assert (pump.reference, pump.price, pump.price_gross, pump.cost, pump.family) == (
        "PMP-1",
        49_900,
        59_880,
        31_000,
        "Pompes",
    )
    cigale = db.session.get_one(Article, queries.find_articles("cigale")[0].id)
    assert (cigale.vat_code, cigale.barcode) == ("reduced", "")
    assert "3017620422004" in cigale.description
    assert queries.find_articles("sel 25")[0].reference.startswith("ART-")
    assert [note.refused for note in notes_of(run)].count(True) == 1
    assert [row.supplier for row in queries.suppliers_of(cigale.id)] == ["Aquapièces"]


def test_a_file_of_articles_is_recognised_by_its_titles(cast: Cast, bring_in: Importer) -> None:
    vat_rates()
    assert (
        bring_in("Référence;Désignation;Prix HT;TVA;Prix d'achat HT\nA1;Joint;2,00;20;1\n".encode()).kind == "articles"
    )
