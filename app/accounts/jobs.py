"""Work of accounts done by the worker."""

from app.accounts import services
from app.core.db import transaction


def send_reset(email: str) -> None:
    """Somebody asked for a new password: send the link if that address has an account.

    Looked up here and not in the request, so that the page takes as long whether the account exists or not.
    """
    with transaction():
        services.send_reset(email)
