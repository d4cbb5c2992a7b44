"""Tiles: a number, what it counts, one detail, and the very list that it counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.accounts.models import User
from app.concierge.queries.months import month_key, usual_month
from app.core import clock
from app.core.clock import month_name
from app.core.i18n import _, _n
from app.core.money import euros
from app.core.settings import setting
from app.insights.queries.money import QuoteMonth
from app.insights.queries.rentals import letting_today
from app.insights.queries.workshop import Workshop
from app.lending.queries import counts as loan_counts
from app.lending.queries.offers import threatened_count
from app.lending.states import Tab
from app.messaging.queries import Counts
from app.sales.queries import Waiting


@dataclass(frozen=True, slots=True)
class Tile:
    """What the page shows; `count` equals the number of rows of the list at `url`."""

    key: str
    count: int | str
    label: str
    detail: str
    url: str
    icon: str
    colour: str


def _tickets(**filters: Any) -> str:
    return url_for("tickets.index", vue="liste", **filters)


def ticket_tiles(figures: Workshop) -> list[Tile]:
    """What the whole team looks at."""
    ready, due, late, parts = figures.ready(), figures.due(), figures.late(), figures.late_for_parts()
    waits = (
        _n("pièce attendue pour %(num)s", "pièces attendues pour %(num)s", parts)
        if parts
        else _("aucune pièce attendue")
    )
    return [
        Tile("ready", ready, _("À remettre"), _("prêts au comptoir"), _tickets(etat="ready"), "package-export", "bleu"),
        Tile("due", due, _("Promis aujourd'hui"), _("à finir avant ce soir"), _tickets(aujourdhui="1"), "calendar-due", "sarc"),
        Tile("late", late, _("Réparations en retard"), waits if late else _("tout est dans les temps"), _tickets(retard="1"), "clock-exclamation", "rouge"),
    ]  # fmt: skip


def own_tiles(figures: Workshop, user: User) -> list[Tile]:
    """What somebody who repairs looks at: his own tickets."""
    me = user.id
    return [
        Tile("due", figures.due(me), _("Promis aujourd'hui"), _("à finir avant ce soir"), _tickets(aujourdhui="1", moi="1"), "calendar-due", "sarc"),
        Tile("late", figures.late(me), _("En retard"), _("date promise passée"), _tickets(retard="1", moi="1"), "clock-exclamation", "rouge"),
        Tile("ready", figures.ready(me), _("Prêts à remettre"), _("travail terminé"), _tickets(etat="ready", moi="1"), "package-export", "vert"),
        Tile("open", figures.total(lambda group: group.assignee_id == me), _("Dossiers ouverts"), _waiting(figures.waiting(me)), _tickets(moi="1"), "tool", "bleu"),
    ]  # fmt: skip


def _waiting(count: int) -> str:
    return _n("dont %(num)s en attente", "dont %(num)s en attente", count) if count else _("aucun en attente")


def loan_tiles() -> list[Tile]:
    """What is lent, and what of it is late or threatened; nothing where nothing is lent."""
    found, threatened = loan_counts(), threatened_count()
    out, late = found[Tab.OUT], found[Tab.LATE]
    if not out and not threatened:
        return []
    told = [_n("%(num)s en retard", "%(num)s en retard", late)] if late else []
    told += [_n("%(num)s menacé", "%(num)s menacés", threatened)] if threatened else []
    url = url_for("lending.index", vue=Tab.OUT.value)
    return [
        Tile("loans", out, _("Prêts sortis"), ", ".join(told) or _("aucun en retard"), url, "arrows-exchange",
             "rouge" if told else "bleu"),
    ]  # fmt: skip


def letting_tiles(today: date) -> list[Tile]:
    """The stays that a person should look at, and the statements to check; nothing where nothing is let."""
    if not setting("concierge.active"):
        return []
    found, month = letting_today(today), usual_month()
    look, arrivals, links, check = found.look, found.arrivals, found.links, found.statements
    told = [
        _n("%(num)s arrivée aujourd'hui", "%(num)s arrivées aujourd'hui", arrivals)
        if arrivals
        else _("aucune arrivée aujourd'hui")
    ]
    told += [_n("%(num)s logement à relier", "%(num)s logements à relier", links)] if links else []
    return [
        Tile("stays", look, _("Séjours à regarder"), ", ".join(told), url_for("concierge.stays", regarder="1"), "bed",
             "ambre" if look or links else "bleu"),
        Tile("statements", check, _("Relevés à vérifier"), month_name(month.first) if found.counted else _("%(month)s est à lancer", month=month_name(month.first)),
             url_for("concierge.month", name=month_key(month), etat="preview" if check else None), "file-text", "ambre" if check or not found.counted else "vert"),
    ]  # fmt: skip


def quote_tile(waiting: Waiting) -> Tile:
    """Quotes without an answer."""
    detail = _("%(amount)s en attente", amount=euros(waiting.gross)) if waiting.sent else _("tous ont leur réponse")
    return Tile(
        "quotes",
        waiting.sent,
        _("Devis sans réponse"),
        detail,
        url_for("sales.index", etat="sent"),
        "file-text",
        "ambre",
    )


def message_tiles(counts: Counts, lost: int) -> list[Tile]:
    """Messages to read, and those that did not arrive."""
    detail = _("à corriger ou à appeler") if lost else _("tout est arrivé")
    return [
        Tile("unread", counts.unread, _("Messages à lire"), _("écrits par des clients"), url_for("messaging.inbox"), "message", "violet"),
        Tile("lost", lost, _("Non remis"), detail, url_for("messaging.outbox", etat="a-traiter"), "mail-exclamation", "terre"),
    ]  # fmt: skip


def money_tiles(waiting: Waiting, month: QuoteMonth) -> list[Tile]:
    """What the accountant looks at."""
    answered = month.accepted + month.refused
    rate = (
        _("%(rate)s %% d'acceptation ce mois-ci", rate=round(100 * month.accepted / answered))
        if answered
        else _("aucune réponse ce mois-ci")
    )
    report = url_for("insights.reports", periode="dates", du=month.first_day, au=clock.today(), _anchor="devis")
    return [
        quote_tile(waiting),
        Tile("accepted", month.accepted, _("Acceptés ce mois"), _("%(amount)s TTC", amount=euros(month.cents)), report, "writing-sign", "vert"),
        Tile("refused", month.refused, _("Refusés ce mois"), rate, report, "ban", "rouge"),
        Tile("expired", waiting.late, _("Expirés sans suite"), _("à revoir avec l'atelier"), url_for("sales.index", retard="1"), "calendar-x", "gris"),
    ]  # fmt: skip
