"""Articles: the list, the sheet, the form, the typeahead, archive and restore."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, rights_of
from app.catalog import queries, services
from app.catalog.forms import ArticleForm, PartForm, SupplierForm
from app.catalog.models import Article
from app.catalog.queries.parts import PartRow
from app.catalog.states import ArticleKind
from app.catalog.views.blueprint import COST, EDIT, VIEW, bp
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.money import line_cents
from app.core.pages import asked_page, paged, same_list
from app.core.panels import panels
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say

MADE = (ArticleKind.STANDARD, ArticleKind.BUNDLE)


@bp.get("")
@requires(VIEW)
def index() -> Response:
    """The list, filtered by the query string."""
    args = request.args
    kind = args.get("type", "")
    filters: dict[str, Any] = {
        "text": args.get("q", "").strip()[:100],
        "family_id": chosen_id(args.get("famille")),
        "kind": ArticleKind(kind) if kind in frozenset(ArticleKind) else None,
        "stocked": "stock" in args,
        "supplier_id": chosen_id(args.get("fournisseur")),
        "archived": "archives" in args,
    }
    number, size = asked_page()
    return page(
        "catalog/list.html", block="liste", rows=paged(queries.listing(**filters), number, size), link=same_list,
        filters=filters, filtered=any(filters.values()), families=queries.family_choices(), kinds=ArticleKind,
        suppliers=queries.supplier_choices(), costs=allowed(current_user, COST), margin=services.margin_rate,
        rates=dict(queries.vat_choices()),
    )  # fmt: skip


@bp.get("/choix")
@requires(VIEW)
def choices() -> Response:
    """Articles for a typeahead."""
    found = queries.find_articles(request.args.get("q", "")[:100])
    return page("catalog/choices.html", rows=found)


@bp.get("/<int:article_id>")
@requires(VIEW)
def show(article_id: int) -> Response:
    """The sheet of an article."""
    return sheet(or_404(queries.article_for(current_user, article_id)))


def sheet(
    article: Article,
    *,
    part_form: PartForm | None = None,
    supplier_form: SupplierForm | None = None,
    status: int = 200,
) -> Response:
    """The page of an article, with the forms of its parts and suppliers."""
    parts = queries.parts_of(article.id) if article.kind in MADE else []
    costs = allowed(current_user, COST)
    return page(
        "catalog/show.html", status=status, article=article, parts=parts, made=article.kind in MADE, whole=_whole(article, parts),
        suppliers=queries.suppliers_of(article.id), history=queries.price_changes(article.id), used_in=queries.used_in(article.id),
        path=queries.path_to(article.family_id), vat=queries.rate_on(article.vat_code, clock.today()),
        events=events_of(subject_of(article), 20), panels=_panels(article), edit=allowed(current_user, EDIT), costs=costs,
        margin=services.margin_rate, part_form=part_form or PartForm(formdata=None),
        supplier_form=supplier_form or SupplierForm(formdata=None),
    )  # fmt: skip


def _whole(article: Article, parts: list[PartRow]) -> dict[str, int]:
    """What the lines that it brings are worth in all, options left out: price and cost in cents, minutes."""
    kept = [part for part in parts if not part.optional]
    return {
        "price": sum(line_cents(part.quantity, part.price) for part in kept),
        "cost": sum(line_cents(part.quantity, part.cost) for part in kept),
        "minutes": article.minutes + sum(part.quantity * part.minutes // 1000 for part in kept),
    }


def _panels(article: Article) -> list[str]:
    shown = panels("article", article, rights_of(current_user.role))
    return [render_template(template, panel=variables, **variables) for template, variables in shown]


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """A new article."""
    form = ArticleForm.of(None, cost=allowed(current_user, COST))
    if request.method == "GET":
        asked = request.args.get("famille", "")
        form.family_id.data, form.barcode.data = chosen_id(asked), request.args.get("code", "")[:80]
    return _save(form, None) if form.is_submitted() else _form_page(form, None)


@bp.route("/<int:article_id>/modifier", methods=["GET", "POST"])
@requires(EDIT)
def edit(article_id: int) -> Response:
    """Change an article."""
    article = or_404(queries.article_for(current_user, article_id))
    form = ArticleForm.of(article, cost=allowed(current_user, COST))
    return _save(form, article) if form.is_submitted() else _form_page(form, article)


def _save(form: ArticleForm, article: Article | None) -> Response:
    if not form.validate():
        return _form_page(form, article, 422)
    try:
        with transaction():
            values = form.values()
            saved = services.add_article(**values) if article is None else services.change_article(article, **values)
    except DomainError as error:
        put_error(form, error)
        return _form_page(form, article, error.status)
    say(_("« %(label)s » est enregistré.", label=saved.label))
    return go(url_for("catalog.show", article_id=saved.id))


def _form_page(form: ArticleForm, article: Article | None, status: int = 200) -> Response:
    return page("catalog/form.html", status=status, form=form, article=article, margin=_typed_margin(form))


def _typed_margin(form: ArticleForm) -> int | None:
    """The rate of margin of what stands in the form, in basis points."""
    if "cost" not in form or not form.price.data:
        return None
    return services.margin_rate(form.price.data, form.cost.data or 0)


@bp.post("/calcul")
@requires(EDIT)
def follow() -> Response:
    """The prices of a form being typed: the one that follows, and the margin."""
    form = ArticleForm.of(None, cost=allowed(current_user, COST))
    gross_rules = form.rule.data == "gross"
    typed = (form.price_gross if gross_rules else form.price).data
    if typed is not None and form.vat_code.data:
        rate = queries.rate_on(form.vat_code.data, clock.today()).rate
        form.price.data, form.price_gross.data = services.both(typed, rate, gross_rules=gross_rules)
        (form.price if gross_rules else form.price_gross).raw_data = None
    return page("catalog/form.html", block="prix", form=form, article=None, margin=_typed_margin(form))


@bp.post("/<int:article_id>/<any(archiver, restaurer):verb>")
@requires(EDIT)
def archive(article_id: int, verb: str) -> Response:
    """Take an article out of the lists, or put it back."""
    article = or_404(queries.article_for(current_user, article_id))
    with transaction():
        (services.archive_article if verb == "archiver" else services.restore_article)(article)
    say(
        _("« %(label)s » est archivé.", label=article.label)
        if verb == "archiver"
        else _("« %(label)s » est restauré.", label=article.label)
    )
    return go(url_for("catalog.show", article_id=article_id))
