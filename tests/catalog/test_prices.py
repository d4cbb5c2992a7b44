"""The price that rules and the one that follows, dated VAT, history of prices."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog import jobs, queries, services
from app.catalog.models import Article
from app.catalog.services.prices import both
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from tests.factories.catalog import a_vat_rate, an_article, vat_rates
from tests.factories.contacts import a_contact

pytestmark = [pytest.mark.row("C11"), pytest.mark.usefixtures("app")]


def fresh(article: Article) -> Article:
    db.session.rollback()
    return db.session.get_one(Article, article.id)


def test_the_price_typed_without_tax_rules_and_the_other_follows() -> None:
    assert an_article(price=10_000).price_gross == 12_000


def test_the_price_typed_with_tax_rules_and_stays_round() -> None:
    article = an_article(price_gross=1990, gross_rules=True, vat_code="reduced")
    assert (article.price, article.price_gross) == (1886, 1990)


@given(gross=st.integers(0, 99_999_99), rate=st.sampled_from((0, 210, 550, 850, 1000, 2000)))
@settings(max_examples=60)
def test_a_price_with_tax_is_never_changed_by_the_one_that_follows(gross: int, rate: int) -> None:
    net, kept = both(gross, rate, gross_rules=True)
    assert kept == gross
    assert 0 <= net <= gross


def test_every_change_of_price_or_cost_leaves_its_row() -> None:
    article = an_article(price=10_000, cost=6_000)
    with transaction():
        services.change_article(fresh(article), price=11_000)
    with transaction():
        services.change_article(fresh(article), cost=6_500, source="Réception BC-12")
    with transaction():
        services.change_article(fresh(article), label="Pompe de filtration")
    last, first = queries.price_changes(article.id)
    assert (first.price_before, first.price_after, first.cost_after) == (10_000, 11_000, 6_000)
    assert (last.cost_before, last.cost_after, last.source) == (6_000, 6_500, "Réception BC-12")


def test_a_new_rate_ends_the_former_one_and_prices_with_tax_that_rule_stay() -> None:
    rate = a_vat_rate(rate=850)
    by_net = an_article(price=10_000, vat_code=rate.code)
    by_gross = an_article(price_gross=10_850, gross_rules=True, vat_code=rate.code)
    with transaction():
        services.add_rate(services.RateWords("Taux d'essai"), code=rate.code, rate=900, valid_from=clock.today())
    assert queries.rate_on(rate.code, clock.today()).rate == 900
    assert queries.rate_on(rate.code, clock.today() - timedelta(days=1)).rate == 850
    assert fresh(by_net).price_gross == 10_900
    assert (fresh(by_gross).price, fresh(by_gross).price_gross) == (9954, 10_850)
    assert queries.price_changes(by_gross.id)[0].source == "Changement de TVA"


def test_a_rate_to_come_changes_prices_the_day_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    rate = a_vat_rate(rate=850)
    article = an_article(price=10_000, vat_code=rate.code)
    begins = clock.today() + timedelta(days=3)
    with transaction():
        services.add_rate(services.RateWords("À venir"), code=rate.code, rate=900, valid_from=begins)
    jobs.follow_rates()
    assert fresh(article).price_gross == 10_850
    monkeypatch.setattr(clock, "today", lambda: begins)
    jobs.follow_rates()
    assert fresh(article).price_gross == 10_900


def test_a_rate_in_use_cannot_be_removed_and_the_sentence_says_where() -> None:
    rate = a_vat_rate()
    an_article(vat_code=rate.code)
    with pytest.raises(DomainError, match="1 article") as refusal, transaction():
        services.remove_rate(queries.rate_for(rate.id))
    assert "Donnez-leur une autre TVA" in refusal.value.message


def test_a_rate_that_nothing_uses_is_removed_and_the_former_one_goes_on() -> None:
    rate = a_vat_rate(rate=850)
    with transaction():
        coming = services.add_rate(
            services.RateWords("À venir"), code=rate.code, rate=900, valid_from=clock.today() + timedelta(days=30)
        )
    an_article(vat_code=rate.code)
    with transaction():
        services.remove_rate(queries.rate_for(coming.id))
    assert queries.rate_on(rate.code, clock.today() + timedelta(days=60)).rate == 850


def test_the_rates_of_the_law_are_loaded_once() -> None:
    vat_rates()
    vat_rates()
    rates = queries.all_rates()
    assert {"normal": 2000, "intermediate": 1000, "reduced": 550, "super": 210}.items() <= {
        row.code: row.rate for row in rates
    }.items()
    assert len({row.code for row in rates}) == len(rates)
    assert queries.rate_on("franchise", clock.today()).reason == "TVA non applicable, art. 293 B du CGI"
    with pytest.raises(DomainError, match="pas de taux"):
        queries.rate_on("normal", date(1950, 1, 1))


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"label": " "}, "label", "désignation"),
        ({"price": -1}, "price", "négatif"),
        ({"barcode": "3017620422004"}, "barcode", "3"),
        ({"vat_code": "inconnu"}, "vat_code", "inconnu"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_way_out(values: dict[str, object], field: str, said: str) -> None:
    with pytest.raises(DomainError, match=said) as refusal:
        an_article(**values)
    assert refusal.value.field == field


def test_a_reference_or_a_barcode_belongs_to_one_article() -> None:
    known = an_article(barcode="3017620422003")
    with pytest.raises(DomainError, match=known.label):
        an_article(reference=known.reference)
    with pytest.raises(DomainError, match=known.label):
        an_article(barcode="3017620422003")


def test_without_a_reference_the_next_one_is_given() -> None:
    first, second = an_article(reference=""), an_article(reference="")
    assert first.reference.startswith("ART-")
    assert first.reference != second.reference


def test_the_first_supplier_is_preferred_and_another_takes_its_place() -> None:
    article, one, two = an_article(cost=0), a_contact(name="Aquapièces"), a_contact(name="Bleu Pro")
    with transaction():
        services.set_supplier(fresh(article), one.id, reference="AQ-1", price=2600)
    with transaction():
        services.set_supplier(fresh(article), two.id, reference="BP-1", price=2400, preferred=True)
    rows = queries.suppliers_of(article.id)
    assert [(row.supplier, row.preferred) for row in rows] == [("Bleu Pro", True), ("Aquapièces", False)]
    assert fresh(article).cost == 2600
    with transaction():
        services.remove_supplier(fresh(article), rows[0].id)
    assert [(row.supplier, row.preferred) for row in queries.suppliers_of(article.id)] == [("Aquapièces", True)]


def test_nothing_contains_itself() -> None:
    inner, outer = an_article(kind="bundle"), an_article(kind="bundle")
    with transaction():
        services.set_parts(fresh(outer), [services.PartInput(inner.id)])
    for wrong in (outer, inner):
        with pytest.raises(DomainError, match="lui-même"), transaction():
            services.set_parts(
                fresh(inner), [services.PartInput(wrong.id)] if wrong is outer else [services.PartInput(inner.id)]
            )


def test_what_a_bundle_takes_from_the_stock_is_what_it_is_made_of() -> None:
    pump, sand = an_article(), an_article()
    labour = an_article(kind="service", stocked=False)
    filtration, pool = an_article(kind="bundle"), an_article(kind="bundle")
    with transaction():
        services.set_parts(
            fresh(filtration),
            [services.PartInput(pump.id), services.PartInput(sand.id, 4000), services.PartInput(labour.id)],
        )
    with transaction():
        services.set_parts(
            fresh(pool), [services.PartInput(filtration.id, 2000), services.PartInput(pump.id, optional=True)]
        )
    assert queries.components_of({pool.id: 1000}) == {pump.id: 2000, sand.id: 8000}
    assert queries.components_of({pump.id: 3000, pool.id: 1000}) == {pump.id: 5000, sand.id: 8000}
