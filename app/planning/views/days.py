"""« Réglages » of the planning: closures, and how each family may be booked."""

from typing import Any

from flask import Response, url_for
from sqlalchemy import select

from app.assets.queries import families
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.planning.forms import ClosureForm, RulesForm
from app.planning.models import BookingRule, Closure
from app.planning.queries.calendar import calendar
from app.planning.queries.rules import Rules, rules_of
from app.planning.services import days as services
from app.planning.services.rules import set_rules
from app.planning.views.blueprint import SETTINGS, bp

YEAR = 365


@bp.route("/reglages/fermetures", methods=["GET", "POST"])
@requires(SETTINGS)
def closures() -> Response:
    """The days when nobody is there: ours, and those of the calendar."""
    form = ClosureForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.close_days(str(form.label.data), *form.days(), form.site_id.data)
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Fermeture ajoutée : %(label)s", label=form.label.data))
            return go(url_for("planning.closures"))
    rows = db.session.scalars(select(Closure).order_by(Closure.first_day.desc()).limit(200)).all()
    coming = [day for day in calendar(clock.today(), YEAR) if day.closed and day.why]
    return page("planning/closures.html", status=422 if form.errors else 200, form=form, rows=rows, coming=coming)


@bp.post("/reglages/fermetures/<int:closure_id>/suppression")
@requires(SETTINGS)
def open_again(closure_id: int) -> Response:
    """Forget a closure."""
    with transaction():
        services.open_again(or_404(db.session.get(Closure, closure_id)))
    say(_("Fermeture retirée"))
    return go(url_for("planning.closures"))


@bp.get("/reglages/reservation")
@requires(SETTINGS)
def rules() -> Response:
    """How each family may be booked."""
    own = set(db.session.scalars(select(BookingRule.family_id)))
    rows: list[tuple[Any, ...]] = [(0, _("Toutes les familles"), rules_of(None), None in own)]
    rows += [(key, label, rules_of(key), key in own) for key, label in families()]
    return page("planning/rules.html", rows=rows)


@bp.route("/reglages/reservation/<int:family_id>", methods=["GET", "POST"])
@requires(SETTINGS)
def family_rules(family_id: int) -> Response:
    """The rules of a family; 0 stands for those without one of their own."""
    label = or_404({0: _("Toutes les familles"), **dict(families())}.get(family_id))
    key = family_id or None
    form = RulesForm(obj=rules_of(key))
    if not form.validate_on_submit():
        return page("planning/family_rules.html", block="dialogue", status=422 if form.errors else 200, form=form,
                    label=label, family_id=family_id)  # fmt: skip
    with transaction():
        set_rules(key, Rules(**{name: form[name].data for name in Rules.__dataclass_fields__}))
    say(_("Règles enregistrées : %(label)s", label=label))
    return go(url_for("planning.rules"))


@bp.post("/reglages/reservation/<int:family_id>/abandon")
@requires(SETTINGS)
def drop_rules(family_id: int) -> Response:
    """A family follows the common rules again."""
    or_404(dict(families()).get(family_id))
    with transaction():
        set_rules(family_id, None)
    say(_("La famille suit de nouveau les règles communes"))
    return go(url_for("planning.rules"))
