"""Proofs: brought, checked by somebody, deleted."""

from flask import Response, url_for

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.states import FileKind
from app.members.forms import CheckForm, ProofForm
from app.members.models import Proof
from app.members.queries.proofs import proof_by_id, proofs
from app.members.services import proofs as services
from app.members.states import ProofKind, ProofState
from app.members.views.blueprint import EDIT, bp, the_person

DONE = 30


@bp.get("/adherents/justificatifs")
@requires(EDIT)
def proofs_page() -> Response:
    """Those to check, and the last that were."""
    return page("members/proofs.html", waiting=proofs(), done=proofs(ProofState.ACCEPTED, DONE))


@bp.route("/adherents/personnes/<int:contact_id>/justificatif", methods=["GET", "POST"])
@requires(EDIT)
def bring_proof(contact_id: int) -> Response:
    """A paper shown at the desk, or its file."""
    contact, form = the_person(contact_id), ProofForm()
    if not form.validate_on_submit():
        return page("members/proof_new.html", contact=contact, form=form, status=422 if form.errors else 200)
    upload = form.file.data
    try:
        ready = (
            files.prepare(upload.stream.read(files.MAX_BYTES + 1), upload.filename, FileKind.DOCUMENT)
            if upload
            else None
        )
        with transaction():
            proof = services.bring(the_person(contact_id), ProofKind(form.kind.data), ready)
    except DomainError as error:
        db.session.rollback()
        put_error(form, DomainError(error.message, field="file"))
        return page("members/proof_new.html", contact=the_person(contact_id), form=form, status=error.status)
    return go(url_for("members.check_proof", proof_id=proof.id))


def the_proof(proof_id: int) -> Proof:
    """The proof, or the 404 page."""
    return or_404(proof_by_id(proof_id))


@bp.get("/adherents/justificatifs/<int:proof_id>/fichier")
@requires(EDIT)
def proof_file(proof_id: int) -> Response:
    """Its file, while it waits."""
    return files.file_response(or_404(the_proof(proof_id).file))


@bp.route("/adherents/justificatifs/<int:proof_id>", methods=["GET", "POST"])
@requires(EDIT)
def check_proof(proof_id: int) -> Response:
    """What it shows; « Valider » or « Refuser » deletes the file."""
    proof, form = the_proof(proof_id), CheckForm()
    if not form.validate_on_submit():
        return page("members/proof.html", proof=proof, form=form, status=422 if form.errors else 200)
    try:
        with transaction():
            _check(the_proof(proof_id), form)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return page("members/proof.html", proof=the_proof(proof_id), form=form, status=error.status)
    say(_("Justificatif vérifié, fichier supprimé"))
    return go(url_for("members.proofs_page"))


def _check(proof: Proof, form: CheckForm) -> None:
    if form.refuses:
        services.refuse(proof, form.reason.data or "")
    elif form.valid_until.data is None:
        raise DomainError(_("Saisissez jusqu'à quand il est valable."), field="valid_until")
    else:
        services.accept(proof, form.valid_until.data, form.chosen())
