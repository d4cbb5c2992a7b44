"""The archive of a period (twelve months at most): CSV files, their description, a manifest signed with the chain's key.

Source: BOI-TVA-DECLA-30-10-30 (archives in an open format, dated, whose integrity can be proven; each is traced).
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.queries import our_organisation
from app.core import chain, clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.models import StoredFile
from app.till.models import Till, TillClosing, TillEvent, TillSale
from app.till.services.receipts import software
from app.till.services.sealing import chain_of, locked_till, ring
from app.till.states import EventKind

LONGEST = 366
_README = """Archive de caisse
=================
Un fichier CSV par sujet, en UTF-8, champs séparés par des points-virgules, montants en centimes d'euro, moments en temps
universel (ISO 8601), taux et remises en points de base (2000 = 20 %), quantités en millièmes.

tickets.csv     un ticket par ligne ; totaux, total perpétuel, total perpétuel en valeur absolue
lignes.csv      les lignes des tickets
tva.csv         base et TVA de chaque taux de chaque ticket
reglements.csv  les moyens de paiement des tickets ; « third » : la part qu'un tiers (payer : son n° de contact) prend en charge
evenements.csv  le journal des événements
clotures.csv    clôtures de jour, de mois, d'exercice
sceaux.csv      la chaîne : empreinte = SHA-256(empreinte précédente, saut de ligne, contenu) ; signature Ed25519 (hexadécimal) de
                six lignes : nom de la chaîne, rang, type de fiche, n° de fiche, moment, empreinte
manifeste.json  période, empreinte SHA-256 de chaque fichier, clé publique
manifeste.sig   signature Ed25519 (hexadécimal) de l'empreinte SHA-256 (hexadécimal) de manifeste.json
"""


def check_period(begins: date, ends: date) -> None:
    """Raises DomainError for a period that is not one, or is longer than twelve months."""
    if ends < begins:
        raise DomainError(_("La fin précède le début. Choisissez une date plus tardive."), field="ends")
    if (ends - begins).days + 1 > LONGEST:
        raise DomainError(_("Une archive couvre douze mois au plus. Faites-en plusieurs."), field="ends")
    if begins > clock.today():
        raise DomainError(_("Cette période n'a pas commencé."), field="begins")


def build(till: Till, begins: date, ends: date) -> bytes:
    """The archive as a ZIP file."""
    tables = dict(_tables(till, begins, ends))
    contents = {name: _csv(rows) for name, rows in tables.items()} | {"LISEZMOI.txt": _README.encode()}
    manifest = json.dumps(
        _manifest(till, begins, ends, contents), ensure_ascii=False, indent=1, sort_keys=True
    ).encode()
    contents["manifeste.json"] = manifest
    contents["manifeste.sig"] = chain.signature_of(hashlib.sha256(manifest).hexdigest()).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(
                zipfile.ZipInfo(name, (begins.year, begins.month, begins.day, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return packed.getvalue()


def keep(till_id: int, begins: date, ends: date, packed: files.Ready, *, export: bool) -> StoredFile:
    """Keep an archive that was built, and write it to the journal with its sum."""
    till = locked_till(till_id)
    stored = files.keep(packed, by=till.name)
    files.attach(stored, subject_of(till), _("Archive du %(from)s au %(to)s", **{"from": clock.table_date(begins), "to": clock.table_date(ends)}))  # fmt: skip
    kind = EventKind.EXPORT if export else EventKind.ARCHIVE
    ring(till, kind, begins=begins.isoformat(), ends=ends.isoformat(), sha256=stored.sha256, name=stored.name)
    return stored


def _manifest(till: Till, begins: date, ends: date, contents: dict[str, bytes]) -> dict[str, Any]:
    ours = our_organisation()
    return {
        "caisse": {"code": till.code, "nom": till.name},
        "entreprise": {"nom": ours.name, "siret": ours.siret, "tva": ours.vat_number},
        "periode": {"du": begins.isoformat(), "au": ends.isoformat()},
        "fait_le": clock.now().isoformat(),
        "logiciel": software(),
        "chaine": chain_of(till),
        "cle_publique": chain.public_key(),
        "fichiers": {name: {"sha256": hashlib.sha256(content).hexdigest(), "octets": len(content)} for name, content in contents.items()},
    }  # fmt: skip


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


_SALE = (
    "number", "kind", "training", "at", "operator", "contact_id", "reverses_id", "document_id", "ticket_id", "net", "vat",
    "gross", "settled", "on_account", "change", "perpetual", "absolute",
)  # fmt: skip
_LINE = (
    "kind", "label", "reference", "article", "family", "quantity", "unit", "price", "list_price", "discount", "gross",
    "vat_code", "rate", "reason", "document", "voucher", "of",
)  # fmt: skip
_SHARE = ("code", "rate", "reason", "base", "vat", "gross")
_MEANS = ("means", "amount", "received", "reference", "documents", "beside", "payer")
_EVENT = ("id", "kind", "at", "operator", "facts")
_CLOSING = (
    "number",
    "period",
    "begins_on",
    "ends_on",
    "at",
    "by",
    "sales",
    "net",
    "vat",
    "gross",
    "perpetual",
    "absolute",
    "facts",
)
_SEAL = ("rank", "subject_kind", "subject_id", "at", "previous", "digest", "signature", "payload")


def _tables(till: Till, begins: date, ends: date) -> Iterator[tuple[str, list[list[Any]]]]:
    start, stop = clock.start_of(begins), clock.start_of(date.fromordinal(ends.toordinal() + 1))

    def within(model: Any) -> list[Any]:
        query = select(model).where(model.till_id == till.id, model.at >= start, model.at < stop).order_by(model.id)
        return list(db.session.scalars(query))

    sales = within(TillSale)
    yield "tickets.csv", [list(_SALE), *_rows(sales, _SALE)]
    yield "lignes.csv", [["number", *_LINE], *_parts(sales, "lines", _LINE)]
    yield "tva.csv", [["number", *_SHARE], *_parts(sales, "shares", _SHARE)]
    yield "reglements.csv", [["number", *_MEANS], *_parts(sales, "means", _MEANS)]
    yield "evenements.csv", [list(_EVENT), *_rows(within(TillEvent), _EVENT)]
    yield "clotures.csv", [list(_CLOSING), *_rows(within(TillClosing), _CLOSING)]
    query = select(chain.Seal).where(chain.Seal.chain == chain_of(till), chain.Seal.at >= start, chain.Seal.at < stop)
    seals = list(db.session.scalars(query.order_by(chain.Seal.rank)))
    yield "sceaux.csv", [list(_SEAL), *_rows(seals, _SEAL)]


def _rows(records: Iterable[Any], keys: tuple[str, ...]) -> list[list[Any]]:
    return [[_plain(getattr(record, key)) for key in keys] for record in records]


def _parts(sales: Iterable[TillSale], part: str, keys: tuple[str, ...]) -> list[list[Any]]:
    return [[sale.number, *(_plain(row.get(key)) for key in keys)] for sale in sales for row in getattr(sale, part)]


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value.value if hasattr(value, "value") else "" if value is None else value
