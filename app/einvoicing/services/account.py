"""The account at an approved platform, entered in « Connexions »; and calls made to it, outside any transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.connectors.afnor import Afnor, AfnorConfig
from app.connectors.calls import CallRecord, Observer
from app.connectors.errors import PartnerError
from app.core.db import db, transaction
from app.core.i18n import _
from app.core.partner_kinds import EINVOICING, AccountField, AccountKind, declare_kinds
from app.core.partners import PartnerAccount, account_for, record_calls

KIND = "afnor"


def client_of(settings: Mapping[str, Any], codes: Mapping[str, str], on_call: Observer | None = None) -> Afnor:
    """The client of an account."""
    config = AfnorConfig(
        settings["client_id"], codes["client_secret"], settings["token_url"], settings["base_url"],
        settings.get("organization") or "",
    )  # fmt: skip
    return Afnor(config, on_call)


def _try(settings: Mapping[str, Any], codes: Mapping[str, str], on_call: Observer | None) -> str:
    client_of(settings, codes, on_call).check()
    return _("La plateforme répond et vos identifiants sont bons.")


PLATFORM = AccountKind(
    KIND, "Plateforme agréée", "Facturation électronique", "file-export", EINVOICING,
    (
        AccountField("client_id", "Identifiant client"),
        AccountField("client_secret", "Secret client", "secret"),
        AccountField("token_url", "Adresse des jetons d'accès", help="Donnée par la plateforme ; elle finit souvent par /token."),
        AccountField("base_url", "Adresse du service de flux", help="Ce qui précède /v1/flows dans sa documentation (norme AFNOR XP Z12-013)."),
        AccountField("organization", "Identifiant de l'organisation", help="Si la plateforme le demande.", required=False),
    ),
    _try,
)  # fmt: skip


def declare() -> None:
    """Start-up."""
    declare_kinds(PLATFORM)


def platform() -> PartnerAccount | None:
    """The account in service."""
    return account_for(KIND)


@dataclass
class Call:
    """A client whose calls are made outside any transaction; `note` writes what was observed."""

    account_id: int
    client: Afnor
    seen: list[CallRecord] = field(default_factory=list)

    def note(self, error: str = "") -> None:
        """In a transaction of its own: the calls, and how the account fares."""
        with transaction():
            self.note_within(error)

    def note_within(self, error: str = "") -> None:
        """The same, in the present transaction."""
        account = db.session.get_one(PartnerAccount, self.account_id)
        record_calls(account, KIND, self.seen)
        self.seen.clear()
        account.fares(error)


def sentence(error: PartnerError) -> str:
    """What to tell a person of a call that failed."""
    return error.message_fr[:1].upper() + error.message_fr[1:]


def call_to(account: PartnerAccount) -> Call:
    """Raises DomainError when the account's secrets cannot be read."""
    seen: list[CallRecord] = []
    return Call(account.id, client_of(account.settings, account.secrets, seen.append), seen)
