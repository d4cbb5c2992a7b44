"""An import at work: the whole file is checked, then written batch by batch, each in its own short transaction.

A worker killed at any moment loses nothing: the check begins again, the writing goes on after the last line written.
"""

import time
from dataclasses import asdict
from itertools import islice

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import later, progress
from app.core.queue import HEAVY
from app.core.reading import Layout, Table, open_table
from app.documents.services import open_file
from app.exchange import queries
from app.exchange.kinds import KINDS, Line, Origin, Writer
from app.exchange.models import ImportNote, ImportRun
from app.exchange.services.judging import Judge, Remark
from app.exchange.services.mapping import mapping_fault
from app.exchange.states import MACHINE, RUNNING, ImportState

JOB = "app.exchange.jobs.work"
# Below a hundred lines the fixed cost of a batch is most of it: on a busy machine, smaller ones would only hold longer.
FIRST_BATCH, SMALLEST, LARGEST = 100, 100, 1000
SLOW, QUICK = 0.3, 0.12  # seconds that a transaction may hold the database


def start(run: ImportRun, *, rehearsal: bool, keep_good: bool) -> None:
    """Begin, in a job: check the file, then write it unless it is a rehearsal. Raises DomainError when no column is chosen."""
    begin(run, rehearsal=rehearsal, keep_good=keep_good)
    resume(run)


def begin(run: ImportRun, *, rehearsal: bool, keep_good: bool) -> None:
    """Make an import ready to be worked at. Raises DomainError when no column is chosen."""
    require_transaction()
    fault = mapping_fault(KINDS[run.kind], run.mapping)
    if fault:
        raise DomainError(fault)
    MACHINE.move(run, ImportState.CHECKING)
    run.rehearsal, run.keep_good = rehearsal, keep_good
    run.position = run.added = run.unchanged = 0
    run.finished_at = None


def resume(run: ImportRun) -> None:
    """Hand the import to the queue, where it goes on from where it stands."""
    require_transaction()
    run.job_id = later(JOB, run.id, label=_("Import de %(name)s", name=run.file.name), queue_name=HEAVY).id


def work(run_id: int) -> None:
    """What remains of an import. May be called again at any time: what is done is not done twice."""
    run = queries.run(run_id)
    if run is None or run.state not in RUNNING:
        return
    table = open_table(open_file(run.file), Layout.of(run.layout))
    if run.state == ImportState.CHECKING:
        _check(run, table)
    run = queries.run(run_id)
    if run is not None and run.state == ImportState.WRITING:
        _write_all(run, table)


# --- check ------------------------------------------------------------------------------------------------------------


def _check(run: ImportRun, table: Table) -> None:
    with transaction() as session:
        session.execute(delete(ImportNote).where(ImportNote.run_id == run.id))
    lines = refused = doubtful = 0
    notes: list[Remark] = []
    last = time.monotonic()
    for judged in Judge(KINDS[run.kind], run).lines(table):
        lines += 1
        refused += judged.line is None
        doubtful += judged.line is not None and bool(judged.remarks)
        notes += judged.remarks
        if len(notes) >= 500 or time.monotonic() - last > 1:
            _keep_notes(run.id, notes)
            progress(lines, max(run.expected, lines), _("Vérification"))
            notes, last = [], time.monotonic()
    _keep_notes(run.id, notes)
    with transaction():
        again = queries.locked_run(run.id)
        again.lines, again.refused, again.doubtful = lines, refused, doubtful
        MACHINE.move(again, _after_check(again))
        if again.state != ImportState.WRITING:
            again.finished_at = clock.now()


def _after_check(run: ImportRun) -> ImportState:
    if run.refused and not run.keep_good and not run.rehearsal:
        return ImportState.REFUSED
    return ImportState.CHECKED if run.rehearsal else ImportState.WRITING


def _keep_notes(run_id: int, remarks: list[Remark]) -> None:
    with transaction():
        _insert_notes(run_id, remarks)


def _insert_notes(run_id: int, remarks: list[Remark]) -> None:
    if not remarks:
        return
    db.session.execute(insert(ImportNote), [{"run_id": run_id, **asdict(remark)} for remark in remarks])


# --- write ------------------------------------------------------------------------------------------------------------


def _write_all(run: ImportRun, table: Table) -> None:
    run_id, total, position, done = run.id, run.lines, run.position, run.added + run.unchanged
    left = (judged for judged in Judge(KINDS[run.kind], run).lines(table) if judged.number > position)
    writer = _fresh_writer(run)
    size = FIRST_BATCH
    while batch := list(islice(left, size)):
        begun = time.monotonic()
        upto = batch[-1].number
        with transaction():
            following = _write_batch(run_id, position, [item.line for item in batch if item.line], upto, writer)
        if following is None:
            return
        writer = following
        size = _next_size(size, time.monotonic() - begun)
        position, done = upto, done + len(batch)
        progress(done, total, _("Écriture"))
    with transaction():
        again = queries.locked_run(run_id)
        MACHINE.move(again, ImportState.DONE, added=again.added)
        again.finished_at = clock.now()


def _write_batch(run_id: int, position: int, lines: list[Line], upto: int, writer: Writer) -> Writer | None:
    """Write lines that are not in the base yet, and note how far it is, in one transaction.

    Returns the writer of the next batch; None when another worker took the import over.
    """
    run = queries.locked_run(run_id)
    if run.position != position or run.state != ImportState.WRITING:
        return None
    known = writer.known(lines)
    new = [line for line in lines if line.number not in known]
    refused: list[Remark] = []
    try:
        _write(writer, new)
    except (DomainError, IntegrityError):
        writer = _fresh_writer(run)
        refused = _one_by_one(writer, new)
        _insert_notes(run_id, refused)
        writer = _fresh_writer(run)
    run.added += len(new) - len(refused)
    run.unchanged += len(known)
    run.refused += len(refused)
    run.position = upto
    return writer


def _fresh_writer(run: ImportRun) -> Writer:
    return KINDS[run.kind].writer(Origin(run.file.name, run.id))


def _write(writer: Writer, lines: list[Line]) -> None:
    if lines:
        with db.session.begin_nested():
            writer.write(lines)
            db.session.flush()


def _one_by_one(writer: Writer, lines: list[Line]) -> list[Remark]:
    """A batch was refused: write its lines alone, and say which could not be."""
    refused = []
    for line in lines:
        try:
            _write(writer, [line])
        except DomainError as error:
            refused.append(
                Remark(
                    line.number, error.message, _("Corrigez cette ligne, puis importez de nouveau le fichier."), True
                )
            )
        except IntegrityError:
            reason = _("Cette ligne contredit une fiche déjà dans la base.")
            refused.append(Remark(line.number, reason, _("Comparez-la à la fiche existante, puis corrigez-la."), True))
    return refused


def _next_size(size: int, spent: float) -> int:
    if spent > SLOW:
        return max(SMALLEST, size // 2)
    return min(LARGEST, size * 2) if spent < QUICK else size
