"""Past repairs in, tickets out. What comes in is history: closed, with a number of its own; nothing of it is lost."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from app.assets.models import Asset, Family
from app.assets.services.bulk import add_assets, families_named
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.search import fold
from app.exchange import values
from app.exchange.kinds.base import Field, Kind, Line, Origin, declare_kind, own_ids, own_ref, show_day
from app.exchange.kinds.ords import BARRIERS, CATEGORIES, NO_BRAND, ORDS, OUTCOMES
from app.exchange.kinds.people import People, Person
from app.tickets.models import Ticket
from app.tickets.services.past import PastTicket, add_past_tickets
from app.tickets.states import FINAL, Outcome

WORDS: dict[str, Outcome | None] = {
    **OUTCOMES, "répare": Outcome.REPAIRED, "ok": Outcome.REPAIRED, "termine": Outcome.REPAIRED, "rendu repare": Outcome.REPAIRED,
    "irreparable": Outcome.NOT_REPAIRABLE, "hors service": Outcome.NOT_REPAIRABLE, "hs": Outcome.NOT_REPAIRABLE,
    "refuse": Outcome.QUOTE_REFUSED, "refus de devis": Outcome.QUOTE_REFUSED, "echange": Outcome.REPLACED, "inconnu": None,
    "inconnue": None, "non repare": Outcome.NOT_REPAIRABLE,
}  # fmt: skip

FIELDS = (
    Field("id", "Identifiant", ("id", "n", "numero", "numero de dossier", "n dossier", "ticket", "ref", "reference", "bon", "n de bon")),
    Field("received_on", "Reçu le", ("date", "event date", "date d entree", "date de depot", "date de reception", "recu", "entree", "depose le"), values.past_day),
    Field("out_on", "Sorti le", ("date de sortie", "rendu le", "sortie", "date de restitution", "restitue le", "termine le"), values.past_day),
    Field("outcome", "Issue", ("repair status", "statut", "etat", "resultat", "status", "conclusion"), values.choice(Outcome, WORDS)),
    Field("family", "Famille", ("product category", "categorie", "type d appareil", "type", "category")),
    Field("device", "Appareil", ("designation", "materiel", "produit", "device", "article", "objet", "modele"), values.text(300)),
    Field("partner_category", "Catégorie d'origine", ("partner product category",)),
    Field("brand", "Marque", ("brand", "fabricant")),
    Field("serial", "N° de série", ("serie", "serial", "numero de serie", "n serie", "imei"), values.text(80)),
    Field("year", "Année de fabrication", ("year of manufacture", "annee", "annee de fabrication"), values.year),
    Field("age", "Âge (années)", ("product age", "age"), values.text(40)),
    Field("fault", "Panne", ("problem", "probleme", "panne signalee", "panne", "symptome", "motif", "description", "defaut"), values.text(20_000)),
    Field("diagnosis", "Diagnostic", ("diagnostic", "constat"), values.text(20_000)),
    Field("report", "Rapport d'intervention", ("rapport", "travaux", "intervention", "travaux effectues", "compte rendu", "reparation"), values.text(20_000)),
    Field("barrier", "Obstacle à la réparation", ("repair barrier if end of life",), values.text(400)),
    Field("client", "Client", ("nom du client", "nom", "customer", "proprietaire", "nom client")),
    Field("client_email", "Courriel du client", ("email", "mail", "courriel"), values.email),
    Field("client_phone", "Téléphone du client", ("telephone", "tel", "portable", "mobile"), values.phone),
    Field("client_id", "Identifiant du client", ("id client", "code client", "numero client")),
    Field("group", "Groupe", ("group identifier", "atelier", "repair cafe", "lieu")),
    Field("country", "Pays", ("country",), values.country),
    Field("provider", "Fournisseur des données", ("data provider",)),
)  # fmt: skip

TOLD = (
    "received_on",
    "outcome",
    "family",
    "partner_category",
    "brand",
    "year",
    "age",
    "barrier",
    "group",
    "country",
    "provider",
)
NO_DATE = date(2000, 1, 1)
NOON = 12


def sense(line: Line) -> str:
    """A repair is of something, or for something."""
    if any(line.text(key) for key in ("device", "family", "partner_category", "fault", "serial")) or _brand(line):
        return ""
    return _("Cette ligne ne dit ni ce qui a été réparé, ni la panne.")


class TicketWriter:
    """Writes closed tickets with their device and their client; a group without names has one anonymous client."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.people = People(origin)

    def known(self, lines: Sequence[Line]) -> set[int]:
        """By their identifier."""
        refs = {line.ref for line in lines if line.ref}
        ours = own_ids("ticket", refs)
        there = set(db.session.scalars(select(Ticket.source_ref).where(Ticket.source_ref.in_(refs)))) if refs else set()
        mine = set(db.session.scalars(select(Ticket.id).where(Ticket.id.in_(ours.values())))) if ours else set()
        return {line.number for line in lines if line.ref and (line.ref in there or ours.get(line.ref) in mine)}

    def write(self, lines: Sequence[Line]) -> None:
        """Every line a device and its closed ticket."""
        names = [_family(line) for line in lines]
        families = families_named(names)
        clients = self.people.ids([_client(line) for line in lines])
        devices = [
            _asset(line, families[name.lower()], client)
            for line, name, client in zip(lines, names, clients, strict=True)
        ]
        tickets = [
            _ticket(line, asset_id, device)
            for line, asset_id, device in zip(lines, add_assets(devices), devices, strict=True)
        ]
        add_past_tickets(tickets, {"file": self.origin.file})


def _family(line: Line) -> str:
    given = line.text("family") or line.text("partner_category")
    return CATEGORIES.get(given, given).strip()[:120] or CATEGORIES["Misc"]


def _brand(line: Line) -> str:
    brand = line.text("brand")
    return "" if fold(brand) in NO_BRAND or not fold(brand) else brand


def _client(line: Line) -> Person:
    named = Person(line.text("client"), line.text("client_email"), line.text("client_phone"), line.text("client_id"))
    return named._replace(group=line.text("group"), country=line.text("country"))


def _label(line: Line) -> str:
    if line.text("device"):
        return line.text("device")
    more = line.text("partner_category")
    detail = f" ({more})" if more and more != line.text("family") else ""
    return f"{_family(line)}{detail} {_brand(line)}".strip()


def _asset(line: Line, family_id: int, owner_id: int | None) -> dict[str, Any]:
    made = _("Année de fabrication : %(year)s", year=line["year"]) if line["year"] else ""
    return {
        "family_id": family_id, "label": _label(line)[:200], "brand": _brand(line), "serial": line.text("serial"),
        "owner_id": owner_id, "notes": made, "source_ref": f"ticket:{line.ref}" if line.ref else None, "custom": {},
    }  # fmt: skip


def _ticket(line: Line, asset_id: int, device: Mapping[str, Any]) -> PastTicket:
    received: date = line["received_on"] or line["out_on"] or NO_DATE
    out: date = line["out_on"] if line["out_on"] and line["out_on"] >= received else received
    barrier = line.text("barrier")
    stuck = _("Réparation impossible : %(why)s.", why=BARRIERS.get(barrier.lower(), barrier)) if barrier else ""
    return PastTicket(
        title=device["label"],
        received_at=_noon(received),
        out_at=_noon(out),
        outcome=line["outcome"],
        source_ref=line.ref or None,
        contact_id=device["owner_id"],
        asset_id=asset_id,
        family_id=device["family_id"],
        fault=line.text("fault"),
        diagnosis=line.text("diagnosis"),
        report="\n".join(part for part in (line.text("report"), stuck) if part),
        told=_told(line),
    )


@lru_cache(maxsize=4096)
def _noon(day: date) -> datetime:
    return clock.at(day, NOON)


def _told(line: Line) -> dict[str, str]:
    said = {key: line.raw[key] for key in TOLD if line.raw.get(key)}
    return said | line.kept


def rows(filters: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    """Every ticket, or the closed ones (`sortis`), the newest first."""
    query = (
        select(Ticket, Family.name, Asset.label, Asset.brand, Asset.serial, Contact)
        .outerjoin(Family, Family.id == Ticket.family_id)
        .outerjoin(Asset, Asset.id == Ticket.asset_id)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .order_by(Ticket.id.desc())
        .execution_options(yield_per=500)
    )
    if filters.get("sortis") == "1":
        query = query.where(Ticket.state.in_(FINAL))
    for ticket, family, device, brand, serial, client in db.session.execute(query):
        told = ticket.facts.get("import", {})
        yield (
            own_ref("ticket", ticket.id, ticket.source_ref), show_day(clock.local(ticket.received_at).date()),
            show_day(clock.local(ticket.out_at).date()) if ticket.out_at else "", ticket.outcome.label if ticket.outcome else "",
            family or "", device or ticket.title, told.get("partner_category", ""), brand or "", serial or "", told.get("year", ""),
            told.get("age", ""), ticket.fault, ticket.diagnosis, ticket.report, told.get("barrier", ""),
            client.name if client else "", client.email if client else "", client.phone if client else "",
            own_ref("contact", client.id, client.source_ref) if client else "", told.get("group", ""),
            client.country if client else "", told.get("provider", ""),
        )  # fmt: skip


declare_kind(
    Kind(
        "tickets",
        "Réparations passées",
        "tool",
        FIELDS,
        sense,
        TicketWriter,
        rows,
        formats=(ORDS,),
        list_url="/dossiers",
    )
)
