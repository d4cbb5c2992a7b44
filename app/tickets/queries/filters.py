"""Filters of the board and the list, kept in the query string, and the conditions they put on tickets.

A condition is made once, with named parameters: the statements built from it are kept too (building them costs more than
running them), and only values change from one request to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, and_, bindparam, false, select, true

from app.accounts.models import User
from app.accounts.queries import allowed
from app.accounts.states import Role
from app.contacts.models import Contact
from app.core import clock, search
from app.core.settings import setting
from app.tickets.models import Ticket
from app.tickets.states import FINAL, GROUPS, Group, TicketKind, TicketState, Waiting

OPEN = tuple(state for state in TicketState if state not in FINAL)
UNFINISHED = tuple(state for state, group in GROUPS.items() if group in (Group.WAITING, Group.RUNNING))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the query string asks for. `mine`, `late` and `due` (promised for today, not finished) are switches;
    `still` asks for those without any action for some days."""

    text: str = ""
    mine: bool = False
    late: bool = False
    due: bool = False
    still: bool = False
    assignee: int | None = None
    family: int | None = None
    site: int | None = None
    kind: str = ""
    state: str = ""
    group: str = ""
    waiting: str = ""
    closed: bool = False

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the query string; what makes no sense is left out."""

        def whole(name: str) -> int | None:
            text = args.get(name, "")
            return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

        def known(name: str, values: Any) -> str:
            return args.get(name, "") if args.get(name, "") in values else ""

        return cls(
            text=args.get("q", "").strip()[:100],
            mine=args.get("moi") == "1",
            late=args.get("retard") == "1",
            due=args.get("aujourdhui") == "1",
            still=args.get("immobile") == "1",
            assignee=whole("reparateur"),
            family=whole("famille"),
            site=whole("site"),
            kind=known("type", [kind.value for kind in TicketKind]),
            state=known("etat", [state.value for state in TicketState]),
            group=known("groupe", [group.value for group in Group]),
            waiting=known("attente", [waiting.value for waiting in Waiting]),
            closed=args.get("sortis") == "1",
        )

    def query(self) -> dict[str, str]:
        """Back to the query string."""
        names = {
            "q": self.text, "moi": self.mine, "retard": self.late, "aujourdhui": self.due, "immobile": self.still, "reparateur": self.assignee,
            "famille": self.family, "site": self.site, "type": self.kind, "etat": self.state, "groupe": self.group,
            "attente": self.waiting, "sortis": self.closed,
        }  # fmt: skip
        return {name: "1" if value is True else str(value) for name, value in names.items() if value}

    def but(self, **changes: Any) -> str:
        """The query string with some filters changed."""
        return urlencode(replace(self, **changes).query())

    @property
    def active(self) -> int:
        """How many filters are on."""
        return len(self.query())


class Shape(NamedTuple):
    """What a statement depends on: who looks, and which filters are on; never their values."""

    scope: str
    names: tuple[str, ...]


SCOPES: dict[str, ColumnElement[bool]] = {
    "all": true(),
    "own": Ticket.assignee_id == bindparam("me"),
    "client": Ticket.contact_id.in_(select(Contact.id).where(Contact.user_id == bindparam("me"))),
    "none": false(),
}
OPENED = Ticket.state.in_(OPEN)
LATE = and_(Ticket.promised_on < bindparam("today"), Ticket.state.in_(UNFINISHED))
STILL = and_(Ticket.touched_at < bindparam("still_since"), OPENED)
MINE = Ticket.assignee_id == bindparam("me")
CONDITIONS: dict[str, ColumnElement[bool]] = {
    "q": Ticket.id.in_(bindparam("found", expanding=True)),
    "moi": MINE,
    "retard": LATE,
    "aujourdhui": and_(Ticket.promised_on == bindparam("today"), Ticket.state.in_(UNFINISHED)),
    "immobile": STILL,
    "reparateur": Ticket.assignee_id == bindparam("assignee"),
    "famille": Ticket.family_id == bindparam("family"),
    "site": Ticket.site_id == bindparam("site"),
    "type": Ticket.kind == bindparam("kind"),
    "etat": Ticket.state == bindparam("state"),
    "groupe": Ticket.state.in_(bindparam("states", expanding=True)),
    "attente": Ticket.waiting == bindparam("waiting"),
}


def scope_of(user: User) -> str:
    """Which tickets a person sees: the team all, an outside repairer his own, a client his own."""
    if user.role == Role.CLIENT:
        return "client"
    if not allowed(user, "ticket.view"):
        return "none"
    return "own" if user.role == Role.REPAIRER else "all"


def shape_of(user: User, filters: Filters) -> Shape:
    """The shape of a request."""
    return Shape(scope_of(user), tuple(name for name in filters.query() if name in CONDITIONS))


def where_of(shape: Shape) -> list[ColumnElement[bool]]:
    """The conditions of a shape."""
    return [SCOPES[shape.scope], *(CONDITIONS[name] for name in shape.names)]


def still_since() -> datetime:
    """A ticket untouched since then has been forgotten."""
    return clock.now() - timedelta(days=setting("tickets.untouched_days"))


def values_of(user: User, filters: Filters) -> dict[str, Any]:
    """What the named parameters stand for in this request."""
    found = [hit.subject_id for hit in search.find(filters.text, ["ticket"], limit=300)] if filters.text else []
    return {
        "me": user.id,
        "today": clock.today(),
        "still_since": still_since(),
        "found": found,
        "assignee": filters.assignee,
        "family": filters.family,
        "site": filters.site,
        "kind": filters.kind or None,
        "state": filters.state or None,
        "states": [state for state, group in GROUPS.items() if group == filters.group],
        "waiting": filters.waiting or None,
    }
