"""The secret key of an installation, which goes with an encrypted backup and comes back with it."""

import os
from pathlib import Path

from app.core.config import Settings
from app.core.i18n import _


def put_back(settings: Settings, secret: str) -> str:
    """Put the key of a backup in its place; returns what somebody must know or do, or "".

    The signatures of what was sealed, partner accounts and links already sent need it.
    """
    if secret == settings.secret_key:
        return ""
    path = settings.data_dir / "secret_key"
    ours = path.exists() and path.read_text(encoding="ascii").strip() == settings.secret_key
    if ours:
        _write(path.with_name("secret_key.avant"), settings.secret_key)
        _write(path, secret)
        return _("La clé secrète de la sauvegarde est remise en place avec elle.")
    kept = path.with_name("secret_key.sauvegarde")
    _write(kept, secret)
    return _("La clé secrète de la sauvegarde n'est pas celle de SECRET_KEY : mettez-y celle du fichier %(path)s, puis effacez-le.", path=kept)  # fmt: skip


def _write(path: Path, secret: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(secret + "\n")
