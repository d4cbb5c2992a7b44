"""Jobs of repairers. Each is done twice without harm."""

from app.repairers.services.watching import watch


def watch_answers() -> dict[str, int]:
    """Remind of proposals without an answer, then give them up."""
    return watch()
