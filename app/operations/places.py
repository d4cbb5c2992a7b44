"""Where back-ups are kept: a folder, or an S3-compatible bucket `s3://key:secret@server/bucket/folder?region=…`."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from app.core.config import Settings
from app.core.errors import DomainError
from app.core.i18n import _
from app.documents.storage import Bucket


class Place(Protocol):
    """What both kinds do. `label` tells a person where, without the secret."""

    label: str

    def put(self, made: Path, name: str) -> None: ...
    def fetch(self, name: str, folder: Path) -> Path: ...
    def remove(self, name: str) -> None: ...


class Folder:
    """A folder of this machine, or a disk mounted on it."""

    def __init__(self, path: Path) -> None:
        self.path, self.label = path, str(path)

    def put(self, made: Path, name: str) -> None:
        """Keep a file under that name, whole or not at all."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.path / f".{name}.part"
        try:
            with made.open("rb") as source, part.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
                out.flush()
                os.fsync(out.fileno())
            part.chmod(0o600)
            part.replace(self.path / name)
        finally:
            part.unlink(missing_ok=True)

    def fetch(self, name: str, folder: Path) -> Path:
        """The file of that name, where it is. Raises DomainError when it is gone."""
        found = self.path / name
        if not found.is_file():
            raise _gone(name, self.label)
        return found

    def remove(self, name: str) -> None:
        """Take a file away, whether it is there or not."""
        (self.path / name).unlink(missing_ok=True)


class BucketFolder:
    """A folder of a bucket."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        bucket, _slash, prefix = parts.path.strip("/").partition("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._bucket = Bucket(urlunsplit(parts._replace(path=f"/{bucket}")))
        self.label = f"s3://{parts.hostname}/{parts.path.strip('/')}"

    def put(self, made: Path, name: str) -> None:
        """Send a file, by parts when it is large."""
        with _explained(self.label):
            self._bucket.client.upload_file(str(made), self._bucket.name, self._prefix + name)

    def fetch(self, name: str, folder: Path) -> Path:
        """The file of that name, brought into `folder`. Raises DomainError when it is gone."""
        target = folder / name
        with _explained(self.label, name), target.open("wb") as out:
            answer: Any = self._bucket.client.get_object(Bucket=self._bucket.name, Key=self._prefix + name)
            shutil.copyfileobj(answer["Body"], out, 1 << 20)
        return target

    def remove(self, name: str) -> None:
        """Take a file away, whether it is there or not."""
        with _explained(self.label):
            self._bucket.client.delete_object(Bucket=self._bucket.name, Key=self._prefix + name)


@contextmanager
def _explained(label: str, name: str = "") -> Iterator[None]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as error:
        if (
            name
            and isinstance(error, ClientError)
            and error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404")
        ):
            raise _gone(name, label) from error
        raise DomainError(
            _("Le compartiment %(label)s n'a pas accepté la demande (%(error)s). Vérifiez BACKUP_URL et les droits de sa clé.",
              label=label, error=type(error).__name__)
        ) from error  # fmt: skip


def _gone(name: str, label: str) -> DomainError:
    return DomainError(_("« %(file)s » n'est plus dans %(place)s. Choisissez-en une autre.", file=name, place=label))


def place_of(settings: Settings) -> Place:
    """Where this installation keeps its back-ups."""
    where = settings.backup_place
    return BucketFolder(where) if where.startswith("s3://") else Folder(Path(where))


def same_disk(settings: Settings) -> bool:
    """Whether losing the data's disk would lose the back-ups too: a folder on the same device."""
    if settings.backup_place.startswith("s3://"):
        return False
    path = Path(settings.backup_place)
    while not path.exists():
        path = path.parent
    return path.stat().st_dev == settings.data_dir.stat().st_dev
