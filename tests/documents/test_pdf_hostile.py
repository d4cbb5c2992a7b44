"""Whatever somebody types or uploads, the document is made, and shows it as plain text."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PdfReader

from app.documents.pdf import DocumentError, PdfEngine
from app.documents.pdf.text import cleaner, plain_cleaner

MARKUP = '#read("/etc/passwd") $x$ *b* <img src=x> #panic() \\ @ref = t `c` [[ {{ %s // /* #import "@preview/a:1.0.0"'
HOSTILE = {
    "markup": MARKUP,
    "emoji": "Panne 😀👩🏽‍🔧❤️ vue",
    "chinese": "你好 appareil",
    "arabic": "مرحبا appareil",
    "controls": "a\x00b\x07c\x1b[31md\ufeffe\u202ef\ud800g\ue000h",
    "stacked marks": "Z" + "\u0301\u0302\u0303\u0489\u035c" * 20 + " fin",
    "6,000 characters": "L’image saute puis écran noir. " * 194,
    "a word of 6,000 letters": "W" * 6000,
    "a word of 120 letters": "anticonstitutionnellement" * 5,
    "a thousand long words": "extraordinairement " * 1000,
    "line ends": "un\r\ndeux\rtrois\n\n\nquatre\u2028cinq",
    "spaces": " \u3000\u2003\t ",
    "nothing": "",
}


def read(pdf):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.replace("\u200b", "").split())


def replaced(value, text):
    """The data with `text` in place of every text that a user types."""
    if isinstance(value, dict):
        kept = {"date", "accent", "size", "type", "tone", "status", "result", "image", "logo", "quantity"}
        return {key: item if key in kept else replaced(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, text) for item in value]
    return text if isinstance(value, str) else value


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["quote", "intake_slip", "intake_slip-ticket", "work_slip"])
def test_a_hostile_text_is_printed_as_text(name, text, engine, sample):
    data = sample(name)
    if name == "quote":
        data["diagnosis"] = data["lines"][1]["label"] = data["client"]["name"] = text
    elif name == "work_slip":
        data["report"] = data["labour"][0]["detail"] = text
    else:
        data["blocks"][0]["rows"][5][1] = data["labels"][0]["title"] = text
    found = read(engine.render(name.split("-")[0], data))
    printed = "".join(cleaner(engine.font_dir)(text).split())
    if len(printed) > 1000:  # over several pages: feet come between its parts
        assert found.count(printed[:18]) >= len(printed) // 30
    elif text != HOSTILE["stacked marks"]:
        assert printed in found
    assert "root:" not in found


@pytest.mark.parametrize("text", [MARKUP, "😀 你好 \ue000\x00", "W" * 120], ids=["markup", "no glyph", "long word"])
@pytest.mark.parametrize(
    "name", ["quote", "intake_slip", "work_slip", "exit_slip", "shipping_slip", "check_report", "label"]
)
def test_a_document_whose_every_text_is_hostile_is_still_made(name, text, engine, sample):
    assert PdfReader(io.BytesIO(engine.render(name, replaced(sample(name), text)))).pages


def test_characters_that_no_font_draws_become_squares_and_invisible_ones_go(engine):
    clean = cleaner(engine.font_dir)
    assert clean("e\u0301 ☑ → Ω 1\u202f234\u00a0€ \u2212") == "é ☑ → Ω 1\u202f234\u00a0€ \u2212"
    assert clean("👩🏽‍🔧") == "□□□"
    assert clean("❤️ a\x00b\u200bc\ufeffd\ue000e\ud800") == "❤ abcde"
    assert clean("a\r\nb\rc\td\u2029e\u3000f") == "a\nb\nc d\ne f"
    assert clean("W" * 301) == "W" * 300 + " W"
    assert plain_cleaner(engine.font_dir)("é مرحبا € anticonstitutionnel") == "é □□□□□ € anticonstitu tionnel"


def test_a_code_that_cannot_be_drawn_leaves_its_text(engine, sample):
    data = sample("shipping_slip")
    data["tracking"]["barcode"] = "Suivi n° 4 à Évreux"
    data["code"]["qr"] = "x" * 4000
    assert "Suivin°4àÉvreux" in read(engine.render("shipping_slip", data))


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken"], ids=["empty", "text", "cut"])
def test_a_broken_picture_does_not_cost_the_document(content, engine, sample, pictures):
    found = read(engine.render("quote", sample("quote"), images={**pictures, "logo.png": content}))
    assert "AtelierSecondSouffle" in found


@pytest.mark.parametrize("name", ["../x.png", "/etc/passwd", "a/b.png", "x.typ", ""])
def test_a_picture_cannot_leave_its_folder(name, engine, sample):
    with pytest.raises(ValueError, match="not the name of a picture"):
        engine.render("quote", sample("quote"), images={name: b""})


@pytest.mark.parametrize("name", ["../common", "quote.typ", "/etc/passwd"])
def test_a_template_is_named_never_addressed(name, engine, sample):
    with pytest.raises(ValueError, match="not the name of a document template"):
        engine.render(name, sample("quote"))


def test_a_template_reads_no_file_of_the_machine(engine, sample, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (tmp_path / "link.txt").symlink_to(secret)
    for path in (secret, tmp_path / "link.txt", "/etc/passwd", "../../../../etc/passwd", "common.json"):
        (tmp_path / "spy.typ").write_text(f'#read("{path}")')
        (tmp_path / "common.typ").write_text("")
        with pytest.raises(DocumentError):
            PdfEngine(engine.font_dir, tmp_path).render("spy", sample("quote"))


def test_an_unlucky_colour_falls_back_to_ours(engine, sample):
    data = sample("quote")
    data["organisation"]["accent"] = 'red"); #panic("'
    assert engine.render("quote", data)


def test_a_document_out_of_measure_is_refused_with_a_sentence(engine, sample):
    with pytest.raises(DocumentError, match="trop long pour être imprimé"):
        engine.render("quote", {**sample("quote"), "diagnosis": "mot " * 200_000})


def test_a_template_that_fails_twice_gives_one_clear_sentence(engine, sample):
    data = sample("quote")
    del data["totals"]
    with pytest.raises(DocumentError, match="n’a pas pu être mis en page"):
        engine.render("quote", data)


def test_missing_fonts_are_said_at_once(tmp_path):
    with pytest.raises(DocumentError, match="polices"):
        PdfEngine(tmp_path)


def test_threads_share_one_engine(engine, sample, pictures):
    expected = engine.render("quote", sample("quote"), images=pictures)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: engine.render("quote", sample("quote"), images=pictures), range(8)))
    assert made == [expected] * 8
