"""Stored files: judged by their content, private, found again, and swept when their row never came."""

import io
import os
import time
from pathlib import Path

import pytest
from PIL import Image

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.history import events_of
from app.core.subject import Subject
from app.documents.models import StoredFile
from app.documents.queries import attachments_of, attachments_of_all
from app.documents.services import (
    attach,
    change_attachment,
    detach,
    keep,
    open_file,
    open_thumbnail,
    prepare,
    prepare_signature,
    store,
    sweep_orphans,
)
from app.documents.states import FileKind
from app.documents.storage import LocalFolder, MissingFile, storage
from app.documents.uploads import MAX_BYTES, clean_name
from tests.cast import Cast
from tests.factories.assets import an_asset
from tests.factories.files import SVG_WITH_SCRIPT, a_heavy_photo, a_pdf, a_photo, a_png
from tests.signing import Browser

HEIC = Path(__file__).parent / "samples" / "phone.heic"


def stored(data: bytes, name: str, kind: FileKind = FileKind.DOCUMENT) -> StoredFile:
    with transaction():
        return store(data, name, kind, by="Inès")


def attached(asset, data: bytes, name: str, **options) -> StoredFile:
    with transaction():
        file = store(data, name, FileKind.DOCUMENT, by="Inès")
        attach(file, Subject("asset", asset.id), **options)
        return file


@pytest.mark.row("D10")
def test_a_photo_is_kept_upright_without_what_the_phone_wrote_in_it(app):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the right
    exif[0x8825] = {1: "N", 2: (43.0, 24.0, 0.0)}  # where it was taken
    file = stored(a_photo(640, 480, exif=exif.tobytes()), "plaque.JPG", FileKind.PHOTO)
    image = Image.open(io.BytesIO(open_file(file)))
    assert image.size == (480, 640) == (file.width, file.height)
    assert not image.getexif()
    assert file.name == "plaque.JPG"


@pytest.mark.row("D10")
def test_a_photo_of_an_iphone_is_kept_as_jpeg_with_its_thumbnail(app):
    file = stored(HEIC.read_bytes(), "IMG_0042.HEIC", FileKind.PHOTO)
    assert (file.name, file.mime) == ("IMG_0042.jpg", "image/jpeg")
    content, mime = open_thumbnail(file)
    assert mime == "image/jpeg"
    assert max(Image.open(io.BytesIO(content)).size) <= 320


def test_a_photo_of_just_twenty_megabytes_is_kept_small(app):
    file = stored(a_heavy_photo(MAX_BYTES), "lourde.jpg", FileKind.PHOTO)
    assert file.size < 100_000


@pytest.mark.parametrize(
    ("data", "name", "kind", "sentence"),
    [
        (a_heavy_photo(MAX_BYTES + 1), "lourde.jpg", FileKind.PHOTO, "dépasse 20 Mo"),
        (a_pdf(), "plaque.jpg", FileKind.PHOTO, "c’est un PDF"),
        (a_pdf(), "plaque.jpg", FileKind.DOCUMENT, "porte un nom d’image, mais c’est un PDF. Renommez-le en .pdf"),
        (SVG_WITH_SCRIPT, "dessin.svg", FileKind.PHOTO, "Un dessin SVG n’est pas accepté ici"),
        (SVG_WITH_SCRIPT, "dessin.svg", FileKind.DOCUMENT, "n’est pas un fichier que l’on peut garder ici"),
        (SVG_WITH_SCRIPT, "dessin.jpg", FileKind.DOCUMENT, "SVG n’est pas accepté ici"),
        (SVG_WITH_SCRIPT, "dessin.svg", FileKind.LOGO, "contient un script"),
        (
            b"<html><script>alert(1)</script>",
            "page.txt",
            FileKind.DOCUMENT,
            "n’est pas un fichier que l’on peut garder ici",
        ),
        (b"MZ\x90\x00\x03" + bytes(200), "notice.pdf", FileKind.DOCUMENT, "n’est pas un PDF lisible"),
        (
            b"MZ\x90\x00\x03" + bytes(200),
            "outil.exe",
            FileKind.DOCUMENT,
            "n’est pas un fichier que l’on peut garder ici",
        ),
        (a_pdf()[:60], "notice.pdf", FileKind.DOCUMENT, "abîmé ou incomplet"),
        (a_photo()[:300], "coupee.jpg", FileKind.PHOTO, "abîmé ou incomplet"),
        (b"", "vide.jpg", FileKind.PHOTO, "est vide"),
        (b"bonjour", "plaque.png", FileKind.DOCUMENT, "n’est pas une image lisible"),
    ],
)
def test_what_is_not_kept_is_refused_by_a_french_sentence(app, data, name, kind, sentence):
    with pytest.raises(DomainError) as refusal:
        prepare(data, name, kind)
    assert sentence in refusal.value.message.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_pdf_a_text_and_a_list_are_kept_as_documents(app):
    assert stored(a_pdf(), "Notice").name == "Notice.pdf"
    text = stored("Été à 25 °C".encode("cp1252"), "relevé.txt")
    assert open_file(text).decode() == "Été à 25 °C"
    assert stored(b"a;b\n1;2\n", "liste.csv").mime == "text/csv"
    assert stored(a_photo(), "photo.jpg").mime == "image/jpeg"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a b.jpg", "a b.jpg"),
        ('a"<b>\r\n.jpg', "ab.jpg"),
        ("", "fichier"),
        ("é" * 300 + ".jpg", "é" * 116 + ".jpg"),
        ("🔧.jpg", "🔧.jpg"),
    ],
)
def test_names_are_made_safe(given, kept):
    assert clean_name(given) == kept


def test_a_signature_drawn_in_the_browser_is_kept_as_png(app):
    import base64

    ready = prepare_signature("data:image/png;base64," + base64.b64encode(a_png()).decode())
    with transaction():
        assert keep(ready, by="Karim").mime == "image/png"
    assert prepare_signature("") is None
    for broken in ("data:image/png;base64,@@", "data:text/html;base64,PGI+", "x"):
        with pytest.raises(DomainError, match="Signez de nouveau"):
            prepare_signature(broken)


def test_files_are_attached_named_in_the_history_and_detached(cast: Cast):
    asset = an_asset()
    about = Subject("asset", asset.id)
    attached(asset, a_photo(), "a.jpg", label="Plaque", point="plaque")
    attached(asset, a_pdf(), "b.pdf", for_client=True)
    files = attachments_of(about)
    assert [(file.title, file.point, file.is_picture) for file in files] == [
        ("Plaque", "plaque", True),
        ("b.pdf", "", False),
    ]
    assert [file.title for file in attachments_of(about, for_client=True)] == ["b.pdf"]
    assert set(attachments_of_all([about, Subject("asset", 0)])) == {about}
    assert [event.title for event in events_of(about)][:2] == ["Fichier ajouté", "Fichier ajouté"]
    from app.documents.models import Attachment

    with transaction():
        row = db.session.get(Attachment, files[0].id)
        change_attachment(row, label="La plaque", topic="", for_client=True)
        detach(row)
    assert [file.title for file in attachments_of(about)] == ["b.pdf"]


def test_a_client_opens_the_files_meant_for_him_and_nobody_elses(cast: Cast, browser: Browser):
    mine, other = an_asset(owner_id=cast.karim.id), an_asset(owner_id=cast.dan.id)
    shown = attached(mine, a_pdf(), "notice.pdf", for_client=True)
    hidden = attached(mine, a_photo(), "interne.jpg")
    foreign = attached(other, a_pdf(), "autre.pdf", for_client=True)
    loose = stored(a_pdf(), "sans-fiche.pdf")
    karim = browser.as_("client")
    assert karim.get(f"/fichiers/{shown.id}/notice.pdf").status_code == 200
    for file in (hidden, foreign, loose):
        assert karim.get(f"/fichiers/{file.id}/x").status_code == 404
        assert karim.get(f"/fichiers/{file.id}/vignette").status_code == 404
    assert karim.get("/fichiers/999999/x").status_code == 404
    team = browser.as_("technicien")
    for file in (shown, hidden, foreign):
        assert team.get(f"/fichiers/{file.id}/x").status_code == 200


def test_nobody_opens_a_file_without_signing_in(cast: Cast, client):
    file = attached(an_asset(), a_photo(), "a.jpg")
    answer = client.get(f"/fichiers/{file.id}/a.jpg")
    assert answer.status_code == 303
    assert answer.location.startswith("/connexion")
    assert client.get(f"/logo/{file.id}.png").status_code == 404, "only a logo is public"


def test_files_are_served_private_unsniffed_and_under_a_safe_name(cast: Cast, browser: Browser):
    asset = an_asset()
    photo = attached(asset, a_photo(), "été « plaque ».jpg")
    text = attached(asset, b"<b>gras</b>", "note.txt")
    team = browser.as_("accueil")
    answer = team.get(f"/fichiers/{photo.id}/x")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Disposition"].startswith("inline; filename")
    assert "\n" not in answer.headers["Content-Disposition"]
    again = team.client.get(f"/fichiers/{photo.id}/x", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert team.get(f"/fichiers/{text.id}/x").headers["Content-Disposition"].startswith("attachment")
    assert team.get(f"/fichiers/{photo.id}/x?telecharger=1").headers["Content-Disposition"].startswith("attachment")


def test_bytes_whose_row_never_came_are_swept_once_old(app, settings):
    kept = stored(a_photo(), "a.jpg", FileKind.PHOTO)
    lost = prepare(a_photo(), "b.jpg", FileKind.PHOTO)
    assert sweep_orphans() == 0, "too young: its transaction may still be open"
    old = time.time() - 3 * 24 * 3600
    for path in settings.files_dir.rglob("*"):
        if path.is_file():
            os.utime(path, (old, old))
    assert sweep_orphans() >= 2, "the photo and its thumbnail"
    with pytest.raises(MissingFile):
        storage().read(lost.key)
    assert open_file(kept)


def test_a_file_the_storage_lost_is_told_kindly(cast: Cast, browser: Browser):
    file = attached(an_asset(), a_pdf(), "a.pdf")
    storage().delete(file.key)
    answer = browser.as_("accueil").get(f"/fichiers/{file.id}/a.pdf")
    assert answer.status_code == 422
    assert "manque dans le stockage" in answer.text


def test_a_file_appears_whole_in_two_levels_of_folders(tmp_path):
    place = LocalFolder(tmp_path)
    place.write("abcdef", b"1")
    place.write("abcdef", b"22")
    assert place.read("abcdef") == b"22"
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == ["ab/cd/abcdef"]
    place.delete("abcdef")
    place.delete("abcdef")
    with pytest.raises(MissingFile):
        place.read("abcdef")
