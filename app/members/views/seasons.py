"""« Réglages » of members: seasons, and the articles that are memberships."""

from flask import Response, url_for

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.members import queries, services
from app.members.forms import SeasonForm
from app.members.models import Season
from app.members.views.blueprint import SETTINGS, bp


@bp.route("/reglages/saisons", methods=["GET", "POST"])
@requires(SETTINGS)
def seasons_page() -> Response:
    """The seasons and a form for one more."""
    form = SeasonForm()
    if not form.validate_on_submit():
        return _page(form, None, 422 if form.errors else 200)
    return _save(form, None)


@bp.route("/reglages/saisons/<int:season_id>", methods=["GET", "POST"])
@requires(SETTINGS)
def season(season_id: int) -> Response:
    """Correct a season."""
    row = _the_season(season_id)
    form = SeasonForm(obj=row)
    if not form.validate_on_submit():
        return _page(form, row, 422 if form.errors else 200)
    return _save(form, season_id)


def _the_season(season_id: int) -> Season:
    return or_404(db.session.get(Season, season_id))


def _save(form: SeasonForm, season_id: int | None) -> Response:
    try:
        with transaction():
            services.put_season(_the_season(season_id) if season_id else None, form.name.data or "", *form.days())
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _page(form, _the_season(season_id) if season_id else None, error.status)
    say(_("Saison « %(name)s » enregistrée", name=form.name.data))
    return go(url_for("members.seasons_page"))


def _page(form: SeasonForm, row: Season | None, status: int) -> Response:
    return page(
        "members/seasons.html", form=form, season=row, rows=queries.seasons(), fees=queries.fee_rows(), status=status,
    )  # fmt: skip


@bp.post("/reglages/saisons/<int:season_id>/archive")
@requires(SETTINGS)
def archive_season(season_id: int) -> Response:
    """Out of the lists."""
    with transaction():
        services.archive_season(_the_season(season_id))
    say(_("Saison archivée"))
    return go(url_for("members.seasons_page"))
