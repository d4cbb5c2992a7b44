"""« Réglages › Accessoires compatibles »: what goes with what."""

from flask import Response, request, url_for

from app.assets import queries, services
from app.assets.forms import FitForm
from app.assets.models import Compatibility
from app.assets.views.blueprints import SETTINGS, settings_bp
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say


@settings_bp.route("/accessoires", methods=["GET", "POST"])
@requires(SETTINGS)
def fits() -> Response:
    """All the combinations; one more. `?pour=asset:12` fills the main side."""
    form = FitForm(main=request.args.get("pour", ""))
    if form.validate_on_submit():
        try:
            with transaction():
                main, other = form.sides()
                services.combine(main, other, compulsory=form.compulsory.data)
        except DomainError as error:
            db.session.rollback()
            put_error(form, error)
        else:
            say(_("%(other)s va avec %(main)s.", other=other.label, main=main.label))
            return go(url_for("families.fits"))
    sides = {field.name: queries.side_of(field.data or "") for field in (form.main, form.other)}
    rows, status = queries.combinations(), 422 if form.errors else 200
    return page("assets/fits.html", status=status, form=form, rows=rows, sides=sides)


@settings_bp.post("/accessoires/<int:fit_id>/retirer")
@requires(SETTINGS)
def drop_fit(fit_id: int) -> Response:
    """They no longer go together."""
    row = or_404(db.session.get(Compatibility, fit_id))
    with transaction():
        services.separate(row)
    say(_("Ils ne sont plus proposés ensemble."))
    return go(url_for("families.fits"))


@settings_bp.get("/accessoires/choix")
@requires(SETTINGS)
def fit_choices() -> Response:
    """Rows of the type-ahead: families, models, units of ours."""
    text = request.args.get("q") or request.args.get("main_text") or request.args.get("other_text", "")
    return page("assets/_fit_choices.html", found=queries.sides_matching(text), text=text.strip())
