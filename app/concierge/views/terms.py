"""A change of terms: from a day on, read in French before and after."""

from flask import Response, request, url_for

from app.concierge import services
from app.concierge.forms.mandates import more_rows
from app.concierge.forms.terms import NewTermsForm, new_terms_form
from app.concierge.queries.mandates import version_on
from app.concierge.queries.terms import terms_of
from app.concierge.services.versions import check_day, check_terms, current, drop_version, first_free_day
from app.concierge.services.words import changes, words
from app.concierge.views.blueprint import MANAGE, bp
from app.concierge.views.mandates import the_mandate
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.statements.models import Terms


@bp.route("/mandats/<int:mandate_id>/conditions", methods=["GET", "POST"])
@requires(MANAGE)
def terms_new(mandate_id: int) -> Response:
    """Other terms: shown before and after, then kept."""
    mandate = the_mandate(mandate_id)
    now = current(mandate)
    form = new_terms_form(terms_of(now.terms, now.since), first_free_day(mandate))
    asked = request.form.get("more", "")
    if more_rows(form, asked) or not form.validate_on_submit() or form.since.data is None:
        return _page(mandate_id, form)
    try:
        terms = form.terms(form.since.data)
        if asked == "see":
            check_terms(terms)
            check_day(mandate, terms.since)
            return _page(mandate_id, form, terms)
        with transaction():
            services.add_version(the_mandate(mandate_id), terms, form.reason.data or "")
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _page(mandate_id, form)
    say(_("Nouvelles conditions enregistrées"))
    return go(url_for("concierge.mandate", mandate_id=mandate_id))


def _page(mandate_id: int, form: NewTermsForm, after: Terms | None = None) -> Response:
    mandate = the_mandate(mandate_id)
    held = version_on(mandate, after.since) if after else None
    gone, come = (
        changes(terms_of(held.terms, held.since), after) if held and after else ([], words(after) if after else [])
    )
    form.offer_rows()
    return page(
        "concierge/terms_new.html", form=form, mandate=mandate, seen=after, gone=gone, come=come, free=first_free_day(mandate),
        status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


@bp.post("/mandats/<int:mandate_id>/conditions/<int:version_id>/suppression")
@requires(MANAGE)
def terms_drop(mandate_id: int, version_id: int) -> Response:
    """Terms that counted no month are taken back."""
    or_404(next((one for one in the_mandate(mandate_id).versions if one.id == version_id), None))
    try:
        with transaction():
            mandate = the_mandate(mandate_id)
            drop_version(mandate, next(one for one in mandate.versions if one.id == version_id))
    except DomainError as error:
        say(error.message, "error")
    else:
        say(_("Conditions retirées"))
    return go(url_for("concierge.mandate", mandate_id=mandate_id))
