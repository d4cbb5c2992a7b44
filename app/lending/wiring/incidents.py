"""What incidents give the house: their page as a subject, panels beside things and tickets, words of the history."""

from collections.abc import Mapping
from typing import Any

from app.assets.models import Asset
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.panels import Panel, declare_panels
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.lending.models import Incident
from app.lending.queries import loans_with
from app.lending.queries.incidents import incident_for, incident_of_ticket, incidents_of
from app.lending.states import IncidentState, Teller
from app.lending.views.blueprint import VIEW
from app.tickets.models import Ticket


def register() -> None:
    """Start-up."""
    declare_subject(
        SubjectKind(
            "incident",
            fetch_for=incident_for,
            url=lambda incident: path("lending.incident", incident_id=incident.id),
            label=lambda incident: _("Incident : %(unit)s", unit=incident.asset.label),
            contact_id=lambda incident: incident.contact_id,
            icon="alert-triangle",
        )
    )
    declare_panels(
        "asset",
        Panel("loans", "lending/_asset_panel.html", 25, _loans, VIEW, "Prêts"),
        Panel("incidents", "lending/_incidents_panel.html", 30, _of_asset, VIEW, "Incidents"),
    )
    declare_panels("ticket.main", Panel("incident", "lending/_ticket_panel.html", 5, _of_ticket, VIEW, "Incident"))
    declare_verbs(*VERBS)


def _loans(asset: Asset) -> dict[str, Any] | None:
    return {"asset": asset, "loans": loans_with(asset.id)} if asset.ours else None


def _of_asset(asset: Asset) -> dict[str, Any] | None:
    if not asset.ours:
        return None
    return {"rows": incidents_of(Incident.asset_id == asset.id), "asset": asset}


def _of_ticket(ticket: Ticket) -> dict[str, Any] | None:
    incident = incident_of_ticket(ticket.id)
    return {"incident": incident} if incident is not None else None


def _told(facts: Mapping[str, Any]) -> str:
    who = Teller(facts["teller"]).label if facts.get("teller") else ""
    return ", ".join(str(part) for part in (facts.get("what"), facts.get("words"), who) if part)


def _decided(facts: Mapping[str, Any]) -> str:
    return _("Incident : %(state)s", state=IncidentState(facts["to"]).label.lower())


def _what(facts: Mapping[str, Any]) -> str:
    return str(facts.get("what") or facts.get("note") or "")


VERBS = (
    Verb("incident.told", "Incident signalé", "alert-triangle", "rouge", detail=_told),
    Verb("incident.moved", "Incident", "gavel", "bleu", title=_decided, detail=_what),
    Verb("incident.decided", "Incident", "gavel", "bleu", title=_decided, detail=_what),
)
