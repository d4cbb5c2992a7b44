"""Settings: the words of the messages, with their preview."""

from itertools import groupby
from typing import Any

from flask import Response, url_for

from app.connectors.sms import GSM7_BASIC, GSM7_EXTENDED, segments
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.messaging.forms import SwitchForm, TemplateForm
from app.messaging.services import letters
from app.messaging.services.registry import TEMPLATES, Template, change_template, restore_template, texts_of
from app.messaging.services.rendering import check_text, render_text
from app.messaging.services.sending import common_values
from app.messaging.views.blueprint import bp


@bp.get("/reglages/messages")
@requires("message.templates")
def templates() -> Response:
    """Every message, by group."""
    ordered = sorted(TEMPLATES.values(), key=lambda template: (template.group, template.name))
    groups = [
        (group, [(template, texts_of(template.code)) for template in members])
        for group, members in groupby(ordered, key=lambda template: template.group)
    ]
    return page("messaging/templates.html", groups=groups)


@bp.route("/reglages/messages/<code>", methods=["GET", "POST"])
@requires("message.templates")
def template(code: str) -> Response:
    """Read or change the words of one message."""
    found = or_404(TEMPLATES.get(code))
    texts = texts_of(code)
    form = TemplateForm(data=texts._asdict())
    if form.validate_on_submit():
        try:
            with transaction():
                change_template(
                    code, subject=form.subject.data or "", body=form.body.data or "", sms=form.sms.data or "",
                    active=form.active.data,
                )  # fmt: skip
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Texte enregistré : %(name)s", name=found.name))
            return go(url_for("messaging.templates"))
    return page(
        "messaging/template.html", modele=found, texts=texts, form=form, restore=SwitchForm(),
        apercu=_preview(found, form), status=422 if form.errors else 200,
    )  # fmt: skip


@bp.post("/reglages/messages/<code>/apercu")
@requires("message.templates")
def template_preview(code: str) -> Response:
    """What the words typed so far would look like, with sample values."""
    found = or_404(TEMPLATES.get(code))
    return page("messaging/template_preview.html", block="apercu", apercu=_preview(found, TemplateForm()))


@bp.post("/reglages/messages/<code>/retablir")
@requires("message.templates")
def template_restore(code: str) -> Response:
    """Go back to the first words."""
    found = or_404(TEMPLATES.get(code))
    with transaction():
        restore_template(found.code)
    say(_("Texte d'origine rétabli : %(name)s", name=found.name))
    return go(url_for("messaging.template", code=code))


def _preview(found: Template, form: TemplateForm) -> dict[str, Any]:
    """Each text with the sample values, or what is wrong with it."""
    values = {**common_values(_("Karim Benyahia")), **found.sample}
    shown: dict[str, Any] = {"faults": []}
    for name, label in (("subject", _("Objet")), ("body", _("Courriel")), ("sms", _("SMS"))):
        text = form[name].data or ""
        try:
            check_text(text, found.names)
            shown[name] = render_text(text, values)
        except DomainError as fault:
            shown["faults"].append((label, fault.message))
            shown[name] = ""
    shown["subject"] = letters.with_typography(shown["subject"])
    shown["blocks"] = letters.blocks(letters.with_typography(shown["body"]), anywhere=True)
    shown["sms"] = letters.for_sms(shown["sms"])
    shown["parts"] = segments(shown["sms"])
    shown["costly"] = sorted({char for char in shown["sms"] if char not in GSM7_BASIC and char not in GSM7_EXTENDED})
    return shown
