"""What people type, paste or forge is read, or refused with a sentence; it never breaks a page nor leads away."""

import io

import pytest

from app.core.fields import chosen_id
from app.core.money import BadAmount, parse_cents, parse_decimal
from app.core.web import local_url
from tests.cast import Cast
from tests.factories.tickets import a_ticket
from tests.signing import PASSWORD, Browser


@pytest.mark.parametrize(
    "text", ["1 234,5 €", "1\u00a0234,5\u00a0€", "1\u202f234,5\u202f€", "1.234,50", "1234.5", "+1234,5"]
)
def test_an_amount_is_read_with_any_space(text: str) -> None:
    assert parse_cents(text) == 123_450


@pytest.mark.parametrize(
    "text", ["1E999990", "1e3", "NaN", "-Infinity", "1_000", "٣", "²", "1,2,3", "9" * 40, "--1", "."]
)
def test_what_is_no_amount_is_refused_at_once(text: str) -> None:
    with pytest.raises(BadAmount):
        parse_decimal(text, 2)


@pytest.mark.parametrize("text", ["", None, "²", "٣", "-1", "1.0", "9" * 5000, "abc"])
def test_what_names_no_record_is_none(text: str | None) -> None:
    assert chosen_id(text) is None


@pytest.mark.parametrize(
    "address", ["//ailleurs.example", "/\\ailleurs.example", "/\t/ailleurs.example", "/\n/ailleurs", "https://ailleurs.example", "\\\\x"]
)  # fmt: skip
def test_signing_in_never_leads_away(cast: Cast, browser: Browser, address: str) -> None:
    assert local_url(address, "/") == "/"
    browser.get("/connexion")
    answer = browser.post("/connexion", email="accueil@demo.example", password=PASSWORD, next=address)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def test_a_line_break_in_filters_does_not_break_the_answer(cast: Cast, browser: Browser) -> None:
    answer = browser.as_("accueil").post("/dossiers/vues", name="Les miens", query="q=a\r\nSet-Cookie: x=y")
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers or "x=y" not in answer.headers["Set-Cookie"]
    assert answer.headers["Location"].startswith("/dossiers?q=aSet-Cookie")


def test_a_file_in_the_place_of_a_text_is_no_text(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket()
    answer = browser.as_("technicien").post(
        f"/dossiers/{ticket.number}/retards", data={"promised_on": (io.BytesIO(b"x"), "../../x.jpg")}
    )
    assert answer.status_code in (303, 422)


def test_json_is_no_form(cast: Cast, browser: Browser) -> None:
    ticket, someone = a_ticket(), browser.as_("technicien")
    someone.get("/profil")
    headers = {"X-CSRFToken": someone.token}
    answer = someone.client.post(f"/dossiers/{ticket.number}/retards", json=[1], headers=headers)
    assert answer.status_code in (303, 422)


def test_a_price_below_zero_is_refused_where_it_means_nothing(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket()
    answer = browser.as_("technicien").post(f"/dossiers/{ticket.number}/correction", ceiling="-5")
    assert answer.status_code == 422
    assert "Ce montant ne peut pas être négatif" in answer.text
    assert 'value="-5"' in answer.text


def test_a_digit_that_is_no_number_names_nobody(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket()
    answer = browser.as_("gerant").post(f"/dossiers/{ticket.number}/attribution", assignee_id="²")
    assert answer.status_code < 500


def test_a_contact_of_no_kind_has_no_duplicates(cast: Cast, browser: Browser) -> None:
    assert browser.as_("accueil").post("/contacts/doublons", kind="", last_name="Benyahia").status_code == 200


def test_a_record_that_is_not_there_is_said(cast: Cast, browser: Browser) -> None:
    answer = browser.as_("gerant").post("/messages/taches/nouvelle", label="Rappeler", contact_id="999999")
    assert answer.status_code in (409, 422)
