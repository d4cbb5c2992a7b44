"""A file of the bank comes in: OFX is read at once, a table when its columns are known; lines already read are left out,
those that may be are set aside for a person."""

from typing import Any

from sqlalchemy import select

from app.core.db import db, require_transaction
from app.core.errors import Conflict
from app.core.i18n import _
from app.core.reading import Layout, UnreadableTable, sniff
from app.documents.models import StoredFile
from app.documents.services import keep, open_file, prepare_as_is
from app.payments.models import BankLine, BankStatement
from app.payments.services.bank.known import sorted_out
from app.payments.services.bank.movements import Movement, Read
from app.payments.services.bank.ofx import is_ofx, read_ofx
from app.payments.services.bank.table import enough, head_of, read_table
from app.payments.states import BankLineState, StatementState

MAX_BYTES = 20_000_000


def receive(data: bytes, name: str, *, account: str = "", by: str) -> BankStatement:
    """Keep the file, and read it when it can be: OFX, or titles like those of a statement read before.

    Otherwise its columns wait to be confirmed. Raises UnreadableTable with what to do; nothing is kept then.
    """
    require_transaction()
    if len(data) > MAX_BYTES:
        raise UnreadableTable(_("Ce fichier dépasse 20 Mo. Téléchargez une période plus courte chez votre banque."))
    if is_ofx(data):
        return _read(_new(data, name, "application/x-ofx", account, by), read_ofx(data))
    layout = sniff(data)
    head = head_of(data, layout)
    before = _known(head.headers)
    statement = _new(data, name, "text/csv", account, by)
    statement.layout, statement.headers = layout.stored(), head.headers
    statement.mapping = before or head.mapping
    if before:
        return _read(statement, read_table(data, layout, head.headers, before))
    return statement


def _new(data: bytes, name: str, mime: str, account: str, by: str) -> BankStatement:
    row = BankStatement(file_id=keep(prepare_as_is(data, name, mime), by=by).id, account=account.strip(), by=by)
    db.session.add(row)
    db.session.flush()
    return row


def _known(headers: list[str]) -> list[str]:
    """The columns of the last statement that had these titles."""
    query = select(BankStatement.headers, BankStatement.mapping).where(BankStatement.state == StatementState.READ)
    for titles, mapping in db.session.execute(query.order_by(BankStatement.id.desc()).limit(50)):
        if titles == headers and enough(mapping):
            return list(mapping)
    return []


def bytes_of(statement: BankStatement) -> bytes:
    """The file as it came."""
    return open_file(db.session.get_one(StoredFile, statement.file_id))


def change(statement: BankStatement, mapping: list[str], *, encoding: str = "", separator: str = "") -> None:
    """Say what each column is, or read the file by another encoding. Raises UnreadableTable, Conflict once it was read."""
    require_transaction()
    if statement.state == StatementState.READ:
        raise Conflict(_("Ce relevé est déjà lu : ses colonnes ne changent plus."))
    before = Layout.of(statement.layout)
    layout = Layout(before.format, encoding or before.encoding, separator or before.separator)
    if layout != before:
        head = head_of(bytes_of(statement), layout)
        statement.layout, statement.headers, statement.mapping = layout.stored(), head.headers, head.mapping
    elif len(mapping) == len(statement.headers):
        statement.mapping = mapping
    db.session.flush()


def read(statement_id: int) -> BankStatement:
    """Write the lines, by the columns that were chosen. Raises UnreadableTable when none reads so."""
    require_transaction()
    statement = db.session.get_one(BankStatement, statement_id, with_for_update=True, populate_existing=True)
    if statement.state == StatementState.READ:
        return statement
    layout = Layout.of(statement.layout)
    return _read(statement, read_table(bytes_of(statement), layout, statement.headers, statement.mapping))


def _read(statement: BankStatement, found: Read) -> BankStatement:
    statement.account = statement.account or found.account
    sorted_ = sorted_out(statement.account, found.movements)
    for key, movement in sorted_.new:
        _add(statement, key, movement)
    for key, movement, twin_id in sorted_.doubtful:
        _add(statement, key, movement, state=BankLineState.DOUBTFUL, twin_id=twin_id)
    statement.added, statement.known, statement.doubtful = len(sorted_.new), sorted_.known, len(sorted_.doubtful)
    statement.faults = found.faults[:100]
    statement.state = StatementState.READ
    db.session.flush()
    return statement


def _add(statement: BankStatement, key: str, movement: Movement, **more: Any) -> None:
    db.session.add(
        BankLine(
            statement_id=statement.id, account=statement.account, booked_on=movement.booked_on, label=movement.label,
            reference=movement.reference, amount=movement.amount, key=key, bank_id=movement.bank_id, **more,
        )
    )  # fmt: skip
