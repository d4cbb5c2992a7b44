"""Pennylane: invoices kept in an accounting service."""

from collections.abc import Mapping
from typing import Any

from app.connectors.calls import Observer
from app.connectors.pennylane import Pennylane, PennylaneConfig
from app.core.i18n import _
from app.core.partner_kinds import BOOKS, AccountField, AccountKind, Watcher

TRIAL_TIMEOUT = (5.0, 8.0)


def client_of(
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    on_call: Observer | None = None,
    timeout: tuple[float, float] = (5.0, 30.0),
) -> Pennylane:
    """The client of an account. `timeout`: seconds to connect, seconds without an answer."""
    return Pennylane(PennylaneConfig(secrets["token"], settings["base_url"], timeout), on_call)


def _try(settings: Mapping[str, Any], secrets: Mapping[str, str], on_call: Watcher | None) -> str:
    name = client_of(settings, secrets, on_call, TRIAL_TIMEOUT).check()
    return _("Pennylane répond : société « %(name)s ».", name=name)


KIND = AccountKind(
    "pennylane", "Pennylane", "Factures tenues dans Pennylane", "file-invoice", BOOKS,
    (
        AccountField("token", "Jeton d'API", "secret", help="Dans Pennylane : Paramètres, Connectivité, Développeurs."),
        AccountField("base_url", "Adresse du service", default="https://app.pennylane.com/api/external/v2"),
    ),
    _try, identity=("base_url",),
)  # fmt: skip
