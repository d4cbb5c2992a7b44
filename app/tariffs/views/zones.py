"""Zones of towns: the list, a zone with its towns, the typeahead of towns. /tarifs/zones."""

from flask import Response, request, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.tariffs import queries, services
from app.tariffs.forms import ZoneForm
from app.tariffs.models import TariffZone
from app.tariffs.views.blueprint import EDIT, bp


@bp.get("/communes")
@requires(EDIT)
def towns() -> Response:
    """Towns for a typeahead."""
    return page("tariffs/towns.html", rows=queries.find_towns(request.args.get("q", "")[:80]))


@bp.route("/zones", methods=["GET", "POST"])
@requires(EDIT)
def zones() -> Response:
    """Zones, and a new one."""
    form = ZoneForm()
    if form.validate_on_submit():
        try:
            with transaction():
                row = services.add_zone(form.name.data or "")
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Zone « %(name)s » créée : ajoutez ses communes.", name=row.name))
            return go(url_for("tariffs.zone", zone_id=row.id))
    status = 422 if form.errors else 200
    return page("tariffs/zones.html", form=form, rows=queries.zone_rows(), loaded=queries.town_count(), status=status)


@bp.get("/zones/<int:zone_id>")
@requires(EDIT)
def zone(zone_id: int) -> Response:
    """A zone and its towns."""
    return _zone_page(_zone(zone_id))


def _zone(zone_id: int) -> TariffZone:
    row = or_404(queries.zone(zone_id))
    return or_404(row if row.archived_at is None else None)


def _zone_page(
    row: TariffZone,
    *,
    form: ZoneForm | None = None,
    pasted: str = "",
    faults: list[str] | None = None,
    status: int = 200,
) -> Response:
    form = form or ZoneForm(formdata=None, name=row.name)
    return page(
        "tariffs/zone.html",
        row=row,
        form=form,
        towns=queries.towns_of(row.id),
        pasted=pasted,
        faults=faults or [],
        status=status,
    )


@bp.post("/zones/<int:zone_id>")
@requires(EDIT)
def rename(zone_id: int) -> Response:
    """Another name."""
    row, form = _zone(zone_id), ZoneForm()
    if form.validate():
        try:
            with transaction():
                services.rename_zone(row, form.name.data or "")
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Zone enregistrée."))
            return go(url_for("tariffs.zone", zone_id=row.id))
    return _zone_page(row, form=form, status=422)


@bp.post("/zones/<int:zone_id>/communes")
@requires(EDIT)
def put(zone_id: int) -> Response:
    """Add the town chosen, and those of a list that is pasted; lines that name none stay in the list."""
    row = _zone(zone_id)
    text = request.form.get("list", "")[:40_000]
    found = services.read_list(text)
    codes = [town.insee for town in found.towns]
    chosen = request.form.get("town", "") or request.form.get("town_text", "")
    if chosen:
        one = services.read_list(chosen)
        codes += [town.insee for town in one.towns]
        found.faults += one.faults
    if not codes and not found.faults:
        found.faults.append(_("Choisissez une commune, ou collez une liste."))
    with transaction():
        added = services.put_towns(row, codes)
    if found.faults:
        return _zone_page(row, pasted=text, faults=found.faults, status=422)
    say(_n("%(num)s commune ajoutée.", "%(num)s communes ajoutées.", added))
    return go(url_for("tariffs.zone", zone_id=row.id))


@bp.post("/zones/<int:zone_id>/communes/<insee>/retirer")
@requires(EDIT)
def remove(zone_id: int, insee: str) -> Response:
    """Take a town out."""
    row = _zone(zone_id)
    with transaction():
        services.remove_town(row, insee[:5])
    return go(url_for("tariffs.zone", zone_id=row.id))


@bp.post("/zones/<int:zone_id>/archiver")
@requires(EDIT)
def archive_zone(zone_id: int) -> Response:
    """No longer used."""
    row = _zone(zone_id)
    name = row.name
    with transaction():
        services.archive_zone(row)
    say(_("Zone « %(name)s » archivée.", name=name))
    return go(url_for("tariffs.zones"))
