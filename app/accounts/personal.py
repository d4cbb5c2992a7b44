"""What accounts holds on a client: his account and where he signed in from."""

from datetime import datetime

from sqlalchemy import ColumnElement

from app.accounts.models import User, UserSession
from app.core.personal import CONNECTIONS, Holding, Outdated, PersonalData

PERSONAL = PersonalData(
    "accounts",
    "Compte et connexions",
    "Ouvrir l'espace client et le protéger",
    "Exécution du contrat ; sécurité (intérêt légitime)",
    CONNECTIONS,
    (
        Holding(
            User,
            lambda person: User.id == person.user_id,
            blank=("phone", "password_hash", "sealed_totp", "recovery_hashes", "appearance"),
            put={
                "name": lambda _row, person: person.no_name,
                "email": lambda row, _person: f"efface-{row.id}@invalid",
                "active": lambda _row, _person: False,
            },
            secret=("password_hash", "sealed_totp", "recovery_hashes", "totp_step"),
        ),
        Holding(UserSession, lambda person: UserSession.user_id == person.user_id, delete=True, secret=("token_hash",)),
    ),
)


def _old_sessions(cutoff: datetime) -> list[tuple[type[UserSession], ColumnElement[bool]]]:
    return [(UserSession, UserSession.created_at < cutoff)]


OUTDATED = Outdated("sessions", "Connexions anciennes", CONNECTIONS, _old_sessions)
