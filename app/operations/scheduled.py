"""Back-ups that take themselves: asked for, made, kept where they belong, turned over, rehearsed, and complained about.

The row is written before the work, so that a back-up that never ends is seen; the work itself is a job of the heavy queue.
"""

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import or_, select

from app.accounts.models import User
from app.accounts.queries import active_managers, organisation
from app.core import clock
from app.core.config import Settings
from app.core.db import db, require_transaction, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.queue import HEAVY
from app.core.settings import change_setting, setting
from app.messaging.services.sending import write_mail
from app.operations import rotation
from app.operations.archive import ENCRYPTED, FILES
from app.operations.backup import back_up, unwritten
from app.operations.models import Backup
from app.operations.places import place_of
from app.operations.rehearsal import Rehearsal, rehearse

TAKE, REHEARSE = "app.operations.jobs.take_backup", "app.operations.jobs.rehearse_backup"
#: Setting: the day of the last mail about each trouble.
WARNED = "backup.warned_on"
#: A back-up asked for so long ago was cut off.
_CUT = timedelta(hours=6)
#: What the nightly job of another machine, or of the start, has just done.
_JUST = timedelta(hours=20)
#: The nightly back-up is in question at start only when its time has passed.
_DAY = timedelta(hours=26)


def settings() -> Settings:
    """Those of this installation."""
    found: Settings = current_app.extensions["etabli_settings"]
    return found


def ask(by: str) -> Backup:
    """Have a back-up taken by a job; its row. Raises DomainError while another is being taken."""
    require_transaction()
    if running() is not None:
        raise DomainError(_("Une sauvegarde se fait déjà. Attendez qu'elle finisse."))
    moment = clock.local(clock.now())
    made = Backup(name=f"etabli-{moment:%Y-%m-%d-%H%M%S}{ENCRYPTED}", place=place_of(settings()).label, asked_by=by)
    db.session.add(made)
    db.session.flush()
    later(TAKE, made.id, label=_("Sauvegarde"), queue_name=HEAVY)
    return made


def running() -> Backup | None:
    """The back-up being taken."""
    query = select(Backup).where(
        Backup.finished_at.is_(None), Backup.error == "", Backup.started_at > clock.now() - _CUT
    )
    return db.session.scalars(query.order_by(Backup.id.desc()).limit(1)).one_or_none()


def last_good() -> Backup | None:
    """The last one that was finished and is still there."""
    good = (Backup.finished_at.is_not(None), Backup.error == "", Backup.removed_at.is_(None))
    return db.session.scalars(select(Backup).where(*good).order_by(Backup.id.desc()).limit(1)).one_or_none()


def ask_nightly(*, catching_up: bool = False) -> Backup | None:
    """The one of the night, unless it was just taken or switched off; `catching_up`: only when a night was missed."""
    require_transaction()
    last = last_good()
    since = clock.now() - last.started_at if last else None
    missed = since is not None and since > _DAY
    if not setting("backup.nightly") or (since is not None and since < _JUST) or (catching_up and not missed):
        return None
    return ask(_("La nuit")) if running() is None and organisation() is not None else None


def take(backup_id: int) -> None:
    """Make the file, keep it in its place, turn the old ones over; a failure is written and mailed. Done twice, replaced."""
    asked = db.session.get(Backup, backup_id)
    if asked is None or asked.finished_at is not None:
        return
    name = asked.name
    db.session.rollback()
    try:
        size, rows, files = _made(name)
    except DomainError as error:
        _fail(backup_id, error.message)
        return
    with transaction():
        done = db.session.get_one(Backup, backup_id)
        done.finished_at, done.size, done.rows, done.files, done.error = clock.now(), size, rows, files, ""
    turn_over()
    with transaction():
        if _rehearsal_is_due():
            later(REHEARSE, backup_id, label=_("Répétition de la restauration"), queue_name=HEAVY)


def _made(name: str) -> tuple[int, int, int]:
    ours = settings()
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=ours.data_dir) as folder:
        draft = Path(folder, name)
        manifest = back_up(draft, ours.backup_key)
        size = draft.stat().st_size
        try:
            place_of(ours).put(draft, name)
        except OSError as error:
            raise unwritten(Path(ours.backup_place) / name, error) from error
    return size, sum(manifest.counts.values()), sum(one.startswith(FILES) for one in manifest.members)


def _fail(backup_id: int, reason: str) -> None:
    with transaction():
        failed = db.session.get_one(Backup, backup_id)
        failed.error, failed.finished_at = reason, clock.now()
        _mail_managers(_("La sauvegarde a échoué"), _("La sauvegarde de cette nuit ou celle que vous avez demandée a échoué.\n\n%(reason)s\n\nOuvrez « Réglages », « Sauvegardes » pour recommencer.", reason=reason))  # fmt: skip


def turn_over() -> int:
    """Take away those that the rotation does not keep; how many. One that cannot be removed waits for the next time."""
    good = (Backup.finished_at.is_not(None), Backup.error == "", Backup.removed_at.is_(None))
    place = place_of(settings())
    here = db.session.execute(select(Backup.id, Backup.started_at).where(*good, Backup.place == place.label)).all()
    staying = rotation.kept(
        [(row[0], row[1]) for row in here],
        days=int(setting("backup.days")), weeks=int(setting("backup.weeks")), months=int(setting("backup.months")),
    )  # fmt: skip
    leaving = [row[0] for row in here if row[0] not in staying]
    db.session.rollback()
    for backup_id in leaving:
        with transaction():
            old = db.session.get_one(Backup, backup_id)
            old.removed_at = clock.now()
            place.remove(old.name)
    return len(leaving)


# --- rehearsal --------------------------------------------------------------------------------------------------------


def _rehearsal_is_due() -> bool:
    days = int(setting("backup.rehearse_days"))
    if not days:
        return False
    last = db.session.scalar(select(Backup.rehearsed_at).where(Backup.rehearsed_at.is_not(None)).order_by(Backup.rehearsed_at.desc()).limit(1))  # fmt: skip
    return last is None or last < clock.now() - timedelta(days=days) + timedelta(hours=2)


def try_restore(backup_id: int, rehearsing: Callable[[Path, Settings], Rehearsal] = rehearse) -> None:
    """Put one back in a scratch place, verify it, write what came of it, tell the managers when it is not whole."""
    asked = db.session.get(Backup, backup_id)
    if asked is None or asked.removed_at is not None:
        return
    name, ours = asked.name, settings()
    db.session.rollback()
    try:
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=ours.data_dir) as folder:
            found = rehearsing(place_of(ours).fetch(name, Path(folder)), ours)
    except DomainError as error:
        found = Rehearsal(faults=[error.message])
    with transaction():
        tried = db.session.get_one(Backup, backup_id)
        tried.rehearsed_at, tried.rehearsal_error = clock.now(), " ; ".join(found.faults)[:1000]
        if found.faults:
            _mail_managers(_("Une sauvegarde ne se restaure pas"), _("La sauvegarde %(name)s a été remise en place à l'essai, et quelque chose ne va pas.\n\n%(reason)s\n\nOuvrez « Réglages », « Sauvegardes ».", name=name, reason=tried.rehearsal_error))  # fmt: skip


# --- complaints -------------------------------------------------------------------------------------------------------


def trouble(moment: datetime | None = None) -> str | None:
    """What is wrong with the back-ups, in one sentence for a manager; None when all is well."""
    present = moment or clock.now()
    last = db.session.scalars(select(Backup).where(or_(Backup.finished_at.is_not(None), Backup.started_at < present - _CUT)).order_by(Backup.id.desc()).limit(1)).one_or_none()  # fmt: skip
    if last is not None and last.error:
        return _("La dernière sauvegarde a échoué : %(reason)s", reason=last.error)
    if last is not None and last.finished_at is None:
        return _("La dernière sauvegarde s'est arrêtée avant la fin. Recommencez-la.")
    if last is not None and last.rehearsal_error:
        return _("La dernière sauvegarde ne se restaure pas bien : %(reason)s", reason=last.rehearsal_error)
    return _too_old(present)


def _too_old(present: datetime) -> str | None:
    hours, good, ours = int(setting("backup.max_hours")), last_good(), organisation()
    if not hours or ours is None:
        return None
    since = good.started_at if good else ours.created_at
    if present - since < timedelta(hours=hours) or (good is None and current_app.config["DEMO"]):
        return None
    if good is None:
        return _("Aucune sauvegarde n'a encore été faite.")
    return _("La dernière sauvegarde date du %(day)s.", day=clock.full(good.started_at))


def warn() -> bool:
    """Mail the managers about the present trouble, once a day; whether one left."""
    require_transaction()
    said, today = trouble(), clock.today().isoformat()
    if said is None or setting(WARNED) == today:
        return False
    change_setting(WARNED, today)
    _mail_managers(_("Vos sauvegardes demandent votre attention"), _("%(said)s\n\nOuvrez « Réglages », « Sauvegardes ».", said=said))  # fmt: skip
    return True


def _mail_managers(subject: str, text: str) -> None:
    for email in db.session.scalars(select(User.email).where(User.id.in_(active_managers()))):
        write_mail(email, subject, text)


def rows(limit: int) -> list[Backup]:
    """The last ones, newest first."""
    return list(db.session.scalars(select(Backup).order_by(Backup.id.desc()).limit(limit)))
