"""Every kind of document in every VAT case, held against the real rules: XSD, EN 16931, and BR-FR between businesses."""

import pytest

from app.accounts.states import VatRegime
from app.catalog.states import VatCategory
from app.core import clock
from app.sales.services.documents.lines import LineData
from app.sales.services.facturx import check, xml_of
from app.sales.services.facturx.rules import RulesBroken, broken_rules
from app.sales.services.facturx.sentences import sentence
from app.sales.states import DocumentKind, LineKind
from tests.factories.catalog import a_vat_rate
from tests.factories.sales_documents import LINES, a_company, a_person, a_sealed_document, a_seller, franchise

K = DocumentKind
PART = LineData("Pompe de vidange", 2000, 4250, reference="P-9")


@pytest.fixture(autouse=True)
def _seller(app):
    """Somebody who may invoice; a code for what is outside VAT is added by those who need one."""
    a_seller()
    a_vat_rate(
        code="outside", rate=0, category=VatCategory.OUTSIDE, reason="Hors du champ de la TVA", vatex="VATEX-EU-O"
    )


def coded(code: str, **more) -> LineData:
    return LineData("Pompe de vidange", 2000, 4250, code, reference="P-9", **more)


CASES = {
    "normal": LINES,
    "intermediate": (coded("intermediate"),),
    "reduced": (coded("reduced"),),
    "super": (coded("super"),),
    "all-rates": tuple(coded(code) for code in ("normal", "intermediate", "reduced", "super")),
    "zero": (coded("zero"),),
    "exempt": (coded("exempt"),),
    "mixed-exempt": (coded("exempt"), PART),
    "reverse": (coded("reverse"),),
    "outside": (coded("outside"),),
    "disbursement": (coded("disbursement"), PART),
    "discount": (coded("normal", discount=1250), coded("normal", discount=3333)),
    "negative": (PART, LineData("Reprise", -1000, 1000)),
    "free": (PART, LineData("Offert", 1000, 0)),
}


def document_of(kind, lines, contact=None):
    origin = a_sealed_document(K.INVOICE, lines, contact=contact) if kind == K.CREDIT else None
    return a_sealed_document(kind, lines, contact=contact, origin=origin)


@pytest.mark.row("D12")
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", [K.INVOICE, K.DEPOSIT, K.PROGRESS, K.CREDIT])
def test_every_kind_and_vat_case_obeys_the_rules_between_businesses(app, kind, case):
    document = document_of(kind, CASES[case], a_company())
    assert check(xml_of(document), business=True) == []


@pytest.mark.parametrize("case", sorted(set(CASES) - {"reverse"}))
def test_every_vat_case_obeys_the_rules_for_a_private_person(app, case):
    document = document_of(K.INVOICE, CASES[case], a_person())
    assert check(xml_of(document), business=False) == []


@pytest.mark.parametrize("kind", [K.INVOICE, K.DEPOSIT, K.CREDIT])
def test_a_seller_without_vat_obeys_the_rules(app, kind):
    franchise()
    assert check(xml_of(document_of(kind, LINES, a_company())), business=True) == []


def test_an_exempt_association_obeys_the_rules(app):
    a_seller(vat_number="", vat_regime=VatRegime.ASSOCIATION)
    assert check(xml_of(document_of(K.INVOICE, LINES, a_person())), business=False) == []


def test_an_association_without_a_siret_is_known_by_its_registration(app):
    a_seller(vat_number="", siret="", registration="W831001234", vat_regime=VatRegime.ASSOCIATION)
    assert check(xml_of(document_of(K.INVOICE, LINES, a_person())), business=False) == []


def test_a_private_person_cannot_pay_the_vat_himself(app):
    told = check(xml_of(document_of(K.INVOICE, CASES["reverse"], a_person())), business=False)
    assert told == ["L’autoliquidation demande le numéro de TVA du vendeur, et le SIRET ou le numéro de TVA du client."]


def test_a_final_invoice_names_its_deposits_and_deducts_them(app):
    company = a_company()
    deposit = a_sealed_document(K.DEPOSIT, (PART,), contact=company)
    final = a_sealed_document(K.INVOICE, (PART, PART), contact=company, deposits=[deposit])
    xml = xml_of(final)
    assert deposit.number.encode() in xml
    assert b"<ram:TotalPrepaidAmount>102.00" in xml
    assert b"<ram:DuePayableAmount>102.00" in xml
    assert check(xml, business=True) == []


def test_a_part_paid_by_a_third_party_leaves_the_tax_whole(app):
    document = a_sealed_document(K.INVOICE, contact=a_person(), thirds=[("Bonus Réparation Ecosystem", 2500)])
    xml = xml_of(document)
    assert b"<ram:GrandTotalAmount>143.00" in xml
    assert b"<ram:TotalPrepaidAmount>25.00" in xml
    assert b"<ram:DuePayableAmount>118.00" in xml
    assert check(xml, business=False) == []


def test_an_invoice_already_paid_says_so(app):
    document = a_sealed_document(K.INVOICE, (PART,), contact=a_company(), thirds=[("Prise en charge", 10200)])
    xml = xml_of(document)
    assert b"<ram:ID>B2</ram:ID>" in xml
    assert check(xml, business=True) == []


def test_everything_optional_at_once_obeys_the_rules(app):
    a_seller(vat_on_debits=True)
    document = a_sealed_document(
        K.INVOICE, (LineData("Pose", kind=LineKind.SECTION), *LINES, LineData("Merci", kind=LineKind.TEXT)), contact=a_company(),
        delivery_address="Villa Sud\n4 chemin du Cap\n83230 Bormes", purchase_order="BC 12/4", notes="À bientôt.\x07",
        conditions="Payable à 30 jours", supplied_on=clock.today(),
    )  # fmt: skip
    xml = xml_of(document)
    assert b"<ram:CityName>Bormes</ram:CityName>" in xml
    assert xml.count(b"IncludedSupplyChainTradeLineItem>") == 2 * len(LINES)
    assert check(xml, business=True) == []


# --- what must be refused, so that the validator is known to look ---------------------------------------------------


def changed(xml: bytes, before: str, after: str) -> bytes:
    assert before.encode() in xml
    return xml.replace(before.encode(), after.encode())


def test_a_total_off_by_a_cent_is_refused(app):
    xml = xml_of(a_sealed_document(K.INVOICE, contact=a_company()))
    told = check(changed(xml, "<ram:GrandTotalAmount>143.00", "<ram:GrandTotalAmount>143.01"), business=True)
    assert "Le total TTC n’est pas le total HT plus la TVA." in told
    assert any("net à payer" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("code", "words"), [("PMT", "frais de recouvrement"), ("PMD", "pénalités"), ("AAB", "escompte")]
)
def test_a_missing_note_is_refused_between_businesses_only(app, code, words):
    document = a_sealed_document(K.INVOICE, contact=a_company())
    notes = {key: text for key, text in document.content["notes"].items() if key != code}
    xml = xml_of(a_sealed_document(K.INVOICE, contact=a_company(), content={"notes": notes}))
    told = check(xml, business=True)
    assert len(told) == 1
    assert words in told[0]
    assert check(xml, business=False) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"siret": "", "vat_number": ""}, "SIRET du client manque"),
        ({"einvoice_address": "999999999"}, "ne commence pas par son SIREN"),
        ({"einvoice_address": "443061841/x"}, "porte un signe refusé"),
    ],
)
def test_what_misses_of_the_client_is_named(app, values, words):
    told = check(xml_of(a_sealed_document(K.INVOICE, contact=a_company(**values))), business=True)
    assert any(words in sentence for sentence in told), told


@pytest.mark.parametrize(
    ("values", "words"),
    [({"siret": ""}, "SIRET du vendeur manque"), ({"vat_number": ""}, ""), ({"iban": "FR00"}, "")],
)
def test_what_misses_of_the_seller_is_named(app, values, words):
    a_seller(**values)
    told = check(xml_of(a_sealed_document(K.INVOICE, contact=a_company())), business=True)
    assert not words or any(words in sentence for sentence in told), told


def test_a_credit_note_without_its_origin_is_refused(app):
    told = check(xml_of(a_sealed_document(K.CREDIT, contact=a_company())), business=True)
    assert told == ["Un avoir doit nommer la facture d’origine et sa date."]


def test_a_file_that_is_no_invoice_is_refused(app):
    assert "n’a pas la forme voulue" in check(b"<a/>", business=True)[0]
    assert "n’a pas la forme voulue" in check(b"nothing", business=False)[0]


def test_an_unknown_rule_is_named_with_what_it_says(app):
    assert sentence("BR-99", "Something is wrong").startswith("La règle BR-99 des factures électroniques")


def test_rules_that_do_not_run_are_a_fault_of_the_installation():
    with pytest.raises(RulesBroken):
        list(broken_rules(b"<a/>", business=False))


def test_the_same_document_gives_the_same_file(app):
    document = a_sealed_document(K.INVOICE)
    assert xml_of(document) == xml_of(document)
