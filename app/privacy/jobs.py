"""Jobs of personal data."""

from app.privacy import services


def make_export(request_id: int) -> None:
    """Gather the data of a request."""
    services.make_export(request_id)


def keep_rules() -> None:
    """Every night: erase whom the rules no longer keep, drop what is too old."""
    services.keep_rules()
    services.drop_outdated()
    services.drop_old_exports()
