"""What came and went, and moves by hand."""

from flask import Response, request, url_for
from flask_login import current_user

from app.catalog.models import Article
from app.catalog.queries import article_for
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import go, page, say
from app.stock import queries, services
from app.stock.forms import MoveForm, PlaceForm
from app.stock.states import MoveKind
from app.stock.views.article import links
from app.stock.views.blueprint import bp


@bp.get("/stock/mouvements")
@requires("stock.view")
def moves() -> Response:
    """Every move, the newest first."""
    number, size = asked_page()
    kind, place = request.args.get("type", ""), chosen_id(request.args.get("lieu"))
    found = paged(queries.moves_listing(kind, place), number, size)
    return page(
        "stock/moves.html", block="liste", page=found, address=page_address, kind=kind, place=place, kinds=MoveKind,
        places=queries.places(), links=links(found.rows),
    )  # fmt: skip


@bp.route("/stock/mouvement", methods=["GET", "POST"])
@requires("stock.move")
def move() -> Response:
    """Put, carry, give back or scrap, by hand."""
    form = MoveForm(article_id=chosen_id(request.args.get("article")))
    article = _article(form)
    if form.validate_on_submit():
        try:
            return _move(form, article)
        except DomainError as error:
            put_error(form, error)
            article = _article(form)
    return page(
        "stock/move.html", form=form, article=article, places=form.place_id.choices, place_form=PlaceForm(formdata=None),
        status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


def _article(form: MoveForm) -> Article | None:
    """That chosen in the list, else the one whose code was typed or scanned."""
    if not form.article_id.data:
        found = queries.found_by_code(request.form.get("article_id_text", ""))
        form.article_id.data = found.article_id if found else None
    return article_for(current_user, form.article_id.data) if form.article_id.data else None


def _move(form: MoveForm, article: Article | None) -> Response:
    if article is None or not article.stocked:
        raise DomainError(_("Choisissez un article suivi en stock."), field="article_id")
    place = queries.place_by_id(form.place_id.data)
    if place is None:
        raise DomainError(_("Choisissez un lieu."), field="place_id")
    kind, count = form.kind.data, form.quantity.data or 0
    comes = kind in (MoveKind.OPENING, MoveKind.RETURN)
    with transaction():
        lot_id = _lot(form, article, comes=comes)
        if kind == MoveKind.TRANSFER:
            target = queries.place_by_id(form.to_id.data)
            if target is None:
                raise DomainError(_("Choisissez le lieu d'arrivée."), field="to_id")
            services.transfer(
                article.id, place.id, target.id, count, lot_id=lot_id, key=form.form_key.data, note=form.note.data
            )
        else:
            services.move(
                kind, article.id, place.id, count if comes else -count, lot_id=lot_id, cost=article.cost,
                key=form.form_key.data, note=form.note.data,
            )  # fmt: skip
    say(_("Mouvement enregistré : %(label)s", label=article.label))
    return go(url_for("stock.article", article_id=article.id))


def _lot(form: MoveForm, article: Article, *, comes: bool) -> int | None:
    """The lot named, made when something comes with a new one. Raises DomainError."""
    if not form.lot.data:
        if article.traced and comes:
            raise DomainError(_("Cet article est suivi par lot : saisissez son lot ou son n° de série."), field="lot")
        return None
    if comes:
        return services.add_lot(article.id, form.lot.data, origin=form.origin.data, cost=article.cost).id
    found = queries.found_by_code(form.lot.data)
    if found is None or found.article_id != article.id or not found.lot_id:
        raise DomainError(_("Ce lot n'est pas connu pour cet article. Relisez son étiquette."), field="lot")
    return found.lot_id


@bp.post("/stock/lieux")
@requires("stock.move")
def new_place() -> Response:
    """One more place."""
    form = PlaceForm()
    if not form.validate_on_submit():
        raise DomainError(_("Donnez un nom à ce lieu : Magasin, Atelier, Camionnette…"))
    with transaction():
        place = services.add_place(form.name.data, form.kind.data)
    say(_("Lieu ajouté : %(name)s", name=place.name))
    return go(url_for("stock.move"))
