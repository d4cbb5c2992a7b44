"""Passwords: argon2id, and the rules a new one must meet."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.models import User
from app.accounts.queries import user_by_email
from app.core import links
from app.core.db import db, require_transaction
from app.core.history import record
from app.core.i18n import _, _n
from app.core.subject import Subject

SHORTEST = 10
_FEWEST_SIGNS = 5

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

# The words that open most doors, in French and in English, keyboards included.
_COMMON = (
    "motdepasse", "password", "azerty", "qwerty", "qwertz", "azertyuiop", "qwertyuiop", "bonjour", "bienvenue", "welcome",
    "soleil", "doudou", "loulou", "marseille", "jetaime", "iloveyou", "football", "baseball", "princess", "princesse",
    "dragon", "monkey", "sunshine", "superman", "batman", "starwars", "pokemon", "chocolat", "administrateur",
    "administrator", "admin", "letmein", "trustno", "secret", "changeme", "etabli", "atelier", "france", "paris",
)  # fmt: skip
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
)


def hash_password(password: str) -> str:
    """The argon2id hash. Done before a transaction, never inside: it takes time on purpose."""
    return _hasher.hash(password)


def verify(user: User | None, password: str) -> bool:
    """True when it is this person's password; takes as long whoever it is, and for nobody."""
    usable = user is not None and user.active and user.archived_at is None and bool(user.password_hash)
    try:
        _hasher.verify(user.password_hash if user and usable else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return usable


def check_password(email: str, password: str) -> User | None:
    """The person, or None; takes as long whether the account exists or not."""
    user = user_by_email(email)
    return user if verify(user, password) else None


def password_fault(password: str, *, email: str, name: str = "") -> str | None:
    """What is wrong with a new password, as a sentence; None when it will do."""
    bare = password.casefold()
    if len(password) < SHORTEST:
        return _n(
            "Ce mot de passe est trop court : ajoutez %(num)s caractère. Une courte phrase se retient bien.",
            "Ce mot de passe est trop court : ajoutez %(num)s caractères. Une courte phrase se retient bien.",
            SHORTEST - len(password),
        )
    if _is_about(bare, email, name):
        return _("Ce mot de passe reprend votre nom ou votre adresse. Choisissez-en un que personne ne peut deviner.")
    if _is_common(bare):
        return _("Ce mot de passe est parmi les plus répandus. Prenez plutôt quelques mots sans rapport entre eux.")
    return None


def _is_about(bare: str, email: str, name: str) -> bool:
    address = email.casefold()
    known = {address, address.split("@")[0], *name.casefold().split(), name.casefold().replace(" ", "")}
    core = bare.strip("0123456789!?.-_ *@#$")
    return bare == address or core in {word for word in known if len(word) >= 3}


def _is_common(bare: str) -> bool:
    core = bare.strip("0123456789!?.-_ *@#$")
    return (
        len(set(bare)) < _FEWEST_SIGNS
        or core in _COMMON
        or any(bare in run for run in _RUNS)
        or not core
    )  # fmt: skip


def set_password(user_id: int, password_hash: str) -> User:
    """Give a new password; every link that could set one becomes void."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    user.password_hash = password_hash
    about = Subject("user", user.id)
    links.revoke("reset", about)
    links.revoke("invite", about)
    record(user, "user.password_changed")
    return user
