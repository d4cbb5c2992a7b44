"""Dolibarr: invoices kept in another program, on a server of one's own."""

from collections.abc import Mapping
from typing import Any

from app.connectors.calls import Observer
from app.connectors.dolibarr import Dolibarr, DolibarrConfig
from app.core.i18n import _
from app.core.partner_kinds import BOOKS, AccountField, AccountKind, Watcher

TRIAL_TIMEOUT = (5.0, 8.0)


def client_of(
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    on_call: Observer | None = None,
    timeout: tuple[float, float] = (5.0, 30.0),
) -> Dolibarr:
    """The client of an account. `timeout`: seconds to connect, seconds without an answer."""
    return Dolibarr(DolibarrConfig(settings["base_url"], secrets["key"], timeout), on_call)


def _try(settings: Mapping[str, Any], secrets: Mapping[str, str], on_call: Watcher | None) -> str:
    version = client_of(settings, secrets, on_call, TRIAL_TIMEOUT).check()
    return _("Le service répond : %(version)s.", version=version)


KIND = AccountKind(
    "dolibarr", "Dolibarr", "Factures tenues dans Dolibarr", "file-invoice", BOOKS,
    (
        AccountField("key", "Clé d'API", "secret", help="Dans Dolibarr : fiche de l'utilisateur, après avoir activé le module API REST."),
        AccountField("base_url", "Adresse de l'API", help="Par exemple https://dolibarr.exemple.fr/api/index.php."),
    ),
    _try, identity=("base_url",),
)  # fmt: skip
