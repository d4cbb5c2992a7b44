"""On the sheet of an article: what it brings, and at whose it is bought."""

from flask import Response, request, url_for
from flask_login import current_user

from app.catalog import queries, services
from app.catalog.forms import PartForm, SupplierForm
from app.catalog.models import Article
from app.catalog.services import PartInput
from app.catalog.views.articles import sheet
from app.catalog.views.blueprint import COST, EDIT, bp
from app.contacts.queries import rows_matching
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.search import find
from app.core.web import go, or_404, page, say


def _article(article_id: int) -> Article:
    return or_404(queries.article_for(current_user, article_id))


@bp.post("/<int:article_id>/composants")
@requires(EDIT)
def add_part(article_id: int) -> Response:
    """Add a component at the end."""
    article, form = _article(article_id), PartForm()
    part_id = chosen_id(form.part_id.data)
    if not form.validate() or part_id is None or queries.row_of(part_id) is None:
        if part_id is None and not form.errors:
            put_error(form, DomainError(_("Choisissez un article dans la liste proposée."), field="part_id"))
        return sheet(article, part_form=form, status=422)
    parts = [PartInput(row.part_id, row.quantity, row.optional) for row in queries.parts_of(article_id)]
    try:
        with transaction():
            services.set_parts(article, [*parts, PartInput(part_id, form.quantity.data or 0, form.optional.data)])
    except DomainError as error:
        put_error(form, error)
        return sheet(_article(article_id), part_form=form, status=error.status)
    return go(url_for("catalog.show", article_id=article_id) + "#composants")


@bp.post("/<int:article_id>/composants/<int:part_row_id>/<any(retirer, monter):verb>")
@requires(EDIT)
def move_part(article_id: int, part_row_id: int, verb: str) -> Response:
    """Take a component away, or put it one line higher."""
    article = _article(article_id)
    rows = queries.parts_of(article_id)
    place = next((rank for rank, row in enumerate(rows) if row.id == part_row_id), None)
    if place is None:
        raise DomainError(_("Ce composant n'est plus là : un collègue l'a peut-être retiré. Relisez la fiche."))
    row = rows.pop(place)
    if verb == "monter":
        rows.insert(max(0, place - 1), row)
    with transaction():
        services.set_parts(article, [PartInput(part.part_id, part.quantity, part.optional) for part in rows])
    return go(url_for("catalog.show", article_id=article_id) + "#composants")


@bp.post("/<int:article_id>/fournisseurs")
@requires(COST)
def set_supplier(article_id: int) -> Response:
    """Add a supplier, or change what is known of him."""
    article, form = _article(article_id), SupplierForm()
    supplier_id = chosen_id(form.supplier_id.data)
    if not form.validate() or supplier_id is None:
        if supplier_id is None and not form.errors:
            put_error(form, DomainError(_("Choisissez le fournisseur dans la liste proposée."), field="supplier_id"))
        return sheet(article, supplier_form=form, status=422)
    try:
        with transaction():
            services.set_supplier(
                article, supplier_id, reference=form.supplier_reference.data, price=form.supplier_price.data or 0,
                pack=form.pack.data or 1000, days=form.days.data or 0, preferred=form.preferred.data,
            )  # fmt: skip
    except DomainError as error:
        put_error(form, error)
        return sheet(_article(article_id), supplier_form=form, status=error.status)
    say(_("Fournisseur enregistré"))
    return go(url_for("catalog.show", article_id=article_id) + "#fournisseurs")


@bp.post("/<int:article_id>/fournisseurs/<int:supplier_row_id>/retirer")
@requires(COST)
def remove_supplier(article_id: int, supplier_row_id: int) -> Response:
    """The article is no longer bought there."""
    article = _article(article_id)
    with transaction():
        services.remove_supplier(article, supplier_row_id)
    say(_("Fournisseur retiré"))
    return go(url_for("catalog.show", article_id=article_id) + "#fournisseurs")


@bp.get("/fournisseurs")
@requires(COST)
def supplier_choices() -> Response:
    """Contacts for the typeahead of the supplier."""
    found = rows_matching([hit.subject_id for hit in find(request.args.get("q", ""), ["contact"], 8)])
    return page("catalog/supplier_choices.html", rows=found)
