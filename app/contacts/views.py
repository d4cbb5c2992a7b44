"""Pages of contacts: the list, one's sheet, the form, the suggestions that other screens ask for."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, rights_of
from app.contacts import queries, services
from app.contacts.forms import ContactForm
from app.contacts.models import Contact
from app.contacts.states import FOR_ONESELF, ContactKind, Purpose
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged, same_list
from app.core.panels import Panel, opened
from app.core.permissions import requires
from app.core.search import find
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say

VIEW, EDIT = "contact.view", "contact.edit"
SUGGESTED = 8
EVENTS = 30

bp = Blueprint("contacts", __name__, url_prefix="/contacts")


@bp.get("")
@requires(VIEW)
def index() -> Response:
    """The list, filtered by the query string."""
    kind, archived, text = (
        request.args.get("type", ""),
        "archives" in request.args,
        request.args.get("q", "").strip()[:100],
    )
    number, size = asked_page()
    query = queries.listing(
        kind=ContactKind(kind) if kind in frozenset(ContactKind) else None, archived=archived, text=text
    )
    return page(
        "contacts/list.html", block="liste", found=paged(query, number, size), kind=kind, kinds=ContactKind,
        archived=archived, text=text, link=same_list, page_url=page_address,
        prefix=url_for("contacts.index") + "/", export=_export, edit=allowed(current_user, EDIT),
    )  # fmt: skip


def _export(extension: str) -> str:
    """The address of the list as a file, with its filters."""
    query = urlencode({name: request.args[name] for name in ("type", "archives") if request.args.get(name)})
    return f"/export/contacts.{extension}?{query}".rstrip("?")


@bp.get("/suggestions")
@requires(VIEW)
def suggestions() -> Response:
    """Rows of the typeahead for what is typed: a part of the name, of the phone, of the e-mail."""
    text = request.args.get("q") or request.args.get("contact_id_text", "")
    found = (
        queries.companies_matching(text, SUGGESTED)
        if "societes" in request.args
        else find(text, ["contact"], SUGGESTED)
    )
    return page("contacts/suggestions.html", found=found, text=text.strip())


@bp.get("/<int:contact_id>")
@requires(VIEW)
def show(contact_id: int) -> Response:
    """The sheet of a contact."""
    contact = or_404(queries.contact_for(current_user, contact_id))
    return page(
        "contacts/show.html", contact=contact, people=queries.people_of(contact.id) if contact.is_company else [],
        consents=queries.consents_of(contact.id), purposes=FOR_ONESELF, events=events_of(subject_of(contact), EVENTS),
        panels=_panels(contact), edit=allowed(current_user, EDIT),
    )  # fmt: skip


def _panels(contact: Contact) -> list[str]:
    """Those that have something to show; heavy ones are fetched when they are scrolled to."""
    shown = (_later(contact, found) if found.heavy else _rendered(contact, found) for found in _opened())
    return [html for html in shown if html]


def _later(contact: Contact, wanted: Panel) -> str:
    return render_template("contacts/_later.html", contact=contact, panel=wanted)


def _rendered(contact: Contact, wanted: Panel) -> str:
    values = wanted.render(contact)
    return render_template(wanted.template, **values) if values is not None else ""


def _opened() -> list[Panel]:
    return opened("contact", rights_of(current_user.role))


@bp.get("/<int:contact_id>/panneaux/<key>")
@requires(VIEW)
def panel(contact_id: int, key: str) -> Response:
    """One panel of the sheet, fetched apart; empty when it has nothing to show."""
    contact = or_404(queries.contact_for(current_user, contact_id))
    wanted = or_404(next((found for found in _opened() if found.key == key), None))
    html = _rendered(contact, wanted)
    return page("contacts/panel.html", block="panneau", contact=contact, label=wanted.label, html=html)


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """A new contact, after a look at those that may be the same."""
    company = request.args.get("societe", type=int)
    named = queries.contact_for(current_user, company) if company else None
    form = ContactForm(**({"company_id": str(named.id), "company_id_text": named.name} if named else {}))
    if not form.validate_on_submit():
        return _form_page(form, None)
    same = _same(form)
    if same and not form.despite.data:
        form.despite.data = "1"
        return _form_page(form, None, same=same, status=422)
    return _save(form, None)


@bp.route("/<int:contact_id>/modification", methods=["GET", "POST"])
@requires(EDIT)
def edit(contact_id: int) -> Response:
    """Correct a contact."""
    contact = or_404(queries.contact_for(current_user, contact_id))
    form = ContactForm.of(contact)
    if not form.validate_on_submit():
        return _form_page(form, contact)
    return _save(form, contact)


def _save(form: ContactForm, contact: Contact | None) -> Response:
    values = form.values()
    try:
        with transaction():
            saved = services.add_contact(**values) if contact is None else services.change_contact(contact, **values)
    except DomainError as error:
        put_error(form, error)
        return _form_page(form, contact, status=error.status)
    say(_("Contact « %(name)s » enregistré", name=saved.name))
    return go(url_for("contacts.show", contact_id=saved.id))


def _form_page(
    form: ContactForm, contact: Contact | None, *, same: list[Any] | None = None, status: int = 0
) -> Response:
    return page(
        "contacts/form.html",
        block="formulaire",
        form=form,
        contact=contact,
        same=same or [],
        status=status or (422 if form.errors else 200),
    )


def _same(form: ContactForm) -> list[queries.ContactRow]:
    values = form.values()
    return queries.duplicates_of(values["name"], values["phone"], values["email"], values["siret"].replace(" ", ""))


@bp.post("/doublons")
@requires(EDIT)
def duplicates() -> Response:
    """Contacts that may be the one being typed."""
    form = ContactForm()
    known = form.kind.data in {kind.value for kind in ContactKind}
    return page("contacts/_duplicates.html", same=_same(form) if known else [])


@bp.post("/<int:contact_id>/<any(archive, restauration):verb>")
@requires(EDIT)
def archive(contact_id: int, verb: str) -> Response:
    """Take a contact out of the lists, or put it back."""
    contact = or_404(queries.contact_for(current_user, contact_id))
    with transaction():
        (services.archive_contact if verb == "archive" else services.restore_contact)(contact)
    words = _("« %(name)s » est archivé.") if verb == "archive" else _("« %(name)s » est restauré.")
    say(words % {"name": contact.name})
    return go(url_for("contacts.show", contact_id=contact_id))


@bp.post("/<int:contact_id>/consentements")
@requires(EDIT)
def consent(contact_id: int) -> Response:
    """Note that a person gave or withdrew a consent, by telephone or at the counter."""
    contact = or_404(queries.contact_for(current_user, contact_id))
    wanted, given = request.form.get("purpose", ""), request.form.get("given") == "1"
    purpose = or_404(Purpose(wanted) if wanted in FOR_ONESELF else None)
    with transaction():
        services.give_consent(
            contact, purpose, given, wording=purpose.label, source=_("noté par %(name)s", name=current_user.name)
        )
    say(_("Consentement noté") if given else _("Retrait du consentement noté"))
    return go(url_for("contacts.show", contact_id=contact_id) + "#consentements")
