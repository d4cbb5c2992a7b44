"""By hand, for who has no access by API: the invoices of a month as one ZIP, and the files that the platform gave."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import amount_input
from app.documents.services import open_file
from app.einvoicing.queries.periods import end_of_month
from app.einvoicing.services.incoming import take_bill
from app.einvoicing.services.statuses import deposited_by_hand
from app.purchasing import services as purchasing
from app.sales.models import SalesDocument
from app.sales.states import ISSUED, CheckState, EinvoiceState

#: Neither on a platform nor on its way to it.
UNSENT = (EinvoiceState.NONE,)
FILES_MOST, BYTES_MOST = 300, 100_000_000
INDEX = ("Numéro", "Type", "Date", "Client", "SIRET", "Total HT", "TVA", "Total TTC", "Fichier", "SHA-256")


def unsent(first: date, *, only_unsent: bool = True) -> list[SalesDocument]:
    """Invoices and credit notes of that month to French businesses, proven; those that no platform has, unless all are asked."""
    query = select(SalesDocument).where(
        SalesDocument.kind.in_(ISSUED), SalesDocument.issued_on.between(first, end_of_month(first)), SalesDocument.check == CheckState.PASSED,
        SalesDocument.file_id.is_not(None), SalesDocument.content["business"].as_boolean().is_(True),
    )  # fmt: skip
    if only_unsent:
        query = query.where(SalesDocument.einvoice.in_(UNSENT))
    return list(db.session.scalars(query.order_by(SalesDocument.id).options(joinedload(SalesDocument.file))))


def archive(documents: Iterable[SalesDocument]) -> bytes:
    """A ZIP of their Factur-X, as they were proven, with `index.csv` (semicolons, UTF-8 with its mark)."""
    out, lines = io.BytesIO(), io.StringIO()
    sheet = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    sheet.writerow(INDEX)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for document in documents:
            if document.file is None:
                continue
            name, buyer = f"{document.number}.pdf", document.content.get("buyer") or {}
            made.writestr(name, open_file(document.file))
            sheet.writerow([
                document.number, document.kind.label, clock.table_date(document.issued_on or clock.today()), _plain(buyer.get("name")), buyer.get("siret", ""),
                *(amount_input(value) for value in (document.net, document.vat, document.gross)), name, document.file.sha256,
            ])  # fmt: skip
        made.writestr("index.csv", b"\xef\xbb\xbf" + lines.getvalue().encode())
    return out.getvalue()


def _plain(text: object) -> str:
    """A name that a spreadsheet does not take for a formula."""
    words = str(text or "")
    return f"'{words}" if words[:1] in "=+-@" else words


def mark_deposited(documents: Iterable[SalesDocument]) -> int:
    """Somebody put these files on the platform himself. Returns how many were not known to be there."""
    require_transaction()
    return sum(deposited_by_hand(document) for document in documents)


class Taken:
    """What came of files brought by hand: how many became invoices, and why the others did not."""

    def __init__(self) -> None:
        self.taken = 0
        self.refused: list[tuple[str, str]] = []


def take_files(files: Iterable[tuple[str, bytes]]) -> Taken:
    """Invoices from a platform: PDF, XML, or ZIP of them. Opens its own transactions, one a file. Raises DomainError for none."""
    found, done = [pair for name, content in files for pair in _unpacked(name, content)], Taken()
    if not found:
        raise DomainError(
            _("Choisissez les fichiers reçus de votre plateforme : PDF, XML, ou un ZIP qui les contient."),
            field="files",
        )
    for name, content in found[:FILES_MOST]:
        reason = _one(name, content)
        if reason:
            done.refused.append((name, reason))
        else:
            done.taken += 1
    done.refused += [
        (name, _("Trop de fichiers à la fois : apportez-le ensuite.")) for name, _content in found[FILES_MOST:]
    ]
    return done


def _one(name: str, content: bytes) -> str:
    try:
        return take_bill(content, purchasing.prepare_file(content, name), None, None)
    except DomainError as error:
        return error.message


def _unpacked(name: str, content: bytes) -> list[tuple[str, bytes]]:
    if not content.startswith(b"PK\x03\x04"):
        return [(name, content)] if content else []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = [
                entry
                for entry in packed.infolist()
                if not entry.is_dir() and entry.filename.lower().endswith((".pdf", ".xml"))
            ]
            if sum(entry.file_size for entry in inside) > BYTES_MOST:
                raise DomainError(
                    _("Ce ZIP est trop lourd une fois ouvert. Apportez-le en plusieurs fois."), field="files"
                )
            return [(entry.filename.rpartition("/")[2], packed.read(entry)) for entry in inside]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise DomainError(
            _("Le ZIP « %(name)s » ne s'ouvre pas. Téléchargez-le de nouveau.", name=name), field="files"
        ) from error


def deposit_by_hand(document_id: int) -> None:
    """One invoice put on the platform by somebody."""
    with transaction():
        deposited_by_hand(db.session.get_one(SalesDocument, document_id))
