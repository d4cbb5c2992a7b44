"""The second step of a sign-in: one-time codes of an application (TOTP, RFC 6238) and recovery codes."""

import secrets

import pyotp
import segno

from app.accounts.models import User
from app.accounts.services.sessions import hash_token
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.seal import seal, unseal

RECOVERY_CODES = 10

_PURPOSE = "totp"
_STEP_SECONDS = 30
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """A secret, sealed: it may wait in the browser's cookie until the person proves that the application has it."""
    return seal(_PURPOSE, pyotp.random_base32())


def open_secret(sealed: str) -> str:
    """The secret in clear. Raises DomainError when SECRET_KEY changed."""
    secret = unseal(_PURPOSE, sealed)
    if secret is None:
        raise DomainError(_("La clé du serveur a changé. Recommencez la double authentification depuis votre profil."))
    return secret


def qr_code(secret: str, email: str, issuer: str) -> str:
    """The QR code that an authentication application reads, as a data: address of an SVG image."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)
    return str(segno.make(uri, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff", nl=False))


def _step_of(secret: str, code: str, after: int) -> int | None:
    """The time step (30 s) of a right code newer than the step `after`; one step early or late is borne."""
    digits = "".join(code.split())
    present = int(clock.now().timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (present, present - 1, present + 1):
        if step > after and secrets.compare_digest(totp.at(step * _STEP_SECONDS).encode(), digits.encode()):
            return step
    return None


def turn_on_totp(user_id: int, sealed: str, code: str) -> list[str]:
    """Ask for codes from now on; returns the recovery codes, shown this once. Raises DomainError for a wrong code."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    step = _step_of(open_secret(sealed), code, after=0)
    if step is None:
        raise DomainError(
            _("Ce code ne va pas. Vérifiez l'heure de votre téléphone, puis saisissez le code affiché maintenant."),
            field="code",
        )
    user.sealed_totp, user.totp_since, user.totp_step = sealed, clock.now(), step
    record(user, "user.totp_on")
    return _give_codes(user)


def turn_off_totp(user_id: int) -> None:
    """Ask for the password alone again."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    user.sealed_totp, user.totp_since, user.totp_step, user.recovery_hashes = "", None, 0, []
    record(user, "user.totp_off")


def renew_recovery_codes(user_id: int) -> list[str]:
    """New recovery codes, shown this once; the old ones are void."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    record(user, "user.codes_renewed")
    return _give_codes(user)


def _give_codes(user: User) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _sign in range(4)) for _part in range(3))
        for _code in range(RECOVERY_CODES)
    ]
    user.recovery_hashes = [hash_token(code) for code in codes]
    db.session.flush()
    return codes


def check_code(user_id: int, code: str) -> bool:
    """True for a right code, which cannot serve again: of the application, or one of the recovery codes."""
    require_transaction()
    user = db.session.get_one(User, user_id, with_for_update=True)
    secret = unseal(_PURPOSE, user.sealed_totp) if user.sealed_totp else None
    step = _step_of(secret, code, after=user.totp_step) if secret else None
    if step is not None:
        user.totp_step = step
        return True
    typed = hash_token(_as_written(code))
    if typed not in user.recovery_hashes:
        return False
    user.recovery_hashes = [kept for kept in user.recovery_hashes if kept != typed]
    record(user, "user.recovery_code_used", left=len(user.recovery_hashes))
    return True


def _as_written(code: str) -> str:
    """« abcd-efgh-jkmn », however it was typed."""
    signs = "".join(sign for sign in code.lower() if sign.isalnum())
    return "-".join(signs[i : i + 4] for i in range(0, len(signs), 4))
