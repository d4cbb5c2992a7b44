"""Smoobu: the stays of the lodgings that are managed."""

from collections.abc import Mapping
from typing import Any

from app.connectors.calls import Observer
from app.connectors.smoobu import Smoobu, SmoobuConfig
from app.core.i18n import _n
from app.core.partner_kinds import RENTALS, AccountField, AccountKind, Watcher

TRIAL_TIMEOUT = (5.0, 8.0)


def client_of(
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    on_call: Observer | None = None,
    timeout: tuple[float, float] = (5.0, 30.0),
) -> Smoobu:
    """The client of an account. `timeout`: seconds to connect, seconds without an answer."""
    config = SmoobuConfig(secrets["key"], secrets["secret"], settings["base_url"], timeout)
    return Smoobu(config, on_call)


def _try(settings: Mapping[str, Any], secrets: Mapping[str, str], on_call: Watcher | None) -> str:
    client = client_of(settings, secrets, on_call, TRIAL_TIMEOUT)
    name, lodgings = client.check(), client.lodgings()
    return _n(
        "Smoobu répond : compte « %(name)s », %(num)s logement.",
        "Smoobu répond : compte « %(name)s », %(num)s logements.",
        len(lodgings), name=name,
    )  # fmt: skip


KIND = AccountKind(
    "smoobu", "Smoobu", "Séjours relevés dans Smoobu", "home-star", RENTALS,
    (
        AccountField("key", "Clé d'API", "secret", help="Dans Smoobu : Réglages, Avancés, Clés d'API."),
        AccountField("secret", "Secret d'API", "secret", help="Donné une seule fois par Smoobu, avec la clé."),
        AccountField("base_url", "Adresse du service", default="https://login.smoobu.com"),
    ),
    _try, identity=("base_url",),
)  # fmt: skip
