"""The catalogue of the demonstration."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.catalog import queries
from app.catalog.models import Article, ArticleFamily, ArticlePart, ArticleSupplier
from app.catalog.services import ean_fault, load_vat_rates
from app.core.db import db, transaction
from app.demo import wares
from app.demo.catalogue import profile
from app.demo.services import load


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_it_has_articles_families_suppliers_and_what_they_are_made_of(app: Flask) -> None:
    load(scale=0.1, seed=3)
    assert count(Article) >= 60
    assert db.session.scalar(select(func.count(func.distinct(Article.family_id)))) == 14
    assert count(ArticleFamily) > 12
    assert count(ArticleSupplier) > 40
    assert count(ArticlePart) > 20
    barcodes = list(db.session.scalars(select(Article.barcode).where(Article.barcode != "")))
    assert len(set(barcodes)) == len(barcodes)
    assert not [code for code in barcodes if ean_fault(code)]
    pool = queries.find_articles("POOL-M84")[0]
    taken = {
        db.session.get_one(Article, part).reference: quantity
        for part, quantity in queries.components_of({pool.id: 1000}).items()
    }
    assert taken["FLT-S25"] == 4000
    assert "BAS-ROB" not in taken


@pytest.mark.row("C16")
def test_the_catalogue_grows_with_the_scale_up_to_6500(app: Flask) -> None:
    with transaction():
        load_vat_rates()
    with transaction():
        assert wares.write(profile("all"), 20.2, 1) == 6500
    assert queries.find_articles("VIS-0311")
