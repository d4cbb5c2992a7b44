"""The file of accounting entries that the tax office asks for (LPF art. A47 A-1; BOI-CF-IOR-60-40-20).

One line per line of entry, 18 columns in their order, tab between fields, decimal comma, dates AAAAMMJJ, ISO-8859-15. In order
of validation, which is that of numbers. Nothing of the closing of classes 6 and 7; opening balances first.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import exists, select

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _
from app.ledger.models import Entry, EntryLine, Lettering
from app.ledger.queries.years import Year, year_named

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
ENCODING = "iso-8859-15"
SEPARATOR, END = "\t", "\r\n"
SIREN_LENGTH = 9
#: What the encoding lacks and a person would write otherwise.
_PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
                        "\u2212": "-", "\u2026": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " "})  # fmt: skip


def siren() -> str:
    """The organisation's nine digits. Raises DomainError when its SIRET is not filled in."""
    digits = "".join(char for char in our_organisation().siret if char.isdigit())[:SIREN_LENGTH]
    if len(digits) < SIREN_LENGTH:
        raise DomainError(
            _(
                "Le nom du fichier FEC porte votre SIREN. Complétez le SIRET dans « Réglages », « Organisation », puis recommencez."
            )
        )
    return digits


def file_name(year: Year) -> str:
    """« 732829320FEC20261231.txt ». Raises DomainError without a SIRET."""
    return f"{siren()}FEC{_day(year.end)}.txt"


def fec(year: int) -> bytes:
    """The file of a year. Raises DomainError when it has no entry."""
    if not db.session.scalar(select(exists().where(Entry.year == year))):
        raise DomainError(
            _("Aucune écriture dans l'exercice %(year)s. Choisissez-en un autre.", year=year_named(year).label)
        )
    return b"".join(line.encode(ENCODING) for line in _lines(year))


def _lines(year: int) -> Iterator[str]:
    yield SEPARATOR.join(COLUMNS) + END
    query = (
        select(Entry.journal, Entry.rank, Entry.booked_on, EntryLine.account, EntryLine.account_label, EntryLine.third_party,
               EntryLine.third_party_label, Entry.piece, Entry.piece_on, Entry.label, EntryLine.debit, EntryLine.credit,
               Lettering.letters, Lettering.on, Entry.validated_at)
        .join(Entry, Entry.id == EntryLine.entry_id)
        .outerjoin(Lettering, Lettering.line_id == EntryLine.id)
        .where(Entry.year == year)
        .order_by(Entry.rank, EntryLine.id)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    for row in db.session.execute(query):
        yield SEPARATOR.join((
            row.journal.value, _text(row.journal.label), str(row.rank), _day(row.booked_on), _text(row.account),
            _text(row.account_label), _text(row.third_party), _text(row.third_party_label), _text(row.piece),
            _day(row.piece_on), _text(row.label), _amount(row.debit), _amount(row.credit), row.letters or "",
            _day(row.on) if row.on else "", _day(clock.local(row.validated_at).date()), "", "",
        )) + END  # fmt: skip


def _text(text: str) -> str:
    """On one line, without the separators, in the letters of the encoding."""
    tidy = " ".join(text.translate(_PLAIN).replace("|", "/").split())
    return "".join(_letter(char) for char in tidy)


def _letter(char: str) -> str:
    try:
        char.encode(ENCODING)
    except UnicodeEncodeError:
        bare = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
        return bare or "?"
    return char


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def notice(year: int) -> str:
    """The description that goes with the file (LPF art. A47 A-1, IV)."""
    chosen = year_named(year)
    facts = (
        _("Description du fichier des écritures comptables %(name)s", name=file_name(chosen)),
        "",
        _("Entreprise : %(name)s, SIREN %(siren)s", name=our_organisation().name, siren=siren()),
        _("Exercice : du %(start)s au %(end)s", start=f"{chosen.start:%d/%m/%Y}", end=f"{chosen.end:%d/%m/%Y}"),
        _("Norme : article A47 A-1 du livre des procédures fiscales, comptabilité d'engagement (18 champs)."),
        _("Fichier à plat, une ligne par mouvement ; la première ligne porte les noms des champs."),
        _("Encodage : ISO-8859-15. Séparateur de champs : tabulation. Fin de ligne : CR LF."),
        _("Dates : AAAAMMJJ. Montants en euros, virgule décimale, sans séparateur de milliers."),
        _("Ordre : chronologique de validation. EcritureNum : suite continue sur l'exercice, tous journaux confondus."),
        _("ValidDate : jour où l'écriture a été enregistrée ; dès lors elle ne peut plus être modifiée ni supprimée."),
        _("CompAuxNum : C et le n° du client, F et celui du fournisseur, T et celui du tiers payeur."),
        _("EcritureLet et DateLet : lettrage des comptes auxiliaires, par règlements affectés."),
        _("Montantdevise et Idevise : vides, la comptabilité est tenue en euros."),
        _(
            "Écritures d'à-nouveaux : journal AN. Les écritures de solde des comptes de classes 6 et 7 n'y figurent pas."
        ),
        _(
            "Logiciel : Établi. Les écritures sont tirées des factures scellées, des règlements et des clôtures de caisse."
        ),
    )
    return END.join(facts) + END


def write_fec(year: int, folder: Path) -> tuple[Path, Path]:
    """Write the file and its description into a folder; their paths. Raises DomainError, OSError."""
    content, name = fec(year), file_name(year_named(year))
    folder.mkdir(parents=True, exist_ok=True)
    target, words = folder / name, folder / f"{Path(name).stem}-description.txt"
    target.write_bytes(content)
    words.write_bytes("".join(_letter(char) for char in notice(year).translate(_PLAIN)).encode(ENCODING))
    return target, words
