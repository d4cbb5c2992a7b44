"""Stays of platforms without an API, from their files; in and out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import g
from sqlalchemy import and_, or_, select

from app.assets.models import Asset
from app.concierge.models import Lodging, Stay
from app.concierge.queries.stays import lodging_choices
from app.concierge.services.stays import add_stay
from app.concierge.states import StayState
from app.core.db import db
from app.core.i18n import _
from app.core.search import fold
from app.core.settings import setting
from app.exchange import values
from app.exchange.kinds.base import (
    Field,
    Kind,
    Line,
    Origin,
    declare_kind,
    note_lines,
    own_ids,
    own_ref,
    show_amount,
    show_day,
)

MOST_NIGHTS = 366
STATES = {
    "confirme": StayState.BOOKED, "confirmee": StayState.BOOKED, "ok": StayState.BOOKED, "reservation": StayState.BOOKED, "annulee": StayState.CANCELLED,
    "cancelled": StayState.CANCELLED, "canceled": StayState.CANCELLED, "bloque": StayState.BLOCKED, "proprietaire": StayState.OWNER,
}  # fmt: skip


def _lodging(cell: str) -> int:
    """One of our lodgings, by its name."""
    if "stay_lodgings" not in g:
        g.stay_lodgings = {fold(name): key for key, name in lodging_choices()}
    found = g.stay_lodgings.get(fold(cell))
    if found is None:
        raise values.Doubt(
            _("Aucun de vos logements ne porte ce nom."),
            _("Écrivez son nom comme dans « Logements », ou ajoutez-le d'abord."),
        )
    return int(found)


def _count(cell: str) -> int:
    plain = cell.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and int(plain) < 100):
        raise values.Doubt(_("On attend un nombre de personnes."), _("Écrivez-le en chiffres, par exemple 2."))
    return int(plain)


FIELDS = (
    Field("id", "Identifiant", ("id", "reference", "numero de reservation", "code de confirmation", "reservation", "booking id", "confirmation code")),
    Field("lodging", "Logement", ("logement", "annonce", "hebergement", "propriete", "appartement", "listing", "property", "bien"), _lodging),
    Field("arrival", "Arrivée", ("arrivee", "date d arrivee", "date de debut", "check in", "checkin", "debut", "start date", "du"), values.day),
    Field("departure", "Départ", ("depart", "date de depart", "date de fin", "check out", "checkout", "fin", "end date", "au"), values.day),
    Field("guest", "Voyageur", ("voyageur", "nom du voyageur", "client", "locataire", "guest", "guest name", "nom"), values.text(160)),
    Field("channel", "Plateforme", ("plateforme", "canal", "source", "portail", "channel", "site"), values.text(60)),
    Field("state", "État", ("etat", "statut", "status"), values.choice(StayState, STATES)),
    Field("adults", "Adultes", ("adultes", "voyageurs", "nombre de voyageurs", "personnes", "adults"), _count),
    Field("children", "Enfants", ("enfants", "children"), _count),
    Field("rent", "Loyer", ("loyer", "prix du sejour", "montant du sejour", "nuits", "accommodation", "prix", "montant"), values.amount),
    Field("cleaning", "Ménage payé", ("menage", "frais de menage", "cleaning fee", "cleaning"), values.amount),
    Field("linen", "Linge payé", ("linge", "draps", "linen"), values.amount),
    Field("tourist_tax", "Taxe de séjour", ("taxe de sejour", "tourist tax", "city tax"), values.amount),
    Field("platform", "Commission de la plateforme", ("commission", "frais de service", "frais plateforme", "commission plateforme", "host fee"), values.amount),
    Field("email", "Courriel", ("courriel", "email", "mail"), values.email),
    Field("phone", "Téléphone", ("telephone", "tel", "phone"), values.phone),
)  # fmt: skip
AMOUNTS = ("rent", "cleaning", "linen", "tourist_tax", "platform")


def sense(line: Line) -> str:
    """A stay has a lodging of ours and two days; an amount that cannot be read is not taken for nothing."""
    if line["lodging"] is None:
        name = line.kept.get("lodging", "")
        if name:
            return _("Aucun de vos logements ne s'appelle « %(name)s ».", name=name[:60])
        return _("Cette ligne ne dit pas de quel logement il s'agit.")
    first, last = line["arrival"], line["departure"]
    if first is None or last is None:
        return _("Il manque le jour d'arrivée ou de départ, ou il ne se lit pas.")
    if first >= last or (last - first).days > MOST_NIGHTS:
        return _("Le départ doit venir après l'arrivée, un an au plus.")
    if any(name in line.kept for name in AMOUNTS):
        return _("Un montant de cette ligne ne se lit pas : écrivez-le comme 1234,50.")
    return ""


class StayWriter:
    """Writes stays; one that is there already, by its identifier or by its lodging, days and guest, is left."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin

    def known(self, lines: Sequence[Line]) -> set[int]:
        """Those already in the base, whoever told them."""
        refs = {line.ref for line in lines if line.ref}
        ours = own_ids("stay", refs)
        there = set(
            db.session.scalars(select(Stay.remote_id).where(Stay.account_id.is_(None), Stay.remote_id.in_(refs)))
        )
        mine = set(db.session.scalars(select(Stay.id).where(Stay.id.in_(ours.values()))))
        same = self._same([line for line in lines if not line.ref])
        return same | {line.number for line in lines if line.ref and (line.ref in there or ours.get(line.ref) in mine)}

    def _same(self, lines: Sequence[Line]) -> set[int]:
        if not lines:
            return set()
        wanted = [
            and_(
                Stay.lodging_id == line["lodging"], Stay.arrival == line["arrival"], Stay.departure == line["departure"]
            )
            for line in lines
        ]
        rows = db.session.execute(select(Stay.lodging_id, Stay.arrival, Stay.departure, Stay.guest).where(or_(*wanted)))
        seen = {(row.lodging_id, row.arrival, row.departure, fold(row.guest)) for row in rows}
        found = set()
        for line in lines:
            key = (line["lodging"], line["arrival"], line["departure"], fold(line.text("guest")))
            if key in seen:
                found.add(line.number)
            seen.add(key)
        return found

    def write(self, lines: Sequence[Line]) -> None:
        """Each line a stay, on the planning when its slot is free. Raises DomainError."""
        ids = []
        for line in lines:
            lodging = db.session.get_one(Lodging, line["lodging"])
            ids.append(add_stay(lodging, _values(line), source_ref=line.ref).id)
        note_lines("stay", ids, lines, self.origin)


def _values(line: Line) -> dict[str, Any]:
    texts = {name: line.text(name) for name in ("guest", "channel", "email", "phone")}
    numbers = {"adults": 1 if line["adults"] is None else line["adults"], "children": line["children"] or 0}
    amounts = {name: line[name] for name in AMOUNTS}
    if amounts["platform"] is not None:
        amounts["platform"] = abs(amounts["platform"])  # some files write what is kept below zero
    return texts | numbers | amounts | {
        "arrival": line["arrival"], "departure": line["departure"], "reference": line.ref[:60],
        "state": line["state"] or StayState.BOOKED, "cleaning": amounts["cleaning"] or 0, "linen": amounts["linen"] or 0,
    }  # fmt: skip


def rows(_filters: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    """Every stay, the latest arrival first."""
    query = (
        select(Stay, Asset.label)
        .outerjoin(Lodging, Lodging.id == Stay.lodging_id)
        .outerjoin(Asset, Asset.id == Lodging.asset_id)
        .where(Stay.archived_at.is_(None))
        .order_by(Stay.arrival.desc(), Stay.id.desc())
        .execution_options(yield_per=500)
    )
    for stay, lodging in db.session.execute(query):
        yield (
            own_ref("stay", stay.id, stay.remote_id if stay.account_id is None else None), lodging or "", show_day(stay.arrival),
            show_day(stay.departure), stay.guest, stay.channel, stay.state.label, str(stay.adults), str(stay.children),
            *(show_amount(getattr(stay, name)) for name in AMOUNTS), stay.email, stay.phone,
        )  # fmt: skip


declare_kind(
    Kind(
        "stays", "Séjours", "bed", FIELDS, sense, StayWriter, rows, list_url="/conciergerie/sejours",
        shown=lambda: bool(setting("concierge.active")),
    )
)  # fmt: skip
