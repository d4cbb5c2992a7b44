"""The file of a backup: a tar whose last member, `manifest.json`, says what the others must be."""

import gzip
import hashlib
import io
import json
import os
import re
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from app.core import clock
from app.core.errors import DomainError
from app.core.i18n import _
from app.operations.crypt import CHUNK, Decrypting, Encrypting, is_encrypted

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files/"
#: The key that signs and encrypts: in an encrypted backup only.
SECRET_KEY = "keys/secret_key"  # noqa: S105  a member's name
#: How the name of an encrypted backup ends.
ENCRYPTED = ".etabli"
_LEVEL = 5
#: What the copy of the database is called, by kind of database.
DATABASES = {"sqlite": "database.db", "postgresql": "database.dump"}
_NAME = re.compile(rf"{FILES}[A-Za-z0-9_-]+|{'|'.join(map(re.escape, (SECRET_KEY, *DATABASES.values())))}")
_BLOCK = 1 << 20


@dataclass(slots=True)
class Manifest:
    """What a backup holds. `counts` is rows by table; `members` gives the SHA-256 of each member."""

    version: str
    revisions: list[str]
    database: str
    date: str
    counts: dict[str, int]
    members: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


class _Summing(io.RawIOBase):
    """What is read of a stream, with its sum so far."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.sum = stream, hashlib.sha256()

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Some bytes; 0 at the end."""
        wanted = memoryview(buffer).cast("B")
        found = self._stream.read(len(wanted))
        self.sum.update(found)
        wanted[: len(found)] = found
        return len(found)


class Writer:
    """Adds members to a backup, noting the sum of each; however large they are, memory stays flat."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._tar = tar

    def add(self, name: str, data: bytes) -> None:
        """A member from its bytes."""
        self.add_stream(name, io.BytesIO(data), len(data))

    def add_file(self, name: str, path: Path) -> None:
        """A member from a file."""
        with path.open("rb") as stream:
            self.add_stream(name, stream, path.stat().st_size)

    def add_stream(self, name: str, stream: IO[bytes], size: int) -> None:
        """A member of `size` bytes from what can be read once."""
        summing = _Summing(stream)
        self._put(name, io.BufferedReader(summing, _BLOCK), size)
        self.manifest.members[name] = summing.sum.hexdigest()

    def close(self) -> None:
        """Write the manifest, last."""
        text = json.dumps(asdict(self.manifest), indent=1, sort_keys=True).encode()
        self._put(MANIFEST, io.BytesIO(text), len(text))

    def _put(self, name: str, stream: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(clock.now().timestamp())
        self._tar.addfile(info, stream)


@contextmanager
def new_archive(target: Path, manifest: Manifest, key: str = "") -> Iterator[Writer]:
    """Write a backup beside its final place, readable by its owner alone; it takes its name once whole and on the disk.

    Encrypted with `key` when its name says so.
    """
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with _packed(stream, target, key) as tar:
                writer = Writer(tar, manifest)
                yield writer
                writer.close()
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _packed(stream: IO[bytes], target: Path, key: str) -> Iterator[tarfile.TarFile]:
    if not is_encrypted_name(target):
        with tarfile.open(fileobj=stream, mode="w:gz" if _compressed(target) else "w") as tar:
            yield tar
        return
    closed = Encrypting(stream, key)
    with (
        gzip.GzipFile(fileobj=closed, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        yield tar
    closed.finish()


def _compressed(target: Path) -> bool:
    return target.name.endswith((".tar.gz", ".tgz"))


def is_encrypted_name(target: Path) -> bool:
    """True for the name of an encrypted backup."""
    return target.name.endswith(ENCRYPTED)


def is_archive_name(target: Path) -> bool:
    """True for a name whose ending says how it is written."""
    return target.name.endswith(".tar") or _compressed(target) or is_encrypted_name(target)


def members(path: Path, key: str = "") -> Iterator[tuple[str, IO[bytes]]]:
    """Each member's name and bytes, in the order of the file, each to be read before the next.

    Raises DomainError for a member that is not ours, WrongKey and Damaged for an encrypted file.
    """
    with _unpacked(path, key) as tar:
        for info in tar:
            stream = tar.extractfile(info) if info.isreg() else None
            if stream is None or (info.name != MANIFEST and not _NAME.fullmatch(info.name)):
                raise _foreign(path)
            yield info.name, stream


@contextmanager
def _unpacked(path: Path, key: str) -> Iterator[tarfile.TarFile]:
    if not is_encrypted(path):
        with tarfile.open(path) as tar:
            yield tar
        return
    with path.open("rb") as source:
        clear = io.BufferedReader(Decrypting(source, key, path.name), CHUNK)
        with gzip.GzipFile(fileobj=clear) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            yield tar
            while packed.read(_BLOCK):  # to the last chunk, whose mark says that nothing was cut off
                pass


def checked(path: Path, key: str = "") -> Manifest:
    """The manifest, once every member has been read and is what it says. Raises DomainError."""
    try:
        manifest, sums = _read(path, key)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise DomainError(
            _("« %(file)s » ne se lit pas jusqu'au bout : ce n'est pas une sauvegarde, ou elle est abîmée. Prenez-en une autre.", file=path.name)
        ) from error  # fmt: skip
    if manifest is None or DATABASES[manifest.database] not in manifest.members:
        raise _foreign(path)
    wrong = sorted(name for name in sums.keys() | manifest.members if sums.get(name) != manifest.members.get(name))
    if wrong:
        raise DomainError(
            _("La sauvegarde « %(file)s » est abîmée : %(name)s n'a pas l'empreinte notée. Prenez-en une autre.", file=path.name, name=wrong[0])
        )  # fmt: skip
    return manifest


def _read(path: Path, key: str) -> tuple[Manifest | None, dict[str, str]]:
    sums: dict[str, str] = {}
    manifest: Manifest | None = None
    for name, stream in members(path, key):
        if name == MANIFEST:
            manifest = _manifest(path, stream.read())
        else:
            sums[name] = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    return manifest, sums


def _manifest(path: Path, text: bytes) -> Manifest:
    try:
        values: dict[str, Any] = json.loads(text)
        manifest = Manifest(**values)
    except (ValueError, TypeError):
        raise _foreign(path) from None
    if manifest.format != FORMAT or manifest.database not in DATABASES:
        raise _foreign(path)
    return manifest


def _foreign(path: Path) -> DomainError:
    return DomainError(
        _("« %(file)s » n'est pas une sauvegarde que cette version d'Établi sait lire. Indiquez un fichier écrit par « flask backup ».", file=path.name)
    )  # fmt: skip
