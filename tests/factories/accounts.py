"""Organisations and people."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organisation, User
from app.accounts.services import add_user, create_organisation, hash_password
from app.accounts.states import Role, Trade
from app.core.db import db, transaction
from app.core.law import LegalValue, put_value
from tests.factories.base import serial
from tests.signing import PASSWORD


@cache
def demo_hash() -> str:
    """Hashing is slow on purpose: once per process."""
    return hash_password(PASSWORD)


def an_organisation(**values: Any) -> Organisation:
    """The workshop of the cast."""
    known = {
        "name": "Atelier Second Souffle", "tagline": "Réparation d'électroménager", "trade": Trade.WORKSHOP,
        "address": "8 rue des Tanneurs", "postcode": "83170", "town": "Brignoles", "phone": "04 94 00 45 12",
        "email": "bonjour@secondsouffle.example",
    }  # fmt: skip
    with transaction():
        return create_organisation(**known | values)


def a_user(role: Role = Role.TECHNICIAN, **values: Any) -> User:
    """Somebody with an account and the demonstration's password."""
    number = serial()
    known = {"email": f"personne{number}@demo.example", "name": f"Personne {number}", "password_hash": demo_hash()}
    with transaction():
        return add_user(role=role, **known | values)


def a_legal_value(key: str = "till.cash_limit") -> LegalValue:
    """What the law will say from 2030 on, written by the organisation."""
    since = date(2030, 1, 1)
    with transaction():
        put_value(key, since, 200_000, "Un décret à venir")
    return db.session.scalars(select(LegalValue).where(LegalValue.key == key, LegalValue.valid_from == since)).one()
