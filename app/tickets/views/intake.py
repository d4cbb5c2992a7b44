"""Intake in one screen: /dossiers/nouveau. The form asks the server again whenever what is known changes."""

from datetime import date
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.assets.queries import assets_of, assets_with_serial, custom_form_values, family, fields_of, questionnaire_for
from app.assets.services import custom_values
from app.contacts.models import Contact
from app.contacts.queries import duplicates_of
from app.contacts.states import ContactKind, Purpose
from app.core import clock
from app.core.company_numbers import check_siret
from app.core.db import db, transaction
from app.core.drafts import draft_of, drop_draft, keep_draft
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.phones import parse_phone
from app.core.settings import setting
from app.core.subject import subject_of
from app.core.web import go, page, say
from app.documents import services as files
from app.documents.states import FileKind
from app.questionnaires.queries import points_of
from app.questionnaires.services import PREFIX
from app.questionnaires.states import Use
from app.tickets import services
from app.tickets.forms import IntakeForm
from app.tickets.models import Ticket
from app.tickets.queries import past_tickets, promise_for
from app.tickets.queries.known import guarantee_parent, made_by, open_ticket_of
from app.tickets.services import DeviceInput, IntakeInput
from app.tickets.states import Cover, Priority, TicketKind
from app.tickets.views.blueprint import bp
from app.tickets.views.work import answer_checks

DRAFT = "intake"
CONSENTS = {
    Purpose.DEPOSIT: "consent_deposit",
    Purpose.REPAIR: "consent_repair",
    Purpose.USED_PARTS: "consent_used_parts",
    Purpose.NEWS: "consent_news",
}


@bp.get("/dossiers/nouveau")
@requires("ticket.create")
def intake() -> Response:
    """An empty intake, one begun earlier (`?brouillon=1`), or one for a code just scanned."""
    draft = draft_of(current_user.id, DRAFT)
    form = IntakeForm(formdata=None)
    if draft is not None and request.args.get("brouillon") == "1":
        form = IntakeForm(_multi(draft.values))
    form.kind.data = request.args.get("type", form.kind.data)
    form.contact_id.data = chosen_id(request.args.get("contact")) or form.contact_id.data
    code = request.args.get("code", "").strip()[:80]
    known = recognise(form, code) if code else None
    return _page(form, known=known, code=code, draft=draft if request.args.get("brouillon") != "1" else None)


def _multi(values: dict[str, Any]) -> Any:
    return MultiDict([(key, item) for key, items in values.items() for item in items])


def recognise(form: IntakeForm, code: str) -> str:
    """Fill in everything known of a serial; returns "known" or "new"."""
    found = assets_with_serial(code)
    if not found:
        form.serial.data = form.serial.data or code
        return "new"
    asset = found[0]
    form.asset_id.data, form.family_id.data = asset.id, asset.family_id
    form.label.data, form.serial.data, form.bought_on.data = asset.label, asset.serial, asset.bought_on
    form.bought_on.raw_data = None  # a date field shows what was typed before what is known
    if asset.ours:
        form.kind.data = TicketKind.FLEET.value
    elif asset.owner_id and not form.contact_id.data:
        form.contact_id.data = asset.owner_id
    return "known"


def _page(form: IntakeForm, *, status: int = 200, block: str | None = "formulaire", **more: Any) -> Response:
    return page("tickets/intake.html", block=block, status=status, **{**_context(form), **more})


def _context(form: IntakeForm) -> dict[str, Any]:
    contact = db.session.get(Contact, form.contact_id.data) if form.contact_id.data else None
    asset_id = form.asset_id.data
    family_id = form.family_id.data
    kin = family(family_id)
    promise = promise_for(family_id)
    _propose(form, promise.day)
    typed = request.form if request.method == "POST" else None
    return {
        "contact": contact,
        "contact_assets": assets_of(contact.id) if contact and not asset_id else [],
        "duplicates": _duplicates(form) if form.new_contact.data else [],
        "family": kin,
        "accessories": list(dict.fromkeys([*(kin.accessories if kin else []), *(form.accessories.data or [])])),
        "fields": fields_of(family_id) if family_id and not asset_id else [],
        "custom": custom_form_values(typed) if typed else {},
        "preliminary": points_of(questionnaire_for(family_id, Use.PRELIMINARY), None, typed),
        "check_in": points_of(questionnaire_for(family_id, Use.CHECK_IN), None, typed),
        "past": past_tickets(asset_id) if asset_id else [],
        "parent": guarantee_parent(asset_id) if asset_id else None,
        "already_open": open_ticket_of(asset_id) if asset_id else None,
        "promise": promise,
        "consent_texts": {name: setting(f"tickets.{name}") for name in CONSENTS.values()},
        "kinds": TicketKind,
        "Cover": Cover,
        "draft": None,
        "known": None,
        "code": "",
        "erreurs": {},
        **_preview(form, contact),
    }


def _propose(form: IntakeForm, day: date) -> None:
    """Another family has another delay: the proposed day follows it, a day typed by hand stays."""
    untouched = form.promised_on.data is None and not form.promised_on.raw_data
    if untouched or str(form.promised_on.data) == form.proposed_on.data:
        form.promised_on.data, form.promised_on.raw_data = day, None
    form.proposed_on.data = day.isoformat()


def _preview(form: IntakeForm, contact: Contact | None) -> dict[str, Any]:
    """What the slip at the right shows."""
    person = form.contact_kind.data == ContactKind.PERSON
    typed = f"{form.first_name.data or ''} {form.last_name.data or ''}".strip() if person else form.company_name.data
    who = (
        ", ".join(filter(None, (contact.name, contact.phone)))
        if contact
        else ", ".join(filter(None, (typed, form.phone.data)))
    )
    return {"form": form, "client_text": who, "now_text": clock.full(clock.now())}


@bp.post("/dossiers/nouveau/apercu")
@requires("ticket.create")
def intake_preview() -> Response:
    """The slip as it would read now."""
    form = IntakeForm()
    contact = db.session.get(Contact, form.contact_id.data) if form.contact_id.data else None
    return page("tickets/_slip_preview.html", **_preview(form, contact))


def _duplicates(form: IntakeForm) -> list[Any]:
    name = (
        form.company_name.data
        if form.contact_kind.data != ContactKind.PERSON
        else f"{form.first_name.data} {form.last_name.data}"
    )
    return duplicates_of(name or "", form.phone.data or "", form.email.data or "", form.siret.data or "")


@bp.post("/dossiers/nouveau/formulaire")
@requires("ticket.create")
def intake_refresh() -> Response:
    """The form again, for a code, a client or a family just chosen; nothing is written, nothing typed is lost."""
    form = IntakeForm()
    code = request.form.get("code", "").strip()[:80]
    known = recognise(form, code) if code else None
    return _page(form, known=known, code=code)


@bp.post("/dossiers/nouveau/brouillon")
@requires("ticket.create")
def intake_draft() -> Response:
    """Keep what is typed; photos and the drawn signature are not part of it."""
    left_out = ("csrf_token", "signature", "code")
    values = {key: request.form.getlist(key) for key in request.form if key not in left_out}
    if not made_by(request.form.get("form_key", "")):  # a draft that arrives after its own form is none
        with transaction():
            keep_draft(current_user.id, DRAFT, values)
    return Response("", 204)


@bp.post("/dossiers/nouveau/abandon")
@requires("ticket.create")
def intake_abandon() -> Response:
    """Forget the intake begun."""
    with transaction():
        drop_draft(current_user.id, DRAFT)
    return go(url_for("tickets.index"))


@bp.post("/dossiers")
@requires("ticket.create")
def create() -> Response:
    """Save: number, client told, slip and label printed. A second submit of the same form makes nothing new."""
    form = IntakeForm()
    valid = form.validate_on_submit()
    _check_new_contact(form)
    if not valid or form.errors:
        return _page(form, status=422)
    try:
        ticket, new = _save(form)
    except DomainError as error:
        put_error(form, error)
        return _page(form, status=422, erreurs={error.field: error.message})
    if not new:
        say(_("Ce bon était déjà enregistré : voici le dossier."), "info")
        return go(url_for("tickets.show", number=ticket.number))
    incomplete = _keep_answers(ticket)
    say(incomplete or _("%(number)s enregistré", number=ticket.number), "error" if incomplete else "success")
    wanted = "entree" if request.form.get("print") == "1" else None
    return go(url_for("tickets.show", number=ticket.number, imprimer=wanted))


def _check_new_contact(form: IntakeForm) -> None:
    """Numbers are read before saving, so that each fault stands beside its field."""
    if not form.new_contact.data or form.contact_id.data:
        return
    if form.contact_kind.data == ContactKind.PERSON:
        if not (form.last_name.data or form.first_name.data):
            form.last_name.errors = [_("Saisissez le nom du client.")]
    elif not form.company_name.data:
        form.company_name.errors = [_("Saisissez la raison sociale.")]
    for field, check in ((form.phone, parse_phone), (form.siret, check_siret)):
        if field.data:
            try:
                check(field.data)
            except DomainError as error:
                field.errors = [error.message]
    if form.email.data and ("@" not in form.email.data or " " in form.email.data):
        form.email.errors = [_("Cette adresse de courriel est incomplète. Exemple : prenom.nom@exemple.fr.")]


def _save(form: IntakeForm) -> tuple[Ticket, bool]:
    signature = files.prepare_signature(form.signature.data)
    photos = files.prepare_uploads(request.files.getlist("photos"), FileKind.PHOTO)
    custom = custom_values(form.family_id.data, custom_form_values(request.form)) if not form.asset_id.data else {}
    with transaction():
        stored = files.keep(signature, by=current_user.name) if signature else None
        ticket, new = services.take_in(_input(form, custom, stored.id if stored else None), current_user)
        if new:
            for upload in photos:
                files.attach(
                    files.keep(upload, by=current_user.name), subject_of(ticket), _("À l'entrée"), for_client=True
                )
            drop_draft(current_user.id, DRAFT)
    return ticket, new


def _input(form: IntakeForm, custom: dict[str, Any], signature_id: int | None) -> IntakeInput:
    typed = form.data
    others = [word.strip() for word in (typed["other_accessories"] or "").split(",") if word.strip()]
    names = (
        "form_key", "contact_id", "dropped_by", "person_to_contact", "fault", "extra_work", "promised_on", "ceiling",
        "diagnosis_fee", "paid_at_intake", "paid_by", "assignee_id", "shelf", "site_id", "external_ref",
    )  # fmt: skip
    return IntakeInput(
        **{name: typed[name] for name in names},
        kind=TicketKind(typed["kind"]),
        priority=Priority(typed["priority"]),
        new_contact=_new_contact(form) if typed["new_contact"] and not typed["contact_id"] else None,
        notify={name: typed[name] for name in ("notify_sms", "notify_email", "notify_call")},
        accessories=[*(typed["accessories"] or []), *others],
        device=DeviceInput(
            typed["asset_id"],
            typed["family_id"],
            typed["label"],
            serial=typed["serial"],
            bought_on=typed["bought_on"],
            custom=custom,
        ),
        title=typed["label"] if typed["kind"] == TicketKind.SOFTWARE else "",
        consents={purpose: (typed[name], setting(f"tickets.{name}")) for purpose, name in CONSENTS.items()},
        signed_name=typed["signature_name"],
        signature_file_id=signature_id,
    )


def _new_contact(form: IntakeForm) -> dict[str, Any]:
    kind = ContactKind(form.contact_kind.data)
    names = ("siret", "phone", "email", "address", "postcode", "town")
    values = {name: getattr(form, name).data or "" for name in names}
    if kind == ContactKind.PERSON:
        return values | {
            "kind": kind,
            "first_name": form.first_name.data or "",
            "last_name": form.last_name.data or "",
            "siret": "",
        }
    return values | {"kind": kind, "name": form.company_name.data or ""}


def _keep_answers(ticket: Ticket) -> str:
    """The check points answered at the desk; a refused answer does not lose the intake, it is said."""
    if not _answered():
        return ""
    for use in (Use.PRELIMINARY, Use.CHECK_IN):
        try:
            answer_checks(ticket, use.value)
        except DomainError as error:
            return _(
                "%(number)s est enregistré, mais un contrôle reste à corriger : %(message)s",
                number=ticket.number,
                message=error.message,
            )
    return ""


def _answered() -> bool:
    """Whether one check point has an answer, a note or a photo: an empty list is not one begun."""
    typed = (value for name, value in request.form.items(multi=True) if name.startswith(PREFIX))
    sent = (file.filename for name, file in request.files.items(multi=True) if name.startswith(PREFIX))
    return any(value.strip() for value in typed) or any(sent)
