"""People who sign in, their sessions, and the rights of their roles."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.organisation import Site
from app.accounts.states import Role
from app.core import clock
from app.core.db import UTC, Archivable, Base, Identified, Json, LabelType, Names, Stamped, column


class User(UserMixin, Identified, Stamped, Archivable, Base):  # type: ignore[misc]
    """A person with an account: the team, outside repairers, and clients for their portal."""

    __tablename__ = "user"
    __kind__ = "user"
    __fr__ = Names("utilisateur", "utilisateurs")

    email: Mapped[str] = column("Courriel", unique=True)
    name: Mapped[str] = column("Nom")
    role: Mapped[Role] = column("Rôle", LabelType(Role))
    active: Mapped[bool] = column("Actif", default=True)
    phone: Mapped[str] = column("Téléphone", default="")
    password_hash: Mapped[str] = mapped_column(default="")
    sealed_totp: Mapped[str] = mapped_column(default="")
    totp_since: Mapped[datetime | None] = column("Double authentification depuis", UTC, default=None)
    totp_step: Mapped[int] = mapped_column(default=0)
    recovery_hashes: Mapped[list[str]] = mapped_column(Json, default=list)
    appearance: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), default=None, index=True)
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    hours_per_week: Mapped[int] = column("Heures par semaine", default=35)
    signed_in_at: Mapped[datetime | None] = column("Dernière connexion", UTC, default=None)

    session_token: str = ""
    session_id: int = 0

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the session's token, so that a session can be revoked."""
        return self.session_token

    @property
    def is_active(self) -> bool:
        """For Flask-Login."""
        return self.active

    @property
    def initials(self) -> str:
        """« IR » for « Inès Rousseau »."""
        words = self.name.replace("-", " ").split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    @property
    def role_label(self) -> str:
        """The role's French word."""
        return self.role.label

    @property
    def is_client(self) -> bool:
        """True for the portal's users."""
        return self.role == Role.CLIENT


class UserSession(Identified, Base):
    """A browser where somebody is signed in; revoking it signs out at the next request."""

    __tablename__ = "user_session"
    __fr__ = Names("session", "sessions", True)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    user: Mapped[User] = relationship(lazy="raise_on_sql")
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = column("Ouverte le", UTC, default=clock.now)
    address: Mapped[str] = column("Adresse", default="")
    agent: Mapped[str] = column("Navigateur", default="")
    revoked_at: Mapped[datetime | None] = column("Fermée le", UTC, default=None)


class RolePermission(Identified, Base):
    """A right that the manager gave to, or took from, a role; absent rows follow the presets."""

    __tablename__ = "role_permission"
    __fr__ = Names("droit", "droits")
    __table_args__ = (UniqueConstraint("role", "permission"),)

    role: Mapped[Role] = column("Rôle", LabelType(Role))
    permission: Mapped[str] = column("Droit")
    granted: Mapped[bool] = column("Accordé")


class LoginAttempt(Identified, Base):
    """A refused sign-in, counted by account and by address to slow down guessing."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "key", "at"),)

    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTC, default=clock.now)
