"""Units: the list, the sheet, the form, archive and restore."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, rights_of
from app.assets import queries, services
from app.assets.forms import AssetForm, FilesForm
from app.assets.models import Asset
from app.assets.states import AssetState
from app.assets.views.blueprints import EDIT, VIEW, bp
from app.contacts.queries import contact_for, rows_matching
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.pages import asked_page, paged, same_list
from app.core.panels import panels
from app.core.permissions import requires
from app.core.search import find
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents.queries import attachments_of

FOUND_MOST = 500


@bp.get("")
@requires(VIEW)
def index() -> Response:
    """The list, filtered by the query string."""
    family_id = request.args.get("famille", type=int)
    text, owned, state = request.args.get("q", "").strip(), request.args.get("a-nous", ""), request.args.get("etat", "")
    archived = "archives" in request.args
    ids = [hit.subject_id for hit in find(text, ["asset"], FOUND_MOST)] if text else None
    query = queries.listing(
        family_id=family_id,
        ours={"oui": True, "non": False}.get(owned),
        state=AssetState(state) if state in frozenset(AssetState) else None,
        archived=archived,
        ids=ids,
    )
    number, size = asked_page()
    return page(
        "assets/list.html", block="liste", rows=paged(query, number, size), fields=queries.list_fields(family_id),
        families=queries.families(), family_id=family_id, text=text, owned=owned, state=state, archived=archived,
        states=AssetState, noun=queries.noun(), in_words=queries.in_words, link=same_list,
    )  # fmt: skip


@bp.get("/<int:asset_id>")
@requires(VIEW)
def show(asset_id: int) -> Response:
    """The sheet of a unit."""
    asset = or_404(queries.asset_for(current_user, asset_id))
    about = subject_of(asset)
    fields = queries.fields_of(asset.family_id)
    return page(
        "assets/show.html", unit=asset, noun=queries.noun(), pairs=queries.custom_pairs(fields, asset.custom),
        files=attachments_of(about), family_files=queries.documents_for(asset.family_id, asset.model_id),
        events=events_of(about, 30), panels=_panels(asset), form=FilesForm(), edit=allowed(current_user, EDIT),
    )  # fmt: skip


def _panels(asset: Asset) -> list[str]:
    shown = panels("asset", asset, rights_of(current_user.role))
    return [render_template(template, **variables) for template, variables in shown]


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """A new unit."""
    form = AssetForm(family_id=request.args.get("famille", ""), owner_id=request.args.get("contact", "")).ready()
    if not form.is_submitted():
        return _form_page(form, None)
    return _save(form, None)


@bp.route("/<int:asset_id>/modifier", methods=["GET", "POST"])
@requires(EDIT)
def edit(asset_id: int) -> Response:
    """Correct a unit."""
    asset = or_404(queries.asset_for(current_user, asset_id))
    form = AssetForm(obj=asset, family_id=str(asset.family_id), site_id=str(asset.site_id or "")).ready()
    if not form.is_submitted():
        return _form_page(form, asset)
    return _save(form, asset)


def _save(form: AssetForm, asset: Asset | None) -> Response:
    valid = form.validate()
    custom, faults = services.read_custom(form.family_id.data, queries.custom_form_values(request.form))
    if not valid or faults:
        return _form_page(form, asset, faults=faults, status=422)
    owner_id = form.values()["owner_id"]
    if owner_id and contact_for(current_user, owner_id) is None:
        return _form_page(form, asset, owner_fault=_("Choisissez le propriétaire dans la liste."), status=422)
    kept = asset.custom if asset is not None else {}
    known = {field.code for field in queries.fields_of(form.family_id.data)}
    values = form.values() | {"custom": {code: value for code, value in kept.items() if code not in known} | custom}
    values["warranty_until"] = values["warranty_until"] or _warranty(values)
    try:
        with transaction():
            saved = services.add_asset(**values) if asset is None else services.change_asset(asset, **values)
    except DomainError as error:
        put_error(form, error)
        return _form_page(form, asset, status=error.status)
    say(_("« %(label)s » est enregistré.", label=saved.label))
    return go(url_for("assets.show", asset_id=saved.id))


def _warranty(values: dict[str, Any]) -> Any:
    model = queries.model_for(current_user, values["model_id"]) if values["model_id"] else None
    return services.warranty_end(
        values["bought_on"], queries.family(values["family_id"]), model.warranty_months if model else None
    )


def _form_page(
    form: AssetForm,
    asset: Asset | None,
    *,
    faults: dict[str, str] | None = None,
    owner_fault: str = "",
    status: int = 200,
) -> Response:
    typed = queries.custom_form_values(request.form) if form.is_submitted() else None
    fields = queries.fields_of(form.family_id.data)
    owner_id, model_id = chosen_id(form.owner_id.data), chosen_id(form.model_id.data)
    owner = rows_matching([owner_id]) if owner_id else []
    model = queries.model_for(current_user, model_id) if model_id else None
    return page(
        "assets/form.html", status=status, form=form, unit=asset, fields=fields, typed=typed, faults=faults or {},
        custom=asset.custom if asset is not None else {}, noun=queries.noun(), owner=owner[0] if owner else None,
        owner_fault=owner_fault, model=model, field_text=queries.field_text,
    )  # fmt: skip


@bp.get("/champs")
@requires(VIEW)
def custom_fields() -> Response:
    """The custom fields of the family chosen in a form."""
    fields = queries.fields_of(request.args.get("family_id", type=int))
    typed = queries.custom_form_values(request.args)
    return page(
        "assets/custom_fields.html", fields=fields, typed=typed, custom={}, faults={}, field_text=queries.field_text
    )


@bp.get("/proprietaires")
@requires(EDIT)
def owners() -> Response:
    """Contacts for the typeahead of the owner."""
    found = rows_matching([hit.subject_id for hit in find(request.args.get("q", ""), ["contact"], 8)])
    return page("assets/owners.html", rows=found)


@bp.get("/modeles")
@requires(VIEW)
def known_models() -> Response:
    """Models for the typeahead."""
    return page("assets/models_found.html", rows=queries.models_matching(request.args.get("q", "")))


@bp.post("/<int:asset_id>/<any(archiver, restaurer):verb>")
@requires(EDIT)
def archive(asset_id: int, verb: str) -> Response:
    """Take a unit out of the lists, or put it back."""
    asset = or_404(queries.asset_for(current_user, asset_id))
    with transaction():
        (services.archive_asset if verb == "archiver" else services.restore_asset)(asset)
    say(
        _("« %(label)s » est archivé.", label=asset.label)
        if verb == "archiver"
        else _("« %(label)s » est restauré.", label=asset.label)
    )
    return go(url_for("assets.show", asset_id=asset_id))
