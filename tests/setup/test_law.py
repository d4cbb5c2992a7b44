"""Amounts of the law: each in force from a day on; whoever uses one takes that of the day of his document."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from app.catalog.states import ArticleKind
from app.core import clock
from app.core.db import transaction
from app.core.law import legal, old_amounts, put_value
from app.core.settings import change_setting
from app.sales.services.documents.terms import due_date
from app.sales.services.facturx import shape
from app.till.services import receipts
from tests.cast import Cast
from tests.factories.catalog import an_article
from tests.factories.sales import a_business, an_issued_invoice
from tests.factories.till import a_line, a_sale, an_open_till
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")
PAGE = "/reglages/montants-legaux"


def words(html: str) -> str:
    return " ".join(re.sub("[\u202f\xa0]", " ", re.sub(r"<[^>]+>", " ", html)).replace("’", "'").split())


def test_a_value_holds_from_its_day_until_the_next(cast: Cast) -> None:
    with transaction():
        put_value("till.note_from", date(2027, 3, 1), 3_000, "Un arrêté de 2027")
    assert legal("till.note_from", date(2027, 2, 28)) == 2_500
    assert legal("till.note_from", date(2027, 3, 1)) == 3_000
    assert legal("till.note_from", date(1990, 1, 1)) == 2_500  # before all that is known: the first


def test_a_new_value_is_written_on_the_page_and_shown_as_coming(cast: Cast, browser: Browser) -> None:
    boss = browser.as_("gerant")
    given = {"since": "01/01/2028", "value": "45,50", "source": "Décret de 2027"}
    answer = boss.post(f"{PAGE}/sales.recovery", data=given, follow=True)
    assert "45,50 €" in words(answer.text)
    assert "À venir" in words(answer.text)
    assert "45,50 € à partir du 01/01/2028" in words(boss.get(PAGE).text)
    assert legal("sales.recovery", date(2027, 12, 31)) == 4_000
    assert legal("sales.recovery", date(2028, 1, 1)) == 4_550


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"since": "", "value": "45", "source": "Décret"}, "à partir de quel jour"),
        ({"since": "01/01/2028", "value": "quarante", "source": "Décret"}, "ne se lit pas comme un nombre"),
        ({"since": "01/01/2028", "value": "-3", "source": "Décret"}, "hors de ce qui se peut"),
        ({"since": "01/01/2028", "value": "45", "source": ""}, "d'où vient cette valeur"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_value_is_refused_with_what_was_typed(
    cast: Cast, browser: Browser, given: dict[str, str], says: str
) -> None:
    answer = browser.as_("gerant").post(f"{PAGE}/sales.recovery", data=given)
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert all(f'value="{value}"' in answer.text for name, value in given.items() if value and name != "since")
    assert legal("sales.recovery", date(2028, 1, 1)) == 4_000


def test_an_old_value_is_told_until_somebody_says_it_still_holds(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, tzinfo=UTC))
    boss = browser.as_("gerant")
    assert "sales.refinancing" in {amount.key for amount in old_amounts()}
    assert "valeurs sont à vérifier" in words(boss.get("/tableau-de-bord").text)
    assert "n'a pas été vérifiée depuis" in words(boss.get(f"{PAGE}/sales.refinancing").text)
    for amount in old_amounts():
        boss.post(f"{PAGE}/{amount.key}/verification")
    assert old_amounts() == []
    assert "sont à vérifier" not in words(boss.get("/tableau-de-bord").text)
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 6, 22, 10, tzinfo=UTC))
    assert {amount.key for amount in old_amounts()} == {"sales.refinancing", "sales.legal_rate"}


def test_a_value_typed_by_mistake_is_taken_back(cast: Cast, browser: Browser) -> None:
    boss = browser.as_("gerant")
    boss.post(f"{PAGE}/till.cash_limit", data={"since": "01/01/2026", "value": "10", "source": "Erreur"})
    assert legal("till.cash_limit", date(2026, 6, 1)) == 1_000
    found = re.search(rf"{PAGE}/valeur/\d+/retrait", boss.get(f"{PAGE}/till.cash_limit").text)
    assert found
    boss.post(found.group())
    assert legal("till.cash_limit", date(2026, 6, 1)) == 100_000


def test_only_who_sets_the_house_sees_them(cast: Cast, browser: Browser) -> None:
    assert browser.as_("technicien").get(PAGE).status_code == 403
    assert browser.as_("gerant").get(f"{PAGE}/inconnu").status_code == 404


def test_an_invoice_bears_the_amounts_of_its_day(cast: Cast) -> None:
    with transaction():
        put_value("sales.recovery", clock.today() + timedelta(days=1), 5_000, "Décret")
    today, tomorrow = (shape.notes(clock.today() + timedelta(days=n), business=True)["PMT"] for n in (0, 1))
    assert "de 40,00" in today
    assert "de 50,00" in tomorrow
    late = words(shape.notes(date(2025, 3, 1), business=True)["PMD"])
    assert "taux annuel de 13,15 %" in late
    assert "majoré de 10 points" in late
    assert "12,15 %" in words(shape.notes(date(2025, 8, 1), business=True)["PMD"])


def test_an_issued_invoice_keeps_the_amounts_it_was_issued_with(cast: Cast) -> None:
    invoice = an_issued_invoice(contact=a_business())
    kept = invoice.content["notes"]["PMT"]
    with transaction():
        put_value("sales.recovery", clock.today(), 9_900, "Décret")
    assert shape.described(invoice)["notes"]["PMT"] == kept
    assert "40,00" in kept


def test_the_text_of_the_recovery_fee_names_no_amount_of_its_own(cast: Cast, browser: Browser) -> None:
    boss = browser.as_("gerant")
    refused = boss.post("/reglages/textes-legaux", data={"sales.note_pmt": "Indemnité de 40 €"})
    assert refused.status_code == 422
    assert "{indemnite}" in words(refused.text)


def test_the_delay_between_businesses_is_bounded_by_the_law_of_the_day(cast: Cast) -> None:
    with transaction():
        change_setting("sales.invoice_days_business", 60)
        put_value("sales.days_most", date(2027, 1, 1), 30, "Directive sur les retards de paiement")
    assert due_date(date(2026, 12, 1), business=True) == date(2027, 1, 30)
    assert due_date(date(2027, 1, 1), business=True) == date(2027, 1, 31)


def test_the_note_of_a_service_follows_the_law_of_its_day(cast: Cast) -> None:
    service = an_article(label="Réglage", kind=ArticleKind.SERVICE, stocked=False)
    sale = a_sale(an_open_till(), a_line(label="Réglage", price=2_600, article_id=service.id))
    assert receipts.needs_note(sale)
    with transaction():
        put_value("till.note_from", clock.today() + timedelta(days=1), 3_000, "Arrêté")
    assert receipts.needs_note(sale)
    with transaction():
        put_value("till.note_from", clock.today(), 3_000, "Arrêté")
    assert not receipts.needs_note(sale)
