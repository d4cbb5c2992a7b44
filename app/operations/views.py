"""« Réglages › Sauvegardes »: the last ones, what is wrong with them, one more now, how many are kept, the key."""

from typing import Any

from flask import Blueprint, Response, send_file, url_for
from flask_login import current_user

from app.core.actor import current_actor
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later
from app.core.permissions import requires
from app.core.queue import HEAVY
from app.core.subject import Subject
from app.core.web import go, not_found, or_404, page, say
from app.operations import scheduled
from app.operations.forms import BackupForm
from app.operations.models import Backup
from app.operations.places import Folder, place_of, same_disk
from app.operations.states import BackupState

bp = Blueprint("operations", __name__, url_prefix="/reglages/sauvegardes")
RIGHT = "backup.manage"
SHOWN = 30


@bp.get("")
@requires(RIGHT)
def backups() -> Response:
    """The last back-ups and their settings."""
    form = BackupForm()
    form.show()
    return _page(form)


@bp.post("")
@requires(RIGHT)
def change_backups() -> Response:
    """Keep the settings."""
    form = BackupForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    with transaction():
        form.keep()
    say(_("Réglages des sauvegardes enregistrés."))
    return go(url_for("operations.backups"))


@bp.post("/maintenant")
@requires(RIGHT)
def back_up_now() -> Response:
    """Have one taken at once, by the worker."""
    try:
        with transaction():
            scheduled.ask(current_user.name)
    except DomainError as error:
        say(error.message, "error")
    else:
        say(_("La sauvegarde se fait. Elle apparaît ici dès qu'elle est finie."), "info")
    return go(url_for("operations.backups"))


@bp.post("/<int:backup_id>/essayer")
@requires(RIGHT)
def rehearse_backup(backup_id: int) -> Response:
    """Have one put back in a scratch place and verified."""
    found = _there(backup_id)
    with transaction():
        later(scheduled.REHEARSE, found.id, label=_("Répétition de la restauration"), queue_name=HEAVY)
    say(_("La restauration s'essaie dans un endroit à part : vos données ne sont pas touchées. Le résultat apparaît ici."), "info")  # fmt: skip
    return go(url_for("operations.backups"))


@bp.get("/<int:backup_id>/fichier")
@requires(RIGHT)
def backup_file(backup_id: int) -> Response:
    """The encrypted file, when it is in a folder of the server."""
    found, place = _there(backup_id), place_of(scheduled.settings())
    if not isinstance(place, Folder) or not (place.path / found.name).is_file():
        not_found()
    return send_file(
        place.path / found.name, "application/octet-stream", as_attachment=True, download_name=found.name, max_age=0
    )


@bp.post("/cle")
@requires(RIGHT)
def backup_key() -> Response:
    """Show the key, to be noted elsewhere; who saw it is written."""
    with transaction():
        record(Subject("backup", 0), "backup.key_shown", by=current_actor().name)
    form = BackupForm(formdata=None)
    form.show()
    answer = _page(form, key=scheduled.settings().backup_key)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _there(backup_id: int) -> Backup:
    found = or_404(db.session.get(Backup, backup_id))
    if found.state != BackupState.DONE:
        not_found()
    return found


def _page(form: BackupForm, *, status: int = 200, key: str = "") -> Response:
    ours, rows = scheduled.settings(), scheduled.rows(SHOWN)
    good = next((row for row in rows if row.state == BackupState.DONE), None)
    return page(
        "operations/backups.html", block="sauvegardes", form=form, rows=rows, good=good, key=key, status=status,
        rehearsed=max((row for row in rows if row.rehearsed_at), key=lambda row: str(row.rehearsed_at), default=None),
        place=place_of(ours).label, here=isinstance(place_of(ours), Folder), near=same_disk(ours), trouble=scheduled.trouble(),
        busy=scheduled.running() is not None, size=size_words,
    )  # fmt: skip


def size_words(size: int) -> str:
    """« 12,4 Mo »."""
    for unit in (_("o"), _("Ko"), _("Mo")):
        if size < 1000:
            return _number(size, unit)
        size = size / 1000  # type: ignore[assignment]
    return _number(size, _("Go"))


def _number(size: float, unit: str) -> str:
    shown = f"{size:.0f}" if size >= 100 or size == int(size) else f"{size:.1f}".replace(".", ",")
    return f"{shown}\u00a0{unit}"


def trouble_panel(_record: Any) -> dict[str, Any] | None:
    """On the dashboard: what is wrong, or nothing."""
    said = scheduled.trouble()
    return {"panel": said} if said else None
