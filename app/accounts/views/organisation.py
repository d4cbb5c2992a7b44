"""« Organisation »: who we are, our colour (served as a style sheet), our hours."""

from flask import Response, current_app, url_for

from app.accounts import queries, services
from app.accounts.forms import OrganisationForm
from app.accounts.forms.organisation import form_data
from app.accounts.views.blueprint import bp
from app.core import colours
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import public, requires
from app.core.web import go, not_found, page, say

_A_YEAR = 365 * 24 * 3600


@bp.route("/reglages/organisation", methods=["GET", "POST"])
@requires("organisation.edit")
def organisation() -> Response:
    """Read and change who we are."""
    house = queries.our_organisation()
    form = OrganisationForm(data=form_data(house))
    if not form.validate_on_submit():
        return page("accounts/organisation.html", form=form, status=422 if form.errors else 200)
    try:
        with transaction():
            services.change_organisation(**form.values())
    except DomainError as error:
        put_error(form, error)
        return page("accounts/organisation.html", form=form, status=error.status)
    say(_("Organisation enregistrée. Les écrans et les prochains documents la suivent."))
    return go(url_for("accounts.organisation"))


@bp.get("/charte/<digest>.css")
@public
def style_sheet(digest: str) -> Response:
    """The organisation's colour as a style sheet, kept a year: its address changes with the colour."""
    house = queries.organisation()
    if house is None or digest != colours.style_hash(house.accent):
        not_found()
    response = current_app.response_class(colours.style_sheet(house.accent), mimetype="text/css")
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
    return response
