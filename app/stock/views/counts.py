"""Inventories: open, scan, correct, validate."""

from flask import Response, request, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _, _n
from app.core.money import quantity
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.stock import queries, services
from app.stock.forms import CountForm, ScanForm
from app.stock.models import StockCount
from app.stock.states import CountState
from app.stock.views.blueprint import bp


@bp.route("/stock/inventaire", methods=["GET", "POST"])
@requires("stock.count")
def counts() -> Response:
    """The inventories; begin one."""
    form = CountForm()
    if form.validate_on_submit():
        place = queries.place_by_id(form.place_id.data)
        try:
            if place is None:
                raise DomainError(_("Choisissez le lieu à compter."), field="place_id")
            with transaction():
                count = services.open_count(place.id)
            return go(url_for("stock.count", count_id=count.id))
        except DomainError as error:
            put_error(form, error)
    return page(
        "stock/counts.html", form=form, rows=queries.counts(), status=422 if form.errors or form.form_errors else 200
    )


def _count(count_id: int) -> StockCount:
    return or_404(queries.count_by_id(count_id))


@bp.get("/stock/inventaire/<int:count_id>")
@requires("stock.count")
def count(count_id: int) -> Response:
    """What was counted so far."""
    return _shown(_count(count_id), ScanForm(formdata=None))


def _shown(found: StockCount, form: ScanForm, last: int = 0) -> Response:
    lines = queries.count_lines(found.id)
    return page(
        "stock/count.html", block="comptage", count=found, form=form, lines=lines, last=last,
        open=found.state == CountState.OPEN, differences=[line for line in lines if line.counted != (line.expected or 0)],
        status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


@bp.post("/stock/inventaire/<int:count_id>/scan")
@requires("stock.count")
def scan(count_id: int) -> Response:
    """One more of what was scanned, or as many as were typed."""
    found, form = _count(count_id), ScanForm()
    if not form.validate_on_submit():
        return _shown(found, form)
    article = queries.found_by_code(form.code.data)
    try:
        if article is None:
            raise DomainError(
                _(
                    "« %(code)s » n'est le code d'aucun article suivi en stock. Cherchez sa référence.",
                    code=form.code.data,
                ),
                field="code",
            )
        with transaction():
            counted = services.count_in(
                _count(count_id), article.article_id, form.quantity.data or 1000, lot_id=article.lot_id
            )
    except DomainError as error:
        put_error(form, error)
        return _shown(_count(count_id), form)
    if not request.headers.get("HX-Request"):  # with htmx the page itself says it, above its list
        say(_("%(label)s : %(count)s", label=article.label, count=quantity(counted)))
    return _shown_after(count_id, article.article_id)


def _shown_after(count_id: int, article_id: int = 0) -> Response:
    if request.headers.get("HX-Request"):
        return _shown(_count(count_id), ScanForm(formdata=None), article_id)
    return go(url_for("stock.count", count_id=count_id))


@bp.post("/stock/inventaire/<int:count_id>/articles/<int:article_id>")
@requires("stock.count")
def correct(count_id: int, article_id: int) -> Response:
    """Write how many there are, in place of what was counted."""
    form = ScanForm(data={"code": "-"})
    found = _count(count_id)
    form.code.data = "-"
    if form.quantity.errors or form.quantity.process_errors or form.quantity.data is None:
        raise DomainError(_("Saisissez ce que vous avez compté, par exemple 12."))
    lot_id = chosen_id(request.form.get("lot_id")) or 0
    or_404(
        next(
            (line for line in queries.count_lines(count_id) if (line.article_id, line.lot_id) == (article_id, lot_id)),
            None,
        )
    )
    with transaction():
        services.count_in(found, article_id, form.quantity.data, lot_id=lot_id, add=False)
    return _shown_after(count_id, article_id)


@bp.post("/stock/inventaire/<int:count_id>/validation")
@requires("stock.count")
def close(count_id: int) -> Response:
    """Move the differences."""
    found = _count(count_id)
    with transaction():
        differences = services.close_count(found, missing_is_zero=request.form.get("missing_is_zero") == "1")
    say(
        _n("Inventaire validé : %(num)s écart corrigé", "Inventaire validé : %(num)s écarts corrigés", differences)
        if differences
        else _("Inventaire validé : aucun écart")
    )
    return go(url_for("stock.count", count_id=count_id))


@bp.post("/stock/inventaire/<int:count_id>/abandon")
@requires("stock.count")
def abandon(count_id: int) -> Response:
    """Drop it: nothing moves."""
    found = _count(count_id)
    with transaction():
        services.abandon_count(found)
    say(_("Inventaire abandonné : rien n'a bougé"))
    return go(url_for("stock.counts"))
