"""Charts of the dashboard, as the `graphique` and `jauge` macros read them; each is a panel of the slot "dashboard.charts"."""

from typing import Any

from flask import url_for

from app.accounts.models import User
from app.core import clock
from app.core.clock import MONTHS_SHORT
from app.core.i18n import _, _n
from app.core.money import euros
from app.insights.queries.money import quote_months
from app.insights.queries.workshop import EVERYBODY, months, scope, workshop
from app.tickets.queries import word
from app.tickets.states import COLUMN_STATES, BoardColumn

Data = dict[str, Any]


def months_chart(user: User) -> Data:
    """Tickets received and finished by month, beside those received a year earlier."""
    found = months(scope(user), clock.today())
    before, now = found.received_before[-1], found.received[-1]
    labels = [MONTHS_SHORT[day.month - 1] for day in found.first_days]
    series = [
        {"label": _("Reçus"), "data": list(found.received), "colour": "primary"},
        {"label": _("Sortis"), "data": list(found.finished), "colour": "sarc"},
        {
            "label": _("Reçus un an plus tôt"),
            "data": list(found.received_before),
            "colour": "accent",
            "kind": "line",
            "dashed": True,
        },
    ]
    sentence = _n(
        "%(num)s dossier reçu ce mois-ci, %(before)s le même mois un an plus tôt",
        "%(num)s dossiers reçus ce mois-ci, %(before)s le même mois un an plus tôt",
        now,
        before=before,
    )
    return {
        "title": _("Dossiers par mois"), "figure": str(now), "note": _("ce mois-ci"), "sentence": sentence,
        "chart": {"type": "bar", "labels": labels, "series": series}, "empty": not any(found.received),
    }  # fmt: skip


def states_chart(user: User) -> Data:
    """Open repairs by column of the board: plain HTML, each bar leads to its column."""
    figures = workshop(user)
    rows = figures.by_column()
    most = max((count for _column, count in rows), default=0)
    urls = {column.value: url_for("tickets.index", _anchor=f"col-{column.value}") for column, _count in rows}
    words = {
        column.value: column.label if column == BoardColumn.WAITING else word(COLUMN_STATES[column][0])
        for column, _count in rows
    }
    total = sum(count for _column, count in rows)
    return {
        "title": _("Réparations par état"),
        "figure": str(total),
        "rows": rows,
        "most": most,
        "urls": urls,
        "words": words,
    }


def load_chart(user: User) -> Data | None:
    """Open tickets of each person; absent for somebody who sees his own alone."""
    if scope(user) != EVERYBODY:
        return None
    rows = workshop(user).by_person()[:8]
    names = [_short(name) or _("Non attribués") for _who, name, _count, _late in rows]
    counts = [count for _who, _name, count, _late in rows]
    series = [
        {"label": _("Dossiers ouverts"), "data": counts, "colour": "primary"},
    ]
    return {
        "title": _("Charge par réparateur"), "figure": str(sum(counts)), "sentence": _("Dossiers ouverts de chaque réparateur"),
        "chart": {"type": "bar", "labels": names, "series": series, "horizontal": True, "values": True}, "empty": not rows,
    }  # fmt: skip


def _short(name: str) -> str:
    """« Malika S. »: what fits beside a bar."""
    first, _space, last = name.partition(" ")
    return f"{first} {last[:1]}." if last else first


def ages_chart(user: User) -> Data:
    """Open tickets by age."""
    rows = workshop(user).by_age()
    counts = [count for _age, count in rows]
    series = [
        {
            "label": _("Dossiers ouverts"),
            "data": counts,
            "colours": [age.colour for age, _count in rows],
            "colour": "c2",
        }
    ]
    return {
        "title": _("Âge des dossiers ouverts"), "figure": str(sum(counts)), "sentence": _("Dossiers ouverts, par nombre de jours depuis la réception"),
        "chart": {"type": "bar", "labels": [age.label for age, _count in rows], "series": series, "values": True}, "empty": not any(counts),
    }  # fmt: skip


def accepted_chart(_user: User) -> Data:
    """Amounts of quotes accepted by month, beside the year before."""
    year, before = quote_months(clock.today())
    series = [
        _amounts(_("Acceptés"), year) | {"colour": "primary"},
        _amounts(_("Un an plus tôt"), before) | {"colour": "accent", "kind": "line", "dashed": True},
    ]
    labels = [MONTHS_SHORT[month.first_day.month - 1] for month in year]
    return {
        "title": _("Devis acceptés par mois, TTC"), "figure": euros(year[-1].cents), "sentence": _("Montant des devis acceptés chaque mois"),
        "chart": {"type": "bar", "labels": labels, "series": series, "unit": "€"}, "empty": not any(month.cents for month in year),
    }  # fmt: skip


def answers_chart(_user: User) -> Data:
    """Quotes accepted and refused by month."""
    year, _before = quote_months(clock.today())
    series = [
        {"label": _("Acceptés"), "data": [month.accepted for month in year], "colour": "vert"},
        {"label": _("Refusés"), "data": [month.refused for month in year], "colour": "rouge"},
    ]
    labels = [MONTHS_SHORT[month.first_day.month - 1] for month in year]
    return {
        "title": _("Réponses aux devis"), "figure": str(year[-1].accepted + year[-1].refused), "note": _("ce mois-ci"),
        "sentence": _("Devis acceptés et refusés chaque mois"), "chart": {"type": "bar", "labels": labels, "series": series},
        "empty": not any(month.accepted + month.refused for month in year),
    }  # fmt: skip


def _amounts(label: str, figures: list[Any]) -> Data:
    return {
        "label": label,
        "data": [month.cents / 100 for month in figures],
        "words": [euros(month.cents) for month in figures],
    }
