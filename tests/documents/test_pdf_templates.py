"""Every document says what its data says, on as many pages as it takes, in a file fit for archives and screen readers."""

import io
import json
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

SAMPLES = sorted(path.stem for path in (Path(__file__).parent / "samples").glob("*.json"))


def template_of(name):
    return name.split("-")[0]


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def words_of(pdf):
    """The text in one line, each run of spaces a plain space: as somebody reads it."""
    return " ".join(text_of(pdf).replace("\u200b", "").split())


def codes_of(pages):
    return {code.text for page in pages for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))}


def shown_texts(value, key=None):
    """The texts a sample wants on paper: all but names of pictures, colours, codes and keywords."""
    if isinstance(value, dict):
        return [text for name, item in value.items() for text in shown_texts(item, name)]
    if isinstance(value, list):
        return [text for item in value for text in shown_texts(item, key)]
    hidden = {
        "logo",
        "accent",
        "image",
        "qr",
        "tone",
        "status",
        "type",
        "size",
        "date",
        "result",
        "quantity",
        "barcode",
    }
    return [value] if isinstance(value, str) and key not in hidden else []


@pytest.mark.row("B7")
@pytest.mark.parametrize("name", SAMPLES)
def test_each_document_carries_every_text_of_its_data(name, engine, sample, pictures):
    data = sample(name)
    found = words_of(engine.render(template_of(name), data, images=pictures)).replace(" ", "")
    for text in shown_texts(data["labels"] if name == "label" else data):
        assert "".join(text.split()) in found


@pytest.mark.row("B7")
@pytest.mark.parametrize("name", SAMPLES)
def test_each_document_is_an_accessible_archive_in_french(name, engine, sample, pictures):
    data = sample(name)
    reader = PdfReader(io.BytesIO(engine.render(template_of(name), data, images=pictures)))
    metadata = reader.root_object["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.root_object["/Lang"] == "fr-FR"
    assert reader.metadata.title == f"{data['kind']} {data['number']}"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_data_gives_the_same_bytes(name, engine, sample, pictures):
    first = engine.render(template_of(name), sample(name), images=pictures)
    assert engine.render(template_of(name), sample(name), images=pictures) == first


@pytest.mark.parametrize("name", SAMPLES)
def test_each_document_prints_without_any_picture(name, engine, sample):
    assert engine.render(template_of(name), sample(name)).startswith(b"%PDF-1.7")


@pytest.mark.row("B5")
def test_a_quote_shows_amounts_in_french_and_deducts_the_bonus_after_tax(engine, sample, pictures):
    data = sample("quote")
    data["totals"].update(gross=123_456_700, due=-5)
    found = text_of(engine.render("quote", data, images=pictures))
    assert "TVA 20\u00a0% sur 119,17\u00a0€" in found
    assert "1\u202f234\u202f567,00\u00a0€" in found
    assert "\u221225,00\u00a0€" in found
    assert "\u22120,05\u00a0€" in found


@pytest.mark.row("B5")
@pytest.mark.parametrize(
    ("fee", "sentence"),
    [
        ({"cents": 0, "deducted": False}, "Devis gratuit."),
        ({"cents": 2500, "deducted": True}, "Devis gratuit si la réparation est acceptée, sinon 25,00 € TTC."),
        ({"cents": 2500, "deducted": False}, "Devis payant : 25,00 € TTC."),
    ],
)
def test_a_quote_says_whether_it_is_free_or_paid(fee, sentence, engine, sample):
    assert sentence in words_of(engine.render("quote", {**sample("quote"), "fee": fee}))


@pytest.mark.row("B5")
def test_a_quote_without_vat_has_no_tax_column_and_says_why(engine, sample):
    data = sample("quote")
    data["totals"].update(vat=[], gross=11917, due=11917, deductions=[])
    data["vat_note"] = "TVA non applicable, art. 293 B du CGI"
    found = words_of(engine.render("quote", data))
    assert data["vat_note"] in found
    assert "Total HT" not in found
    assert "TTC" not in found.split("Net à payer")[0].split("Désignation")[1].replace("total TTC, au nom", "")


def test_a_quote_shows_refused_and_optional_lines_apart(engine, sample):
    data = sample("quote")
    data["lines"][0]["status"] = "option"
    found = words_of(engine.render("quote", data))
    assert "refusé par le client, non compris dans le total" in found
    assert "en option, non compris dans le total" in found
    assert "(112,00 €)" in found


def test_a_quote_of_200_lines_repeats_its_header_and_numbers_its_pages(engine, sample, pictures):
    data = sample("quote")
    data["lines"] = [{**data["lines"][0], "label": f"Pièce {n}"} for n in range(1, 201)]
    pages = [
        " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(engine.render("quote", data))).pages
    ]
    with_lines = [page for page in pages if "Pièce" in page]
    assert len(with_lines) > 5
    assert all("Désignation Qté Unité PU HT TVA Total HT" in page for page in with_lines)
    assert all(f"Devis D-2026-1192, page {n} sur {len(pages)}" in page for n, page in enumerate(pages, 1))
    assert all(any(f"Pièce {n} " in page for page in pages) for n in range(1, 201))


@pytest.mark.row("B2")
def test_slip_and_label_are_two_pages_of_one_file_and_their_codes_read_back(engine, sample, pictures):
    data = sample("intake_slip")
    reader = PdfReader(io.BytesIO(engine.render("intake_slip", data, images=pictures)))
    sizes = [(round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4)) for page in reader.pages]
    assert sizes == [(148, 210), (62, 29)]
    assert "page 1 sur 1" in " ".join(reader.pages[0].extract_text().split())
    label = data["labels"][0]
    assert codes_of(engine.preview("intake_slip", data, images=pictures, ppi=203)) == {
        data["code"]["qr"],
        label["qr"],
        label["barcode"],
    }


@pytest.mark.row("D6")
def test_the_intake_slip_prints_only_the_chosen_blocks_in_their_order(engine, sample):
    data = sample("intake_slip")
    data["blocks"] = [
        {"type": "text", "title": "Panne", "text": "Ne s’allume plus", "small": False},
        {
            "type": "rows",
            "title": "Client",
            "rows": [["Nom", "Fatou Diagne"], ["Payé", {"cents": 2500, "text": "par carte"}]],
        },
    ]
    found = words_of(engine.render("intake_slip", data))
    assert found.index("Ne s’allume plus") < found.index("Client") < found.index("25,00 € par carte")
    assert "Accords du client" not in found


@pytest.mark.row("B6")
@pytest.mark.parametrize("name", ["shipping_slip", "shipping_slip-a5"])
def test_the_shipping_slip_bars_its_tracking_number(name, engine, sample):
    assert {"CE123456789FR", "https://colis.example/CE123456789FR"} == codes_of(
        engine.preview("shipping_slip", sample(name), ppi=200)
    )


@pytest.mark.row("D4")
def test_the_check_report_sets_intake_and_exit_side_by_side(engine, sample, pictures):
    data = sample("check_report")
    data["exit"] = None
    for group in data["groups"]:
        for point in group["points"]:
            point["exit"] = None
    found = words_of(engine.render("check_report", data, images=pictures))
    assert "pas encore fait" in found
    assert "Pixels morts (obligatoire) non relevé non relevé" in found


def test_a_preview_gives_one_picture_a_page(engine, sample, pictures):
    png = engine.preview("intake_slip", sample("intake_slip"), images=pictures)
    svg = engine.preview("intake_slip", sample("intake_slip"), images=pictures, kind="svg")
    assert [Image.open(io.BytesIO(page)).format for page in png] == ["PNG", "PNG"]
    assert [page[:4] for page in svg] == [b"<svg", b"<svg"]


def test_samples_are_plain_json_that_says_every_key(sample):
    for name in SAMPLES:
        assert {"kind", "number", "date", "organisation"} <= sample(name).keys()
        json.dumps(sample(name))
