"""The renewal campaign: a season, who would be renewed and why at that price, then a job and how far it is."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.pages import Page
from app.core.permissions import requires
from app.core.web import go, or_404, page
from app.members import queries
from app.members.forms import CampaignForm
from app.members.models import Season
from app.members.queries.listing import campaign_run, campaigns
from app.members.services.campaign import Renewal, plan, start
from app.members.views.blueprint import SETTINGS, bp

SIZE = 100


@bp.route("/adherents/campagne", methods=["GET", "POST"])
@requires(SETTINGS)
def campaign() -> Response:
    """The preview, for the latest season unless `?saison=` names another; nothing is written before « Renouveler »."""
    rows = queries.seasons()
    asked = chosen_id(request.values.get("saison")) or (rows[0].id if rows else 0)
    season = db.session.get(Season, asked)
    if request.method == "POST":
        return _start(or_404(season))
    return _shown(season, plan(season) if season else [])


def _start(season: Season) -> Response:
    """« Renouveler »; or another page of the preview (`page`), which remembers what was ticked and writes nothing."""
    lines = plan(season)
    if "page" in request.form:
        return _shown(season, lines)
    form = CampaignForm()
    try:
        with transaction():
            wanted = _ticked(lines)
            run = start(
                season, [line.contact_id for line in lines if line.contact_id in wanted], issue=bool(form.issue.data)
            )
    except DomainError as error:
        db.session.rollback()
        season = db.session.get_one(Season, season.id)
        return _shown(season, plan(season), error.message, 422)
    return go(url_for("members.campaign_progress", run_id=run.id))


def _ids(name: str) -> set[int]:
    return {found for value in request.form.getlist(name) if (found := chosen_id(value))}


def _ticked(lines: Sequence[Renewal]) -> set[int]:
    """Whom the person wants renewed: on the page that he sends (`vu`), those that he ticked (`ids`); on the others, who is ready,
    but those unticked before (`sans`), and those ticked before (`avec`)."""
    if request.method == "GET":
        return {line.contact_id for line in lines if line.ready}
    if "vu" not in request.form:
        return _ids("ids")
    elsewhere = {line.contact_id for line in lines if line.ready} - _ids("sans") | _ids("avec")
    return elsewhere - _ids("vu") | _ids("ids")


def _shown(season: Season | None, lines: Sequence[Renewal], fault: str = "", status: int = 200) -> Response:
    wanted, typed = _ticked(lines), request.method == "POST"
    picked = [line for line in lines if line.contact_id in wanted]
    number = min(max(chosen_id(request.values.get("page")) or 1, 1), max(1, -(-len(lines) // SIZE)))
    here = lines[(number - 1) * SIZE : number * SIZE]
    on_page = {line.contact_id for line in here}
    ready = {line.contact_id for line in lines if line.ready}
    return page(
        "members/campaign.html", season=season, seasons=queries.seasons(), before=queries.season_before(season) if season else None,
        listing=Page(list(here), number, SIZE, len(lines)), wanted=wanted, without=sorted(ready - wanted - on_page), more=sorted(wanted - ready - on_page),
        people=len(picked), payers=len({line.payer_id for line in picked}), total=sum(line.fee.gross for line in picked),
        silent=len({line.payer_id for line in picked if not line.email}), fees=queries.fee_rows(),
        form=CampaignForm() if typed else CampaignForm(formdata=None, issue=True), fault=fault, status=status, runs=campaigns(),
    )  # fmt: skip


@bp.get("/adherents/campagne/<int:run_id>")
@requires(SETTINGS)
def campaign_progress(run_id: int) -> Response:
    """How far it is; asked again by itself while it runs."""
    run = or_404(campaign_run(run_id))
    result: dict[str, Any] = run.result or {}
    return page("members/campaign_progress.html", block="avancement", run=run, result=result)
