"""The archive of a year is whole, verifiable without us, and the command line gives any document's PDF."""

import hashlib
import json
import zipfile

import pytest

from app.core.chain import GENESIS, SealHead
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.documents.queries import stored_file
from app.documents.storage import storage
from app.sales import jobs
from app.sales.services import documents
from app.sales.services.archive import write_archive
from app.sales.services.facturx import read_invoice
from app.sales.states import DocumentKind
from tests.factories.sales_documents import LINES, a_company, a_sealed_document, a_seller
from tests.sales.facturx.lint import faults_of


@pytest.fixture(autouse=True)
def _seller(app):
    a_seller()


def an_issued(proven: bool = True):
    company = a_company()
    with transaction():
        document = documents.issue(documents.draft(DocumentKind.INVOICE, company, list(LINES)))
    if proven:
        jobs.render_and_check(document.id)
    return db.session.get_one(type(document), document.id, populate_existing=True)


@pytest.mark.row("D12")
def test_the_archive_of_a_year_proves_itself(tmp_path):
    first, second, waiting = an_issued(), an_issued(), an_issued(proven=False)
    numbers = [document.number for document in (first, second, waiting)]
    target = tmp_path / "archive.zip"
    manifest = write_archive(first.issued_on.year, target)
    assert [entry["number"] for entry in manifest["documents"]] == numbers
    assert (manifest["count"], manifest["gross"]) == (3, 3 * 14300)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        prints = dict(reversed(line.split("  ")) for line in archive.read("empreintes.sha256").decode().splitlines())
        assert set(prints) == names - {"empreintes.sha256"}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in prints.items())
        assert json.loads(archive.read("manifeste.json")) == manifest
        pdf = archive.read(f"factures/{numbers[0]}.pdf")
        assert faults_of(pdf) == []
        assert read_invoice(pdf).xml == archive.read(f"xml/{numbers[0]}.xml")
        assert f"factures/{numbers[2]}.pdf" not in names
        previous = GENESIS
        for number in numbers:
            seal = json.loads(archive.read(f"sceaux/{number}.json"))
            assert seal["previous"] == previous
            assert seal["digest"] == hashlib.sha256(f"{previous}\n{seal['payload']}".encode()).hexdigest()
            assert json.loads(seal["payload"])["number"] == number
            previous = seal["digest"]
    head = db.session.get_one(SealHead, "sales")
    assert manifest["chain"] == {"name": "sales", "rank": head.rank, "digest": head.digest} | {"digest": previous}
    assert not target.with_name("archive.zip.part").exists()


def test_a_file_that_changed_is_named(tmp_path):
    document = an_issued()
    storage().write(stored_file(document.file_id).key, b"%PDF-1.7 changed")
    entry = write_archive(document.issued_on.year, tmp_path / "a.zip")["documents"][0]
    assert "n’a plus l’empreinte" in entry["files"]["pdf"]["fault"]


def test_a_year_without_an_invoice_writes_nothing(tmp_path):
    target = tmp_path / "archive.zip"
    with pytest.raises(DomainError, match="Aucune facture"):
        write_archive(2031, target)
    assert list(tmp_path.iterdir()) == []


def test_the_commands_write_an_archive_and_a_document(app, tmp_path):
    document = an_issued()
    number, year = document.number, document.issued_on.year
    runner = app.test_cli_runner()
    done = runner.invoke(args=["sales", "archive", str(year), "-o", str(tmp_path / "a.zip")])
    assert (done.exit_code, "1 document" in done.output) == (0, True), done.output
    done = runner.invoke(args=["sales", "pdf", number.lower(), "-o", str(tmp_path / "f.pdf")])
    assert done.exit_code == 0, done.output
    assert read_invoice((tmp_path / "f.pdf").read_bytes()).number == number
    assert runner.invoke(args=["sales", "pdf", "F-1999-0001", "-o", str(tmp_path / "x.pdf")]).exit_code != 0
    assert runner.invoke(args=["sales", "archive", "2031", "-o", str(tmp_path / "x.zip")]).exit_code != 0


def test_a_document_that_waits_for_its_proof_can_be_read_too(app, tmp_path):
    document = a_sealed_document()
    done = app.test_cli_runner().invoke(args=["sales", "pdf", document.number, "-o", str(tmp_path / "f.pdf")])
    assert done.exit_code == 0, done.output
    assert faults_of((tmp_path / "f.pdf").read_bytes()) == []
