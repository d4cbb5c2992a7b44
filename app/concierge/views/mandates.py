"""Pages of mandates: one with its terms over time, a new one, its end; the register; the owners."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from flask import Response, request, url_for
from flask_login import current_user

from app.concierge import services
from app.concierge.forms.mandates import EndForm, NewMandateForm, SignatureForm, more_rows
from app.concierge.forms.terms import values_of
from app.concierge.models import MandateTerms, RentalMandate
from app.concierge.queries import lodgings as queries
from app.concierge.queries.mandates import mandate_for, mandates_of
from app.concierge.queries.terms import default_terms, terms_of
from app.concierge.services.mandates import change_mandate, next_start, owners_typed
from app.concierge.services.versions import current
from app.concierge.services.words import changes, words
from app.concierge.views.blueprint import MANAGE, VIEW, bp
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.money import percent
from app.core.permissions import requires
from app.core.sheets import csv_blocks
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.queries import stored_file
from app.documents.states import FileKind
from app.statements.models import Terms


class Told(NamedTuple):
    """A version as it is read: all its sentences for the first one, then what changed."""

    version: MandateTerms
    said: list[str]
    before: list[str]
    in_force: bool


def time_line(mandate: RentalMandate) -> list[Told]:
    """The versions, the last one first."""
    found: list[Told] = []
    known: Terms | None = None
    now = current(mandate)
    for version in mandate.versions:
        terms = terms_of(version.terms, version.since)
        gone, said = changes(known, terms) if known is not None else (list[str](), words(terms))
        found.append(Told(version, said, gone, version is now))
        known = terms
    return found[::-1]


def the_mandate(mandate_id: int) -> RentalMandate:
    """The mandate, or the 404 page."""
    return or_404(mandate_for(current_user, mandate_id))


@bp.get("/mandats/<int:mandate_id>")
@requires(VIEW)
def mandate(mandate_id: int) -> Response:
    """A mandate: owners, days, terms over time."""
    return _page(mandate_id)


def _page(mandate_id: int, end: EndForm | None = None, signature: SignatureForm | None = None) -> Response:
    found = the_mandate(mandate_id)
    version = current(found)
    status = 422 if (end and (end.errors or end.form_errors)) or (signature and signature.errors) else 200
    return page(
        "concierge/mandate.html", mandate=found, version=version, terms=terms_of(version.terms, version.since),
        line=time_line(found), end=end or EndForm(formdata=None, obj=found),
        signature=signature or SignatureForm(formdata=None, obj=found), events=events_of(subject_of(found), 20),
        status=status,
    )  # fmt: skip


@bp.route("/logements/<int:lodging_id>/mandat", methods=["GET", "POST"])
@requires(MANAGE)
def mandate_new(lodging_id: int) -> Response:
    """A new mandate of a lodging: other owners, or after one that ended."""
    lodging, past = or_404(queries.lodging_for(current_user, lodging_id)), mandates_of(lodging_id)
    first = next_start(past)
    terms = terms_of(past[0].versions[-1].terms, first) if past else default_terms(first)
    form = NewMandateForm(data={**values_of(terms), "starts_on": first, "owners": _shares(past)})
    if not more_rows(form, request.form.get("more", "")) and form.validate_on_submit():
        try:
            with transaction():
                row = or_404(queries.lodging_for(current_user, lodging_id))
                owners = owners_typed(form.typed_owners(), current_user)
                made = services.add_mandate(row, form.told(form.starts_on.data or first, owners))
        except DomainError as error:
            db.session.rollback()
            put_error(form, error)
        else:
            say(_("Mandat %(number)s inscrit au registre", number=made.number))
            return go(url_for("concierge.mandate", mandate_id=made.id))
    form.offer_rows()
    form.offer_owners()
    status = 422 if form.errors or form.form_errors else 200
    return page("concierge/mandate_new.html", form=form, lodging=lodging, past=past, status=status)


def _shares(past: Sequence[RentalMandate]) -> list[dict[str, Any]]:
    if not past:
        return []
    return [
        {"contact_id": one.contact_id, "contact_id_text": one.contact.name, "share": one.basis_points}
        for one in past[0].owners
    ]


@bp.post("/mandats/<int:mandate_id>/signature")
@requires(MANAGE)
def mandate_edit(mandate_id: int) -> Response:
    """When it was signed, the paper itself, and what is noted of it."""
    the_mandate(mandate_id)
    form = SignatureForm()
    if form.validate_on_submit():
        try:
            _sign(mandate_id, form)
        except DomainError as error:
            db.session.rollback()
            put_error(form, error)
        else:
            say(_("Mandat enregistré"))
            return go(url_for("concierge.mandate", mandate_id=mandate_id))
    return _page(mandate_id, signature=form)


def _sign(mandate_id: int, form: SignatureForm) -> None:
    try:
        ready = files.prepare_uploads(request.files.getlist("file"), FileKind.DOCUMENT)
    except DomainError as error:
        raise DomainError(error.message, field="file") from error
    with transaction():
        change_mandate(
            the_mandate(mandate_id), signed_on=form.signed_on.data, notes=form.notes.data or "",
            paper=ready[0] if ready else None,
        )  # fmt: skip


@bp.get("/mandats/<int:mandate_id>/signe")
@requires(VIEW)
def mandate_file(mandate_id: int) -> Response:
    """The paper that was signed."""
    return files.file_response(or_404(stored_file(the_mandate(mandate_id).file_id)))


@bp.post("/mandats/<int:mandate_id>/fin")
@requires(MANAGE)
def mandate_end(mandate_id: int) -> Response:
    """Its last day."""
    the_mandate(mandate_id)
    form = EndForm()
    if form.validate_on_submit() and form.ends_on.data:
        try:
            with transaction():
                services.end_mandate(the_mandate(mandate_id), form.ends_on.data)
        except DomainError as error:
            db.session.rollback()
            put_error(form, error)
        else:
            say(_("Le mandat se termine le %(day)s", day=clock.table_date(form.ends_on.data)))
            return go(url_for("concierge.mandate", mandate_id=mandate_id))
    return _page(mandate_id, end=form)


@bp.get("/mandats")
@requires(VIEW)
def register() -> Response:
    """The register of mandates, in the order of their numbers."""
    rows = queries.register_rows()
    return page("concierge/register.html", rows=rows, owners=queries.owners_of([row.id for row in rows]))


@bp.get("/mandats.csv")
@requires(VIEW)
def register_csv() -> Response:
    """The same as a file."""
    answer = Response(csv_blocks(HEADERS, _lines()), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="registre-des-mandats.csv"'
    return answer


HEADERS = ("Numéro", "Inscrit le", "Signé le", "Mandants", "Bien", "Nature", "Adresse", "Premier jour", "Dernier jour")


def _lines() -> Iterator[tuple[str, ...]]:
    rows = queries.register_rows()
    known = queries.owners_of([row.id for row in rows])
    for row in rows:
        days = (row.signed_on, row.starts_on, row.ends_on)
        signed, first, last = (clock.table_date(day) if day else "" for day in days)
        who = ", ".join(f"{one.name} ({percent(one.basis_points)})" for one in known.get(row.id, ()))
        place = f"{row.address}, {row.postcode} {row.town}".strip(", ")
        yield (
            row.number,
            clock.table_date(clock.local(row.created_at).date()),
            signed,
            who,
            row.name,
            row.family,
            place,
            first,
            last,
        )


@bp.get("/proprietaires")
@requires(VIEW)
def owners() -> Response:
    """Who entrusts us with what."""
    text = request.args.get("q", "").strip()[:100]
    rows = queries.owners(text)
    return page(
        "concierge/owners.html", block="liste", rows=rows, text=text, today_is=clock.today(),
        lodgings=queries.entrusted_by([row.id for row in rows]),
    )  # fmt: skip
