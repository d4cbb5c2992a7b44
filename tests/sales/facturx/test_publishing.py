"""Nothing leaves before it was proven; a proof is written once; a refusal says what to complete; batches stop and go on."""

import hashlib
from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.history import events_of
from app.core.jobs import JobRun, JobState
from app.core.jobs import run as run_job
from app.core.revisions import bump
from app.core.subject import subject_of
from app.documents.queries import attachments_of, stored_file
from app.documents.services import open_file
from app.sales import jobs
from app.sales.models import SalesDocument
from app.sales.services import batches, documents
from app.sales.services.documents import LineData
from app.sales.services.documents.sending import send
from app.sales.services.facturx import preflight, read_invoice, recheck, sendable
from app.sales.services.facturx.shape import described
from app.sales.states import CheckState, DocumentKind, DocumentState
from tests.factories.sales_documents import LINES, a_company, a_person, a_sealed_document, a_seller
from tests.sales.facturx.lint import attached_xml, faults_of


@pytest.fixture(autouse=True)
def _seller(app):
    a_seller()


def fresh(document: SalesDocument) -> SalesDocument:
    db.session.expire_all()
    return db.session.get_one(SalesDocument, document.id)


def a_draft(contact=None) -> SalesDocument:
    buyer = contact or a_company()
    with transaction():
        return documents.draft(DocumentKind.INVOICE, buyer, list(LINES))


@pytest.mark.row("D12")
def test_a_sealed_document_is_proven_and_its_file_kept_with_its_fingerprint():
    document = a_sealed_document()
    assert not sendable(document)
    assert jobs.render_and_check(document.id) == {"refused": ""}
    document = fresh(document)
    assert (document.check, document.faults) == (CheckState.PASSED, [])
    assert sendable(document)
    stored = stored_file(document.file_id)
    pdf = open_file(stored)
    assert stored.name == f"{document.number}.pdf"
    assert stored.sha256 == hashlib.sha256(pdf).hexdigest()
    assert faults_of(pdf) == []
    assert read_invoice(pdf).number == document.number
    assert [row.for_client for row in attachments_of(subject_of(document))] == [True]


def test_a_job_done_twice_keeps_one_file():
    document = a_sealed_document()
    jobs.render_and_check(document.id)
    file_id = fresh(document).file_id
    jobs.render_and_check(document.id)
    assert fresh(document).file_id == file_id
    assert len(attachments_of(subject_of(document))) == 1


@pytest.mark.row("D12")
def test_a_refused_document_says_what_to_complete_and_passes_once_completed():
    company = a_company(siret="", vat_number="")
    document = a_sealed_document(contact=company)
    jobs.render_and_check(document.id)
    document = fresh(document)
    assert document.check == CheckState.REFUSED
    assert events_of(subject_of(document))[0].colour == "rouge"
    assert "Le SIRET du client manque : complétez la fiche du client.".replace(" :", "\u00a0:") in document.faults
    assert not sendable(document)
    with pytest.raises(DomainError, match="trouvé quoi compléter"), transaction():
        send(document)
    number, content = document.number, document.content
    with transaction():
        db.session.merge(company).siret = "44306184100047"
    with transaction():
        recheck(document)
    jobs.render_and_check(document.id)
    document = fresh(document)
    assert (document.check, document.faults, document.number) == (CheckState.PASSED, [], number)
    assert document.content == content
    assert b"443061841" in attached_xml(open_file(stored_file(document.file_id)))


def test_what_was_sealed_is_completed_and_never_replaced():
    company = a_company(siret="", vat_number="", town="Hyères")
    document = a_sealed_document(contact=company)
    jobs.render_and_check(document.id)
    with transaction():
        again = db.session.merge(company)
        again.siret, again.town = "44306184100047", "Toulon"
    with transaction():
        recheck(fresh(document))
    jobs.render_and_check(document.id)
    xml = attached_xml(open_file(stored_file(fresh(document).file_id)))
    assert "Hyères".encode() in xml
    assert b"Toulon" not in xml


def test_only_a_refused_document_is_checked_again():
    document = a_sealed_document()
    with pytest.raises(Conflict), transaction():
        recheck(document)


def test_what_its_job_forgot_is_proven_an_hour_later(monkeypatch):
    document = a_sealed_document()
    assert jobs.prove_forgotten() == 0
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert jobs.prove_forgotten() == 1
    assert fresh(document).check == CheckState.PASSED


# --- before the number ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seller", "client", "words"),
    [
        ({"iban": "FR7630006000011234567890188"}, {}, "IBAN de l’organisation est faux"),
        ({"vat_number": ""}, {}, "numéro de TVA de l’organisation"),
        ({"siret": "", "registration": ""}, {}, "SIRET de l’organisation"),
        ({}, {"siret": ""}, "SIRET de Hôtel des Pins"),
        ({}, {"einvoice_address": "999999999"}, "doit commencer par son SIREN"),
        ({}, {"einvoice_address": "compta@hotel.example"}, "doit commencer par son SIREN"),
    ],
)
def test_what_would_be_refused_is_said_before_the_number(seller, client, words):
    a_seller(**seller)
    draft = a_draft(contact=a_company(**client))
    assert any(words in sentence for sentence in preflight(draft, described(draft)))
    with pytest.raises(DomainError, match=words), transaction():
        documents.issue(draft)
    assert fresh(draft).number is None


def test_outside_vat_does_not_mix_and_a_private_person_pays_no_vat_himself():
    person = a_person()
    with transaction():
        draft = documents.draft(DocumentKind.INVOICE, person, [*LINES, LineData("Pose", vat_code="reverse")])
    assert any("autoliquidation" in sentence for sentence in preflight(draft, described(draft)))


def test_an_empty_legal_text_is_said_before_the_number():
    from app.core.settings import change_setting

    with transaction():
        change_setting("sales.note_pmd", " ")
        bump("settings")
    to_company, to_person = a_draft(), a_draft(a_person())
    assert any("pénalités de retard" in sentence for sentence in preflight(to_company, described(to_company)))
    assert preflight(to_person, described(to_person)) == []


def test_a_good_draft_is_issued_then_proven():
    draft = a_draft()
    assert preflight(draft, described(draft)) == []
    with transaction():
        documents.issue(draft)
    jobs.render_and_check(draft.id)
    assert fresh(draft).check == CheckState.PASSED


# --- many at once -----------------------------------------------------------------------------------------------------


def a_batch(count: int) -> tuple[JobRun, list[int]]:
    ids = [a_draft().id for _ in range(count)]
    with transaction():
        return batches.start_batch(ids), ids


def again(run: JobRun) -> JobRun:
    db.session.expire_all()
    return db.session.get_one(JobRun, run.id)


def states(ids: list[int]) -> set[tuple[DocumentState, CheckState]]:
    db.session.expire_all()
    return {(row.state, row.check) for row in (db.session.get_one(SalesDocument, one) for one in ids)}


DONE = {(DocumentState.ISSUED, CheckState.PASSED)}


@pytest.mark.row("D12")
def test_a_batch_issues_and_proves_every_document_with_its_progress():
    run, ids = a_batch(3)
    run_job(run.id)
    run = again(run)
    assert (run.state, run.percent, run.done_count, run.total_count) == (JobState.DONE, 100, 3, 3)
    assert states(ids) == DONE
    numbers = {db.session.get_one(SalesDocument, one).number for one in ids}
    assert len(numbers) == 3


def test_two_jobs_share_a_batch_and_nothing_is_done_twice():
    run, ids = a_batch(4)
    helped = batches.work(ids[::-1], run.id)
    assert next(helped) == ""
    assert next(helped) == ""
    run_job(run.id)
    assert list(helped) == []
    assert states(ids) == DONE
    files = [db.session.get_one(SalesDocument, one).file_id for one in ids]
    assert len(set(files)) == 4


def test_the_helper_has_nothing_to_do_once_the_batch_is_over():
    run, _ids = a_batch(1)
    run_job(run.id)
    assert jobs.help_batch(run.id) == {"done": 0}


def test_a_batch_is_stopped_then_taken_up_where_it_was():
    run, ids = a_batch(3)
    work = batches.work(ids, run.id)
    next(work)
    with transaction():
        batches.cancel_batch(again(run))
    assert list(work) == []
    run_job(run.id)
    stopped = again(run)
    assert stopped.result["cancelled"] is True
    assert stopped.result["left"] == 2
    first = db.session.get_one(SalesDocument, ids[0])
    number, file_id = first.number, first.file_id
    with transaction():
        resumed = batches.resume_batch(stopped)
    run_job(resumed.id)
    assert states(ids) == DONE
    first = db.session.get_one(SalesDocument, ids[0])
    assert (first.number, first.file_id) == (number, file_id)


def test_a_document_that_cannot_be_issued_does_not_stop_the_others():
    bad = a_draft(contact=a_company(siret=""))
    good = a_draft(contact=a_company())
    with transaction():
        run = batches.start_batch([bad.id, good.id])
    run_job(run.id)
    run = again(run)
    assert run.result["left"] == 1
    assert "SIRET" in run.result["refused"][0]
    assert states([good.id]) == DONE
    assert fresh(bad).number is None


def test_a_batch_that_runs_is_not_resumed_and_one_that_is_over_not_cancelled():
    run, _ids = a_batch(1)
    with pytest.raises(Conflict), transaction():
        batches.resume_batch(run)
    run_job(run.id)
    with pytest.raises(Conflict), transaction():
        batches.cancel_batch(again(run))


@pytest.mark.parametrize("ids", [[], list(range(1, 5003))])
def test_a_batch_has_one_document_at_least_and_not_too_many(ids):
    with pytest.raises(DomainError, match="Choisissez"), transaction():
        batches.start_batch(ids)
