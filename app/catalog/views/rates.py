"""« Réglages › TVA »: codes and their dated rates."""

from flask import Response, request, url_for

from app.catalog import queries, services
from app.catalog.forms import RateForm, RateWordsForm
from app.catalog.models import VatRate
from app.catalog.views.blueprint import VAT, vat_bp
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say


@vat_bp.get("")
@requires(VAT)
def index() -> Response:
    """Every code with its rates, the one in force first."""
    return _index()


def _index(fault: str = "", status: int = 200) -> Response:
    codes: dict[str, list[VatRate]] = {}
    for row in queries.all_rates():
        codes.setdefault(row.code, []).insert(0, row)
    ordered = sorted(codes.values(), key=lambda rows: (-rows[0].rate, rows[0].label))
    return page("catalog/rates.html", status=status, codes=ordered, fault=fault, day=clock.today())


@vat_bp.route("/nouveau", methods=["GET", "POST"])
@requires(VAT)
def new() -> Response:
    """A rate from a day on, of a known code or of a new one."""
    known = queries.rate_for(chosen_id(request.args.get("apres", "")) or 0)
    form = RateForm.after(known)
    if form.validate_on_submit():
        try:
            with transaction():
                row = services.add_rate(
                    form.words, code=form.code.data, rate=form.rate.points, valid_from=form.valid_from.data or clock.today(),
                    category=form.category.data,
                )  # fmt: skip
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Taux enregistré, à partir du %(day)s.", day=clock.table_date(row.valid_from)))
            return go(url_for("vat.index"))
    return page(
        "catalog/rate.html", form=form, row=None, known=known, status=422 if form.errors or form.form_errors else 200
    )


@vat_bp.route("/<int:rate_id>", methods=["GET", "POST"])
@requires(VAT)
def edit(rate_id: int) -> Response:
    """Correct the words of a rate."""
    row = or_404(queries.rate_for(rate_id))
    form = RateWordsForm(obj=row)
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_rate_words(row, form.words)
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Taux enregistré"))
            return go(url_for("vat.index"))
    return page(
        "catalog/rate.html", form=form, row=row, known=None, status=422 if form.errors or form.form_errors else 200
    )


@vat_bp.post("/<int:rate_id>/suppression")
@requires(VAT)
def remove(rate_id: int) -> Response:
    """Remove a rate that nothing uses."""
    row = or_404(queries.rate_for(rate_id))
    try:
        with transaction():
            services.remove_rate(row)
    except DomainError as error:
        return _index(error.message, error.status)
    say(_("Taux retiré"))
    return go(url_for("vat.index"))
