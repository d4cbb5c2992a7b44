"""« Réglages › Données personnelles »: tonight, requests, register, what was done."""

from datetime import date
from typing import Any

from flask import Response, make_response, request, url_for
from flask_login import current_user

from app.contacts.queries import contact_for
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.law import LAW, dated_on
from app.core.permissions import requires
from app.core.personal import ACCOUNTING, CONNECTIONS, CONTRACTS, LEFTOVERS, PROSPECTS, REGISTER, PersonalData
from app.core.settings import setting
from app.core.sheets import csv_blocks
from app.core.web import go, or_404, page, say
from app.privacy import queries, services
from app.privacy.services.retention import ON
from app.privacy.states import Channel, RequestKind
from app.privacy.views.blueprint import RIGHT, bp

#: The months that are kept, amounts of the law that the manager may date anew.
MONTHS = (PROSPECTS, CONTRACTS, ACCOUNTING, CONNECTIONS, LEFTOVERS)


def tabs() -> list[dict[str, Any]]:
    """The parts of the page."""
    names = (
        ("privacy.index", _("Conservation"), "clock-shield"),
        ("privacy.requests", _("Demandes"), "inbox"),
        ("privacy.register", _("Registre"), "book"),
        ("privacy.journal", _("Journal"), "history"),
    )
    return [
        {"label": label, "url": url_for(endpoint), "icon": icon, "active": request.endpoint == endpoint}
        for endpoint, label, icon in names
    ]


@bp.get("/reglages/donnees-personnelles")
@requires(RIGHT)
def index() -> Response:
    """The rules, and what tonight's run would do."""
    return _index()


def _index(fault: DomainError | None = None) -> Response:
    today = clock.today()
    return page(
        "privacy/index.html", tabs=tabs(), on=services.nights_are_on(), paused=bool(setting(ON)) and not services.nights_are_on(),
        months=[(LAW[key], dated_on(key, today)) for key in MONTHS], periods=queries.periods(), kept=in_words,
        count=queries.due_count(), people=queries.due_people(), holds=queries.holds(), outdated=queries.outdated_counts(),
        fault=fault, status=fault.status if fault else 200,
    )  # fmt: skip


@bp.post("/reglages/donnees-personnelles/nuits")
@requires(RIGHT)
def nights() -> Response:
    """Switch the nights on, for the list and the months that were shown, or off."""
    try:
        with transaction():
            services.switch_nights(seen=request.form.get("seen", "")[:40])
    except DomainError as error:
        return _index(error)
    say(_("Cette liste sera effacée chaque nuit") if services.nights_are_on() else _("Plus rien n'est effacé la nuit"))
    return go(url_for("privacy.index"))


@bp.post("/reglages/donnees-personnelles/ecarts/<int:contact_id>")
@requires(RIGHT)
def hold(contact_id: int) -> Response:
    """Keep somebody aside from the rules, with a reason."""
    contact = or_404(contact_for(current_user, contact_id))
    try:
        with transaction():
            services.hold(contact, request.form.get("reason", ""))
    except DomainError as error:
        return _index(error)
    say(_("« %(name)s » est mis à l'écart des règles", name=contact.name))
    return go(url_for("privacy.index"))


@bp.post("/reglages/donnees-personnelles/ecarts/<int:contact_id>/fin")
@requires(RIGHT)
def release(contact_id: int) -> Response:
    """Let the rules apply to him again."""
    contact = or_404(contact_for(current_user, contact_id))
    with transaction():
        services.release(contact)
    say(_("Les règles s'appliquent de nouveau à « %(name)s »", name=contact.name))
    return go(url_for("privacy.index"))


@bp.get("/reglages/donnees-personnelles/demandes")
@requires(RIGHT)
def requests() -> Response:
    """Requests received, those without answer first."""
    return page("privacy/requests.html", tabs=tabs(), rows=queries.request_rows(), today=clock.today())


@bp.post("/reglages/donnees-personnelles/demandes/<int:request_id>")
@requires(RIGHT)
def answer(request_id: int) -> Response:
    """Note that a request was answered."""
    found = or_404(queries.request_by_id(request_id))
    with transaction():
        services.answer_request(found, request.form.get("answer", ""))
    say(_("Réponse notée"))
    return go(url_for("privacy.requests"))


@bp.get("/reglages/donnees-personnelles/registre")
@requires(RIGHT)
def register() -> Response:
    """The register of processing (GDPR article 30), made from what features declare."""
    return page("privacy/register.html", tabs=tabs(), lines=REGISTER.values(), kept=kept_words)


def kept_words(line: PersonalData) -> str:
    """How long a line of the register is kept, in words."""
    months = line.months
    return _(line.kept_for) if months is None else in_words(months)


def in_words(months: int) -> str:
    """« 5 ans », « 3 mois »."""
    if months % 12:
        return _("%(n)s mois", n=months)
    return _("1 an") if months == 12 else _("%(n)s ans", n=months // 12)


@bp.get("/reglages/donnees-personnelles/registre.csv")
@requires(RIGHT)
def register_file() -> Response:
    """The same, for a spreadsheet."""
    headers = [_("Traitement"), _("Finalité"), _("Base légale"), _("Durée"), _("Données"), _("Conservé par obligation")]
    rows = [
        [
            _(line.label), _(line.purpose), _(line.basis), kept_words(line), ", ".join(map(_, line.categories)),
            " ".join(dict.fromkeys(_(one.kept) for one in line.holdings if one.kept)),
        ]
        for line in REGISTER.values()
    ]  # fmt: skip
    answer = make_response("".join(csv_blocks(headers, rows)))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="registre-des-traitements.csv"'
    return answer


@bp.get("/reglages/donnees-personnelles/journal")
@requires(RIGHT)
def journal() -> Response:
    """Who was erased, when and why."""
    return page("privacy/journal.html", tabs=tabs(), rows=queries.erasures())


def asked() -> tuple[RequestKind, Channel, date]:
    """What the form of a request says. Raises DomainError."""
    kind, channel, day = (request.form.get(name, "") for name in ("kind", "channel", "received_on"))
    if kind not in frozenset(RequestKind) or channel not in frozenset(Channel):
        raise DomainError(_("Choisissez ce qui est demandé et comment."), field="kind")
    try:
        return RequestKind(kind), Channel(channel), date.fromisoformat(day)
    except ValueError:
        raise DomainError(_("Saisissez le jour où la demande est arrivée."), field="received_on") from None
