"""Signed links: a page opened without an account. Forged ones are refused unread; rows make them expire or revocable."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, Names, column, db, require_transaction
from app.core.errors import Gone
from app.core.i18n import _
from app.core.subject import Subject

_NONCE = 16
_SIGNATURE = 8


class SignedLink(Identified, Base):
    """A link given to somebody. `kind` says what it opens: "status", "quote", "invite", "reset"."""

    __tablename__ = "signed_link"
    __fr__ = Names("lien", "liens")
    __table_args__ = (Index(None, "subject_kind", "subject_id", "kind"),)

    kind: Mapped[str] = column("Usage")
    subject_kind: Mapped[str] = column("Type de fiche")
    subject_id: Mapped[int]
    nonce: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = column("Donné le", UTC, default=clock.now)
    expires_at: Mapped[datetime | None] = column("Expire le", UTC, default=None)
    revoked_at: Mapped[datetime | None] = column("Révoqué le", UTC, default=None)

    @property
    def subject(self) -> Subject:
        """What the link opens."""
        return Subject(self.subject_kind, self.subject_id)


def _sign(nonce: str) -> str:
    key = hashlib.sha256(b"links:" + str(current_app.config["SECRET_KEY"]).encode()).digest()
    digest = hmac.new(key, nonce.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_SIGNATURE]


def issue(kind: str, subject: Subject, *, days: int | None = None, hours: int | None = None) -> str:
    """A new link's token. Without `days` or `hours` it does not expire."""
    require_transaction()
    span = timedelta(days=days or 0, hours=hours or 0)
    nonce = secrets.token_urlsafe(_NONCE)[:22]
    expires = clock.now() + span if span else None
    db.session.add(
        SignedLink(kind=kind, subject_kind=subject.kind, subject_id=subject.id, nonce=nonce, expires_at=expires)
    )
    return nonce + _sign(nonce)


def token_of(kind: str, subject: Subject) -> str | None:
    """The newest live link of that kind for a subject, so that it can be printed again."""
    nonce = db.session.scalar(
        select(SignedLink.nonce)
        .where(
            SignedLink.kind == kind,
            SignedLink.subject_kind == subject.kind,
            SignedLink.subject_id == subject.id,
            SignedLink.revoked_at.is_(None),
        )
        .order_by(SignedLink.id.desc())
        .limit(1)
    )
    return nonce + _sign(nonce) if nonce else None


def known(token: str, kind: str) -> SignedLink | None:
    """The link of that token, even one that expired or was revoked; None when forged. What it opens is told by `resolve`."""
    nonce, signature = token[:-_SIGNATURE], token[-_SIGNATURE:]
    if not nonce or not token.isascii() or not hmac.compare_digest(signature, _sign(nonce)):
        return None
    return db.session.scalar(select(SignedLink).where(SignedLink.nonce == nonce, SignedLink.kind == kind))


def resolve(token: str, kind: str) -> SignedLink | None:
    """The live link of that token; None when forged. Raises Gone when it expired or was revoked."""
    link = known(token, kind)
    if link is None:
        return None
    if link.revoked_at is not None:
        raise Gone(_("Ce lien a été remplacé. Ouvrez le plus récent que vous avez reçu, ou demandez-en un nouveau."))
    if link.expires_at is not None and link.expires_at <= clock.now():
        raise Gone(_("Ce lien a expiré. Demandez-en un nouveau, nous vous l'enverrons aussitôt."))
    return link


def revoke(kind: str, subject: Subject) -> None:
    """Make every live link of that kind for the subject void."""
    require_transaction()
    for link in db.session.scalars(
        select(SignedLink).where(
            SignedLink.kind == kind,
            SignedLink.subject_kind == subject.kind,
            SignedLink.subject_id == subject.id,
            SignedLink.revoked_at.is_(None),
        )
    ):
        link.revoked_at = clock.now()
