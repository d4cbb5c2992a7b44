"""Encryption of a back-up: AES-256-GCM by chunks, so that memory stays flat however large the file.

The file: magic, salt (16 bytes), check (8 bytes), then chunks of 256 KiB, each followed by its tag of 16 bytes. scrypt makes
the key and the check from the passphrase and the salt. The nonce of a chunk is its number (11 bytes) and 1 for the last, else 0
(1 byte): a chunk that is changed, missing, moved or the last one cut off is refused. The header is authenticated with each.
"""

import io
import re
import secrets
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.core.errors import DomainError
from app.core.i18n import _

MAGIC = b"ETABLI-BACKUP-1\n"
CHUNK = 256 * 1024
_SALT, _CHECK, _TAG = 16, 8, 16
_GROUPS = re.compile(r"[A-Z2-7]{52}")


class WrongKey(DomainError):
    """The file was encrypted with another key."""


class Damaged(DomainError):
    """The file is not what was written."""


def is_encrypted(path: Path) -> bool:
    """Whether a file begins as ours do."""
    with path.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


def plain_key(key: str) -> str:
    """A key of ours however it was typed: with or without dashes and spaces, in small letters; a passphrase as it is."""
    bare = re.sub(r"[\s-]", "", key).upper()
    return bare if _GROUPS.fullmatch(bare) else key.strip()


def _derived(key: str, salt: bytes) -> tuple[bytes, bytes]:
    made = Scrypt(salt=salt, length=32 + _CHECK, n=2**15, r=8, p=1).derive(plain_key(key).encode())
    return made[:32], made[32:]


def _nonce(rank: int, *, last: bool) -> bytes:
    return rank.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class Encrypting(io.RawIOBase):
    """A file to write to; what is written goes encrypted to `out`. Whole only once `finish` was called."""

    def __init__(self, out: IO[bytes], key: str) -> None:
        salt = secrets.token_bytes(_SALT)
        secret, check = _derived(key, salt)
        self._cipher, self._header = AESGCM(secret), MAGIC + salt + check
        self._out, self._waiting, self._rank = out, bytearray(), 0
        out.write(self._header)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any, /) -> int:
        """Take some bytes."""
        given = memoryview(data).cast("B")
        self._waiting += given
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(given)

    def finish(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, data: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._rank, last=last), data, self._header))
        self._rank += 1


class Decrypting(io.RawIOBase):
    """What was encrypted in `source`, to be read once. Raises WrongKey at once, Damaged where the file is."""

    def __init__(self, source: IO[bytes], key: str, name: str) -> None:
        self._source, self._name, self._rank, self._open = source, name, 0, b""
        self._header = source.read(len(MAGIC) + _SALT + _CHECK)
        if len(self._header) < len(MAGIC) + _SALT + _CHECK:
            raise self._damaged()
        secret, check = _derived(key, self._header[len(MAGIC) : len(MAGIC) + _SALT])
        if not secrets.compare_digest(check, self._header[-_CHECK:]):
            raise WrongKey(
                _("« %(file)s » a été chiffrée avec une autre clé. Donnez celle que vous avez notée : BACKUP_KEY=… devant la commande.", file=name)
            )  # fmt: skip
        self._cipher = AESGCM(secret)
        self._next = source.read(CHUNK + _TAG)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Some bytes in clear; 0 at the end."""
        wanted = memoryview(buffer).cast("B")
        while not self._open:
            if not self._next:
                return 0
            self._open = self._chunk()
            if not self._open and not self._next:
                return 0
        count = min(len(wanted), len(self._open))
        wanted[:count] = self._open[:count]
        self._open = self._open[count:]
        return count

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        try:
            found = self._cipher.decrypt(_nonce(self._rank, last=not self._next), sealed, self._header)
        except InvalidTag:
            raise self._damaged() from None
        self._rank += 1
        return found

    def _damaged(self) -> Damaged:
        return Damaged(
            _("« %(file)s » est abîmée : elle ne se lit pas jusqu'au bout. Prenez une autre sauvegarde.", file=self._name)
        )  # fmt: skip
