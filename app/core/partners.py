"""Partner accounts, entered in the browser with their secrets encrypted, and a row per call with secrets masked."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UTC, Archivable, Base, Identified, Json, Names, Stamped, column, db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.seal import seal, unseal


class PartnerAccount(Identified, Stamped, Archivable, Base):
    """An account at a partner. `kind`: smtp, imap, ovh_sms, smsmode…"""

    __tablename__ = "partner_account"
    __kind__ = "partner_account"
    __fr__ = Names("compte de partenaire", "comptes de partenaires")

    kind: Mapped[str] = column("Partenaire")
    label: Mapped[str] = column("Nom", default="")
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sealed_secrets: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = column("En service", default=True)
    cursor: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    last_ok_at: Mapped[datetime | None] = column("Dernier succès", UTC, default=None)
    last_error: Mapped[str] = column("Dernier refus", default="")
    refused_at: Mapped[datetime | None] = column("Refusé depuis", UTC, default=None)

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets in clear. Raises DomainError when SECRET_KEY changed since they were entered."""
        if not self.sealed_secrets:
            return {}
        clear = unseal("partners", self.sealed_secrets)
        if clear is None:
            raise DomainError(
                _("Les codes de ce compte ne se lisent plus : la clé du serveur a changé. Saisissez-les de nouveau.")
            )
        opened: dict[str, str] = json.loads(clear)
        return opened

    @secrets.setter
    def secrets(self, values: dict[str, str]) -> None:
        self.sealed_secrets = seal("partners", json.dumps(values))

    def fares(self, refusal: str = "") -> None:
        """Note that it just worked, or was refused and why (a French sentence)."""
        if refusal:
            self.last_error, self.refused_at = refusal[:500], self.refused_at or clock.now()
        else:
            self.last_ok_at, self.last_error, self.refused_at = clock.now(), "", None


class PartnerCall(Identified, Base):
    """One call to a partner: what was asked and answered, secrets masked."""

    __tablename__ = "partner_call"
    __fr__ = Names("appel à un partenaire", "appels aux partenaires")
    __table_args__ = (Index(None, "account_id", "at"),)

    account_id: Mapped[int | None] = mapped_column(default=None)
    kind: Mapped[str] = column("Partenaire")
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    method: Mapped[str] = column("Méthode")
    url: Mapped[str] = column("Adresse")
    status: Mapped[int | None] = column("Réponse", default=None)
    milliseconds: Mapped[int] = column("Durée (ms)", default=0)
    request: Mapped[str] = column("Demande", default="")
    response: Mapped[str] = column("Retour", default="")


def account_for(*kinds: str) -> PartnerAccount | None:
    """The active account of one of these kinds, in that order of preference."""
    rows = db.session.scalars(
        select(PartnerAccount).where(
            PartnerAccount.kind.in_(kinds), PartnerAccount.active, PartnerAccount.archived_at.is_(None)
        )
    ).all()
    return min(rows, key=lambda row: (kinds.index(row.kind), row.id), default=None)


@dataclass(frozen=True, slots=True)
class Route:
    """An account as plain data, so that calls are made outside any transaction. `id` None: one of the environment."""

    id: int | None
    kind: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)


def route_of(account: PartnerAccount) -> Route:
    """The account as plain data. Raises DomainError when its secrets cannot be read."""
    return Route(account.id, account.kind, dict(account.settings), account.secrets)


def note_outcome(account_id: int | None, kind: str, calls: Iterable[Any], refusal: str = "") -> None:
    """Keep the calls made to a partner, and when its account last worked or was refused."""
    require_transaction()
    account = db.session.get(PartnerAccount, account_id) if account_id else None
    record_calls(account, kind, list(calls))
    if account is not None:
        account.fares(refusal)


def record_calls(account: PartnerAccount | None, kind: str, calls: list[Any]) -> None:
    """Write a row per call observed by a connector (objects with method, url, status, ms, request_masked, response_masked)."""
    require_transaction()
    for call in calls:
        db.session.add(
            PartnerCall(
                account_id=account.id if account else None,
                kind=kind,
                method=call.method,
                url=call.url[:500],
                status=call.status,
                milliseconds=call.ms,
                request=call.request_masked[:4000],
                response=call.response_masked[:4000],
            )
        )
