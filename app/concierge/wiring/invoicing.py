"""What other invoicing systems say of our invoices, read back by the runner of connections."""

from datetime import timedelta
from typing import Any

from app.concierge.services import outside
from app.connectors.calls import Observer
from app.connectors.invoicing import Billed
from app.core.partners import PartnerAccount, Route
from app.partners.services import PartnerTask, Step, declare_task

PAGE = 20
Asked = list[tuple[int, str]]


def declare() -> None:
    """Start-up."""
    for kind in outside.CLIENTS:
        declare_task(
            kind,
            PartnerTask(
                "invoices", "Relever l'état des factures d'honoraires", timedelta(hours=1), fetch=_fetch, keep=_keep,
                ask=_ask, wanted=_wanted,
                counts={"read": ("facture lue", "factures lues"), "changed": ("changée", "changées")},
            ),
        )  # fmt: skip


def _wanted(account: PartnerAccount) -> bool:
    return outside.where().system == account.kind


def _ask(account: PartnerAccount, cursor: dict[str, Any]) -> Asked:
    return outside.unfinished(account.kind, cursor.get("after", 0), PAGE)


def _fetch(route: Route, asked: Asked, watcher: Observer) -> list[tuple[int, Billed]]:
    system = outside.client(route, watcher)
    return [(statement_id, system.read(billed_id)) for statement_id, billed_id in asked]


def _keep(_account: PartnerAccount, read: list[tuple[int, Billed]], _cursor: dict[str, Any]) -> Step:
    more = len(read) == PAGE
    return Step({"after": read[-1][0]} if more else {}, more, {"read": len(read), "changed": outside.follow(read)})
