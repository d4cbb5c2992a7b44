"""The archive of a year: every issued document in one ZIP that can be read and verified without this application.

Sources: CGI art. 289 VII and LPF L102 B (kept six years, integrity), C. com. L123-22 (ten years). Each document is there as its
Factur-X PDF, its XML and what was sealed; the manifest has the SHA-256 of every file and the head of the chain of seals.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.actor import current_actor
from app.core.chain import Seal, SealHead
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.jobs import JobRun, later, progress
from app.core.queue import HEAVY
from app.core.subject import Subject
from app.documents import services as files
from app.documents.einvoices import attached_xml
from app.documents.models import StoredFile
from app.documents.services import Ready, open_file
from app.sales.models import SalesDocument
from app.sales.queries.archives import KIND, MAKE, archives_asked, years
from app.sales.services.documents.issuing import CHAIN
from app.sales.services.facturx import xml_of
from app.sales.states.documents import ISSUED, CheckState

Data = dict[str, Any]
BATCH = 100
README = """Archive des factures et des avoirs émis en {year} par {name}.

factures/     chaque document : PDF Factur-X (PDF/A-3), tel qu'il a été envoyé
xml/          le fichier XML (EN 16931, Cross Industry Invoice) de chaque document
sceaux/       ce qui a été scellé à l'émission, mot pour mot, avec son rang, son empreinte et sa signature
manifeste.json  la liste, l'empreinte SHA-256 de chaque fichier et la fin de la chaîne des sceaux

Vérifier un fichier : sha256sum -c empreintes.sha256
Vérifier un sceau : empreinte = SHA-256(empreinte précédente, retour à la ligne, contenu) ; chaque sceau porte
l'empreinte de celui d'avant. La signature (Ed25519) est celle de six lignes : chaîne, rang, type de fiche, n° de fiche,
moment en temps universel, empreinte.
"""


def ask_archive(year: int) -> JobRun:
    """Have the archive of a year made by a job, which keeps it. Raises DomainError for a year without a document, Conflict
    while one of that year is being made."""
    require_transaction()
    if year not in years():
        raise DomainError(_("Aucune facture n'a été émise en %(year)s. Vérifiez l'année.", year=year), field="year")
    if any(run.arguments == [year] and not run.finished for run in archives_asked()):
        raise Conflict(_("L'archive de %(year)s se prépare déjà.", year=year))
    return later(MAKE, year, label=_("Archive des factures de %(year)s", year=year), queue_name=HEAVY)


def keep_archive(year: int, ready: Ready) -> StoredFile:
    """Keep an archive that was made, beside the earlier ones of that year."""
    stored = files.keep(ready, by=current_actor().name)
    files.attach(stored, Subject(KIND, year), _("Archive des factures de %(year)s", year=year))
    return stored


def write_archive(year: int, target: Path) -> Data:
    """Write the ZIP of a year to `target`, whole or not at all, and return its manifest. Reads only.

    The same documents give the same bytes but for the manifest's own date. Raises DomainError for a year without a document.
    """
    ids = _ids(year)
    if not ids:
        raise DomainError(_("Aucune facture n'a été émise en %(year)s. Vérifiez l'année.", year=year))
    part = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = _filled(archive, year, ids)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _filled(archive: zipfile.ZipFile, year: int, ids: list[int]) -> Data:
    prints: dict[str, str] = {}

    def put(name: str, content: bytes) -> str:
        info = zipfile.ZipInfo(name, date_time=(year, 12, 31, 0, 0, 0))
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        archive.writestr(info, content)
        prints[name] = hashlib.sha256(content).hexdigest()
        return prints[name]

    entries = [_entry(document, seal, put) for document, seal in _documents(ids)]
    head = db.session.get(SealHead, CHAIN)
    ours = our_organisation()
    manifest: Data = {
        "year": year, "organisation": ours.name, "siret": ours.siret, "made_at": clock.now().isoformat(),
        "count": len(entries), "net": sum(entry["net"] for entry in entries), "vat": sum(entry["vat"] for entry in entries),
        "gross": sum(entry["gross"] for entry in entries), "documents": entries,
        "chain": {"name": CHAIN, "rank": head.rank, "digest": head.digest} if head else None,
    }  # fmt: skip
    put("LISEZMOI.txt", README.format(year=year, name=ours.name).encode())
    put("manifeste.json", json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode())
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(prints.items()))
    put("empreintes.sha256", lines.encode())
    return manifest


def _entry(document: SalesDocument, seal: Seal | None, put: Any) -> Data:
    number = str(document.number)
    files: Data = {}
    xml: bytes | None = None
    if document.file is not None:
        content = open_file(document.file)
        files["pdf"] = {"name": f"factures/{number}.pdf", "sha256": put(f"factures/{number}.pdf", content)}
        if files["pdf"]["sha256"] != document.file.sha256:
            files["pdf"]["fault"] = _("Le fichier conservé n'a plus l'empreinte notée à l'émission.")
        xml = _attached(content)
    xml = xml or xml_of(document)
    files["xml"] = {"name": f"xml/{number}.xml", "sha256": put(f"xml/{number}.xml", xml)}
    if seal is not None:
        told = {
            "chain": seal.chain, "rank": seal.rank, "subject_kind": seal.subject_kind, "subject_id": seal.subject_id, "previous": seal.previous, "digest": seal.digest, "signature": seal.signature,
            "at": seal.at.isoformat(), "payload": seal.payload,
        }  # fmt: skip
        name = f"sceaux/{number}.json"
        files["seal"] = {"name": name, "sha256": put(name, json.dumps(told, ensure_ascii=False, indent=1).encode())}
    return {
        "number": number, "kind": document.kind.value, "date": str(document.issued_on), "net": document.net,
        "vat": document.vat, "gross": document.gross, "checked": document.check == CheckState.PASSED,
        "seal": {"rank": seal.rank, "digest": seal.digest} if seal else None, "files": files,
    }  # fmt: skip


def _attached(pdf: bytes) -> bytes | None:
    try:
        return attached_xml(pdf)
    except DomainError:
        return None


def _ids(year: int) -> list[int]:
    within = SalesDocument.issued_on.between(date(year, 1, 1), date(year, 12, 31))
    issued = (SalesDocument.issued_at.is_not(None), SalesDocument.kind.in_(ISSUED))
    return list(db.session.scalars(select(SalesDocument.id).where(within, *issued).order_by(SalesDocument.id)))


def _documents(ids: list[int]) -> Iterator[tuple[SalesDocument, Seal | None]]:
    loaded = (selectinload(SalesDocument.lines), joinedload(SalesDocument.file))
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        query = select(SalesDocument).where(SalesDocument.id.in_(some)).order_by(SalesDocument.id).options(*loaded)
        about = (Seal.chain == CHAIN, Seal.subject_kind == SalesDocument.__kind__, Seal.subject_id.in_(some))
        seals = {seal.subject_id: seal for seal in db.session.scalars(select(Seal).where(*about).order_by(Seal.rank))}
        for document in db.session.scalars(query):
            yield document, seals.get(document.id)
        db.session.rollback()
        db.session.expunge_all()
        progress(start + len(some), len(ids))
