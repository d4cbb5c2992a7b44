"""How a value is shown in a cell and written in an export: one pair of functions per kind of column, made once."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from app.admin.states import Kind
from app.core import clock
from app.core.i18n import NBSP, _
from app.core.labels import LabelEnum
from app.core.money import euros, spaced
from app.tickets.queries import word
from app.tickets.states import TicketState

CUT = 80
EMPTY = Markup('<span class="muted" aria-hidden="true">–</span>')

Text = Callable[[Any], str]
Html = Callable[[Any], Markup | str]


def moment_text(value: datetime) -> str:
    """« 24/11/2026 10 h 05 » in the organisation's zone."""
    return f"{clock.table_date(clock.local(value).date())}{NBSP}{clock.hour(value)}"


def yes_no(value: bool) -> str:
    """« Oui » or « Non »."""
    return _("Oui") if value else _("Non")


def _structure_text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} : {_structure_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_structure_text(item) for item in value)
    if isinstance(value, bool):
        return yes_no(value)
    return "" if value is None else str(value)


# States that the organisation calls by its own words.
OWN_WORDS: dict[type[LabelEnum], Callable[[Any], str]] = {TicketState: word}


def label_of(value: LabelEnum) -> str:
    """The word of a choice."""
    own = OWN_WORDS.get(type(value))
    return own(value) if own else _(value.label)


TEXTS: dict[Kind, Text] = {
    Kind.TEXT: str,
    Kind.LONG: str,
    Kind.WORD: str,
    Kind.CHOICE: label_of,
    Kind.FLAG: yes_no,
    Kind.INTEGER: spaced,
    Kind.CENTS: euros,
    Kind.DATE: clock.table_date,
    Kind.MOMENT: moment_text,
    Kind.LINES: lambda value: ", ".join(str(item) for item in value),
    Kind.STRUCTURE: _structure_text,
}


def badge(value: LabelEnum) -> Markup:
    """The badge of a state (icon and word on its colour), or the bare word of a choice that has no icon."""
    return _badge(value, label_of(value))


@cache
def _badge(value: LabelEnum, label: str) -> Markup:
    if not value.icon:
        return escape(label)
    icon = current_app.jinja_env.globals["icone"](value.icon)  # type: ignore[operator]
    return Markup('<span class="st {}">{}{}</span>').format(value.colour, icon, label)


def cut(text: str) -> Markup:
    """The text, shortened with its whole as a title."""
    if len(text) <= CUT:
        return escape(text)
    return Markup('<span title="{}">{}…</span>').format(text, text[:CUT].rstrip())


def moment_html(value: datetime) -> Markup:
    """The moment in a `<time>`."""
    here = clock.local(value)
    return Markup('<time datetime="{}" class="nowrap">{}</time>').format(
        here.isoformat(timespec="minutes"), moment_text(value)
    )


def date_html(value: date) -> Markup:
    """The day in a `<time>`."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), clock.table_date(value))


HTMLS: dict[Kind, Html] = {Kind.CHOICE: badge, Kind.MOMENT: moment_html, Kind.DATE: date_html}


def text_of(kind: Kind) -> Text:
    """The writer of a kind; nothing for an empty value."""
    write = TEXTS[kind]
    return lambda value: "" if value is None or value == "" else write(value)


def html_of(kind: Kind) -> Html:
    """The cell of a kind; a dash for an empty value."""
    show = HTMLS.get(kind)
    if show is None:
        write = TEXTS[kind]

        def show(value: Any) -> Markup:
            return cut(write(value))

    return lambda value: EMPTY if value is None or value in ("", [], {}) else show(value)
