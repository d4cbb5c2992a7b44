"""A supplier's price list: received, its columns named, compared, shown line by line, then applied."""

from itertools import islice

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.queries import contact_for
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.jobs import JobState
from app.core.pages import asked_page, paged, same_list
from app.core.permissions import requires
from app.core.reading import MAX_BYTES, Layout, open_table
from app.core.web import go, or_404, page, say
from app.documents.services import open_file
from app.exchange.forms import PriceColumnsForm, PricesForm
from app.exchange.models import PriceUpdate
from app.exchange.queries import prices as queries
from app.exchange.services import prices as services
from app.exchange.states import CHANGING, PRICES_RUNNING, PriceMode, PriceState, PriceVerdict
from app.exchange.views.blueprint import bp

PRICES = "catalog.prices"
SAMPLE = 4
VIEWS = {
    "changent": CHANGING,
    "inchanges": (PriceVerdict.SAME,),
    "inconnus": (PriceVerdict.UNKNOWN,),
    "a-voir": (PriceVerdict.REFUSED, PriceVerdict.LEFT),
}


@bp.route("/articles/prix-fournisseur", methods=["GET", "POST"])
@requires(PRICES)
def prices() -> Response:
    """Drop a supplier's list; below, those already received."""
    form = PricesForm()
    if form.validate_on_submit():
        supplier_id = chosen_id(form.supplier_id.data)
        if supplier_id is not None and contact_for(current_user, supplier_id) is not None:
            return _receive(form, supplier_id)
        put_error(form, DomainError(_("Choisissez le fournisseur dans la liste proposée."), field="supplier_id"))
    return _prices(form, 422 if form.errors else 200)


def _receive(form: PricesForm, supplier_id: int) -> Response:
    upload = form.file.data
    try:
        with transaction():
            row = services.receive_prices(
                upload.stream.read(MAX_BYTES + 1), upload.filename or "", supplier_id=supplier_id,
                mode=PriceMode(form.mode.data), by=current_user.name,
            )  # fmt: skip
    except DomainError as error:
        put_error(form, DomainError(error.message, field="file"))
        return _prices(form, error.status)
    return go(url_for("exchange.price_columns", price_update_id=row.id))


def _prices(form: PricesForm, status: int) -> Response:
    number, size = asked_page()
    found = paged(queries.updates_query(), number, size, scalars=True)
    return page("exchange/prices.html", form=form, found=found, link=same_list, status=status)


@bp.route("/articles/prix-fournisseur/<int:price_update_id>/colonnes", methods=["GET", "POST"])
@requires(PRICES)
def price_columns(price_update_id: int) -> Response:
    """Say what each column is and what becomes of the selling price."""
    row = or_404(queries.price_update(price_update_id))
    if row.state not in (PriceState.MAPPING, PriceState.COMPARED):
        return go(url_for("exchange.price_update", price_update_id=price_update_id))
    form = PriceColumnsForm(mode=row.mode.value)
    chosen = request.form.getlist("field") or row.mapping
    if not form.validate_on_submit():
        return _columns(row, form, chosen, 422 if form.errors else 200)
    try:
        with transaction():
            services.compare(queries.locked_update(price_update_id), chosen, PriceMode(form.mode.data))
    except DomainError as error:
        put_error(form, error)
        return _columns(or_404(queries.price_update(price_update_id)), form, chosen, error.status)
    return go(url_for("exchange.price_update", price_update_id=price_update_id))


def _columns(row: PriceUpdate, form: PriceColumnsForm, chosen: list[str], status: int) -> Response:
    rows = list(islice(open_table(open_file(row.file), Layout.of(row.layout)).rows(), SAMPLE))
    samples = [
        list(
            dict.fromkeys(
                line.cells[rank].strip() for line in rows if rank < len(line.cells) and line.cells[rank].strip()
            )
        )
        for rank in range(len(row.headers))
    ]
    return page(
        "exchange/price_columns.html",
        status=status,
        row=row,
        form=form,
        fields=services.FIELDS,
        chosen=chosen,
        samples=samples,
    )


@bp.get("/articles/prix-fournisseur/<int:price_update_id>")
@requires(PRICES)
def price_update(price_update_id: int) -> Response:
    """How far it is, asked again every two seconds; then what changes, line by line."""
    row = or_404(queries.price_update(price_update_id))
    if row.state == PriceState.MAPPING:
        return go(url_for("exchange.price_columns", price_update_id=price_update_id))
    running, job = row.state in PRICES_RUNNING, queries.job_of(row)
    view = request.args.get("voir", "changent")
    view = view if view in VIEWS else "changent"
    number, size = asked_page()
    return page(
        "exchange/price_update.html", block="rapport", row=row, job=job, running=running, view=view, link=same_list,
        stopped=bool(running and job and job.state == JobState.FAILED),
        counts={} if running else _counts(row),
        lines=None if running else paged(queries.lines_query(price_update_id, VIEWS[view]), number, size),
    )  # fmt: skip


def _counts(row: PriceUpdate) -> dict[str, int]:
    counts = queries.counts_of(row.id)
    return {key: sum(counts.get(verdict, 0) for verdict in verdicts) for key, verdicts in VIEWS.items()}


@bp.post("/articles/prix-fournisseur/<int:price_update_id>/<any(appliquer, reprendre):verb>")
@requires(PRICES)
def price_apply(price_update_id: int, verb: str) -> Response:
    """Apply what was shown, or go on with what stopped."""
    or_404(queries.price_update(price_update_id))
    with transaction():
        row = queries.locked_update(price_update_id)
        if verb == "appliquer":
            services.apply_prices(row)
        elif row.state in PRICES_RUNNING:
            services.resume_prices(row)
    if verb == "reprendre":
        say(_("La mise à jour reprend où elle s'était arrêtée."))
    return go(url_for("exchange.price_update", price_update_id=price_update_id))
