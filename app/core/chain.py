"""Seals: what is issued is hash-chained and signed, so that a changed byte is found and named.

A chain is a series of `Seal` rows, each holding the hash of the one before. The payload is what the record said when it was
sealed; `verify` compares it with what the record says today. The database refuses any change of a seal (migration 0003),
and of the records that their feature declares. Sources: CGI art. 286 I 3° bis (till), art. 289 VII (invoices).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC as UTC_ZONE
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import Index, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, Names, column, db, is_sqlite, require_transaction
from app.core.i18n import _
from app.core.subject import Subject

GENESIS = "0" * 64
_BATCH = 500
#: What reading a row raises when a column holds what it never wrote: an impossible date, an unknown state, broken JSON.
UNREADABLE = (ValueError, LookupError, TypeError, ArithmeticError, StatementError)


class SealHead(Base):
    """The end of a chain: its row is locked by the transaction that lengthens it."""

    __tablename__ = "seal_head"

    chain: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default=GENESIS)


class Seal(Identified, Base):
    """One link of a chain. `payload` is canonical JSON; `digest` = SHA-256(previous, newline, payload); the signature covers
    the digest and all the rest of the row (`signed_words`)."""

    __tablename__ = "seal"
    __fr__ = Names("sceau", "sceaux")
    __table_args__ = (UniqueConstraint("chain", "rank"), Index(None, "subject_kind", "subject_id"))

    chain: Mapped[str] = column("Chaîne")
    rank: Mapped[int] = column("Rang")
    subject_kind: Mapped[str] = column("Type de fiche")
    subject_id: Mapped[int] = column("Fiche")
    payload: Mapped[str] = column("Contenu")
    previous: Mapped[str] = column("Empreinte précédente")
    digest: Mapped[str] = column("Empreinte")
    signature: Mapped[str] = column("Signature")
    at: Mapped[datetime] = column("Scellé le", UTC, default=clock.now)


#: What a record of that kind says today, in the shape that was sealed; None when it is gone.
Teller = Callable[[int], Mapping[str, Any] | None]
_tellers: dict[str, Teller] = {}


def declare_sealed(kind: str, teller: Teller) -> None:
    """Start-up: how to read again what a record of that kind says."""
    _tellers[kind] = teller


def canonical(payload: Mapping[str, Any]) -> str:
    """The one way to write a payload: keys sorted, no spaces, no escapes but JSON's."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


@cache
def _key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"seals:" + secret.encode()).digest())


def _signing_key() -> Ed25519PrivateKey:
    return _key(str(current_app.config["SECRET_KEY"]))


def signature_of(digest: str) -> str:
    """The Ed25519 signature of this installation, in hexadecimal: of an archive's manifest, as of each link."""
    return _signing_key().sign(digest.encode()).hex()


def public_key() -> str:
    """The key that verifies these signatures, in hexadecimal."""
    return _signing_key().public_key().public_bytes_raw().hex()


def signed_words(link: "Seal") -> str:
    """What a link's signature signs: chain, rank, kind and number of the record, moment (UTC), digest, one a line."""
    at = link.at.astimezone(UTC_ZONE).isoformat()
    return "\n".join((link.chain, str(link.rank), link.subject_kind, str(link.subject_id), at, link.digest))


def _signature(link: "Seal") -> str:
    return _signing_key().sign(signed_words(link).encode()).hex()


def _digest(previous: str, payload: str) -> str:
    return hashlib.sha256(f"{previous}\n{payload}".encode()).hexdigest()


def seal(chain: str, subject: Subject, payload: Mapping[str, Any]) -> Seal:
    """Add a record to a chain, in the present transaction: two writers wait for each other on the chain's head."""
    require_transaction()
    head = lock(chain)
    text = canonical(payload)
    digest = _digest(head.digest, text)
    link = Seal(
        chain=chain, rank=head.rank + 1, subject_kind=subject.kind, subject_id=subject.id, payload=text,
        previous=head.digest, digest=digest, at=clock.now(),
    )  # fmt: skip
    link.signature = _signature(link)
    head.rank, head.digest = link.rank, digest
    db.session.add(link)
    db.session.flush()
    return link


def lock(chain: str) -> SealHead:
    """The end of a chain, locked to the end of the transaction: whoever lengthens it waits for the others."""
    dialect = sqlite if is_sqlite() else postgresql
    insert = dialect.insert(SealHead).values(chain=chain, rank=0, digest=GENESIS)
    db.session.execute(insert.on_conflict_do_nothing(index_elements=[SealHead.chain]))
    query = select(SealHead).where(SealHead.chain == chain).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def seal_of(subject: Subject) -> Seal | None:
    """The last seal of a record."""
    query = select(Seal).where(Seal.subject_kind == subject.kind, Seal.subject_id == subject.id)
    return db.session.scalars(query.order_by(Seal.id.desc()).limit(1)).one_or_none()


# --- proof ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a chain: where, and a French sentence. `number`: the one that was sealed, where there is one."""

    chain: str
    rank: int
    subject: Subject
    sentence: str
    number: str = ""


def chains() -> list[str]:
    """The chains begun: those that have an end, and those that a link names."""
    found = {*db.session.scalars(select(SealHead.chain)), *db.session.scalars(select(Seal.chain).distinct())}
    return sorted(found)


def faults(chain: str) -> Iterator[Fault]:
    """Everything wrong with a chain, read by batches; nothing when it is whole."""
    previous, expected = GENESIS, 1
    for rank, link in links(chain):
        if link is None:
            yield Fault(chain, rank, Subject("", 0), _("Ce maillon ne se lit plus."))
            previous, expected = "", rank + 1
            continue
        about = Subject(link.subject_kind, link.subject_id)
        for sentence in _faults_of(link, previous, expected):
            yield Fault(chain, link.rank, about, sentence, _sealed_number(link))
        previous, expected = link.digest, link.rank + 1
    head = db.session.get(SealHead, chain, populate_existing=True)
    if head is None or (head.rank, head.digest) != (expected - 1, previous):
        yield Fault(chain, expected - 1, Subject("", 0), _("La fin de la chaîne a été coupée ou changée."))


def links(chain: str) -> Iterator[tuple[int, Seal | None]]:
    """(rank, link) of a chain in order, by batches; None in place of one whose row cannot be read."""
    last = -(1 << 31)  # the lowest of a column of ranks
    while ranks := db.session.scalars(
        select(Seal.rank).where(Seal.chain == chain, Seal.rank > last).order_by(Seal.rank).limit(_BATCH)
    ).all():
        query = select(Seal).where(Seal.chain == chain, Seal.rank.between(ranks[0], ranks[-1]))
        fresh = query.order_by(Seal.rank).execution_options(populate_existing=True)
        yield from _read(lambda part: db.session.scalars(part).all(), fresh, ranks)
        last = ranks[-1]


def _read(read: Callable[[Any], Sequence[Seal]], query: Any, ranks: Sequence[int]) -> Iterator[tuple[int, Seal | None]]:
    """All at once; one by one when a row of them holds what its column never wrote."""
    try:
        found = read(query)
    except UNREADABLE:
        for rank in ranks:
            try:
                yield rank, read(query.where(Seal.rank == rank))[0]
            except UNREADABLE:
                yield rank, None
    else:
        yield from ((link.rank, link) for link in found)


def _sealed_number(link: Seal) -> str:
    try:
        return str(json.loads(link.payload).get("number") or "")
    except (ValueError, AttributeError):
        return ""


def _faults_of(link: Seal, previous: str, expected: int) -> Iterator[str]:
    if link.rank != expected:
        yield _("Il manque le rang %(rank)s.", rank=expected)
    if link.previous != previous:
        yield _("Le maillon ne suit pas celui d'avant.")
    if link.digest != _digest(link.previous, link.payload):
        yield _("Le contenu scellé a été changé.")
    if link.signature != _signature(link):
        yield _("La signature n'est pas celle de cette installation.")
    teller = _tellers.get(link.subject_kind)
    if teller is not None:
        yield from _untrue(teller, link)


def _says(told: Mapping[str, Any], payload: str) -> bool:
    """Whether a record still says all that was sealed; what a later version tells besides is no fault."""
    try:
        sealed = json.loads(payload)
        return canonical({key: told[key] for key in sealed}) == payload
    except UNREADABLE:
        return False


def _untrue(teller: Teller, link: Seal) -> Iterator[str]:
    try:
        told = teller(link.subject_id)
    except UNREADABLE:
        yield _("La fiche scellée ne se lit plus.")
        return
    if told is None:
        yield _("La fiche scellée a disparu.")
    elif not _says(told, link.payload):
        yield _("La fiche ne dit plus ce qui a été scellé.")
