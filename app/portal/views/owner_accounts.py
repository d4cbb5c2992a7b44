"""The owner's account: his statements and invoices, what a year brought and cost, and his conversation with the concierge."""

import csv
import io
from collections.abc import Iterator

from flask import Response, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.money import amount_input
from app.core.permissions import signed_in
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents.services import file_response
from app.messaging.queries import thread_of, unread_count
from app.messaging.services import mark_read, post_from_client
from app.portal.forms import MessageForm
from app.portal.queries.owner import Owner, owner_of
from app.portal.queries.owner_accounts import (
    OwnStatement,
    Year,
    by_year,
    direct_of,
    my_statements,
    stored,
    year_of,
    years_of,
)
from app.portal.queries.owner_stays import month_label
from app.portal.views.blueprint import bp
from app.portal.views.owner import owner_or_404

COLUMNS = (
    "Encaissements", "Commissions des plateformes", "Taxe de séjour reversée", "Débours", "Honoraires HT", "TVA", "Virements",
)  # fmt: skip


def _statement(owner: Owner, statement_id: int) -> OwnStatement:
    return or_404(next((one for one in my_statements(owner) if one.id == statement_id), None))


def _file(file_id: int | None) -> Response:
    found = stored(file_id)
    if found is None:
        raise Conflict(_("Ce document se prépare. Revenez dans un instant."))
    return file_response(found)


@bp.get("/portail/releves")
@signed_in
def my_statements_page() -> Response:
    """His statements, year by year."""
    owner = owner_of(current_user)
    if owner is None:
        return go(url_for("portal.home"))
    statements = my_statements(owner)
    return page(
        "portal/owner_statements.html", owner=owner, years=by_year(statements), last=next(iter(statements), None)
    )


@bp.get("/portail/releves/<int:statement_id>/releve.pdf")
@signed_in
def my_statement_pdf(statement_id: int) -> Response:
    """The « relevé de gérance »."""
    return _file(_statement(owner_or_404(), statement_id).file_id)


@bp.get("/portail/releves/<int:statement_id>/facture.pdf")
@signed_in
def my_statement_invoice(statement_id: int) -> Response:
    """The invoice of our fees."""
    return _file(_statement(owner_or_404(), statement_id).invoice_file_id)


def _year_asked(years: list[int]) -> int:
    asked = chosen_id(request.args.get("annee"))
    return asked if asked in years else years[0]


@bp.get("/portail/releves/annee")
@signed_in
def my_year() -> Response:
    """What a year brought and cost, by lodging and month, for his tax return."""
    owner = owner_of(current_user)
    if owner is None:
        return go(url_for("portal.home"))
    years = years_of(my_statements(owner), clock.today())
    year = _year_asked(years)
    return page(
        "portal/owner_year.html", owner=owner, years=years, year=year_of(owner, year), direct=direct_of(owner, year),
        columns=[_(name) for name in COLUMNS], month_label=month_label,
    )  # fmt: skip


@bp.get("/portail/releves/annee.csv")
@signed_in
def my_year_csv() -> Response:
    """The same, as a spreadsheet opens it."""
    owner = owner_of(current_user)
    if owner is None:
        return go(url_for("portal.home"))
    year = year_of(owner, _year_asked(years_of(my_statements(owner), clock.today())))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Mois"), _("Logement"), *(_(name) for name in COLUMNS)])
    writer.writerows(_rows(year))
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="releves-{year.year}.csv"'
    return response


def _rows(year: Year) -> Iterator[list[str]]:
    for month, places in year.months.items():
        for name, sums in places.items():
            shown = [amount_input(cents) for cents in sums.amounts]
            yield [f"{month.year}-{month.month:02d}", name.lstrip("=+-@") or _("Tous logements"), *shown]


@bp.route("/portail/messages", methods=["GET", "POST"])
@signed_in
def my_letters() -> Response:
    """What the owner and the concierge write to each other."""
    owner = owner_of(current_user)
    if owner is None:
        return go(url_for("portal.home"))
    form, subject = MessageForm(), subject_of(owner.contact)
    if form.validate_on_submit():
        try:
            with transaction():
                post_from_client(subject, owner.contact, form.body.data or "")
            say(_("Votre message est envoyé"))
            return go(url_for("portal.my_letters"))
        except DomainError as error:
            db.session.rollback()
            put_error(form, error)
    rows, new = thread_of(subject, for_client=True), unread_count(subject, for_client=True)
    return page("portal/owner_messages.html", status=422 if form.errors else 200, rows=rows, new=new, form=form)


@bp.post("/portail/messages/lus")
@signed_in
def my_letters_read() -> Response:
    """He has read what we wrote."""
    owner = owner_of(current_user)
    if owner is None:
        return go(url_for("portal.home"))
    with transaction():
        mark_read(subject_of(owner.contact), "client")
    return go(url_for("portal.my_letters"))
