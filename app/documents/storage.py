"""Where the bytes of stored files are: a local folder, or an S3-compatible bucket when `STORAGE_URL` is set.

A key is random and never tells what the file is. Its first four characters are two levels of folders.
"""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

from app.core.config import Settings

_BLOCK = 1 << 20
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MissingFile(LookupError):
    """The storage has nothing under that key."""


class Storage(Protocol):
    """What both kinds of storage do. `keys` yields those written more than `older_than` seconds ago."""

    def write(self, key: str, data: bytes) -> None: ...
    def read(self, key: str) -> bytes: ...
    def open(self, key: str) -> tuple[IO[bytes], int]: ...
    def write_from(self, key: str, stream: IO[bytes]) -> None: ...
    def delete(self, key: str) -> None: ...
    def keys(self, older_than: int) -> Iterator[str]: ...


def _path_of(key: str) -> str:
    return f"{key[:2]}/{key[2:4]}/{key}"


class LocalFolder:
    """Files under one folder; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""
        path = self.folder / _path_of(key)
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)

    def read(self, key: str) -> bytes:
        """The bytes of `key`. Raises MissingFile."""
        try:
            return (self.folder / _path_of(key)).read_bytes()
        except FileNotFoundError as missing:
            raise MissingFile(key) from missing

    def open(self, key: str) -> tuple[IO[bytes], int]:
        """The bytes of `key` to be read and closed by the caller, and how many. Raises MissingFile."""
        try:
            stream = (self.folder / _path_of(key)).open("rb")
        except FileNotFoundError as missing:
            raise MissingFile(key) from missing
        return stream, os.fstat(stream.fileno()).st_size

    def write_from(self, key: str, stream: IO[bytes]) -> None:
        """Keep under `key` what can be read of a stream, however long."""
        path = self.folder / _path_of(key)
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            shutil.copyfileobj(stream, out, _BLOCK)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)

    def delete(self, key: str) -> None:
        """Forget `key`, whether it is there or not."""
        (self.folder / _path_of(key)).unlink(missing_ok=True)

    def keys(self, older_than: int) -> Iterator[str]:
        """Keys written more than `older_than` seconds ago, half-written ones included."""
        before = time.time() - older_than
        for path in self.folder.glob("??/??/*"):
            if path.stat().st_mtime < before:
                yield path.name


class Bucket:
    """An S3-compatible bucket: `s3://key:secret@server/bucket?region=…`."""

    def __init__(self, url: str) -> None:
        import boto3
        from botocore.config import Config  # type: ignore[import-untyped]

        parts = urlsplit(url)
        host = parts.hostname or ""
        scheme = "http" if host in LOOPBACK else "https"
        port = f":{parts.port}" if parts.port else ""
        self.name = parts.path.strip("/")
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=f"{scheme}://{host}{port}",
            aws_access_key_id=unquote(parts.username or ""),
            aws_secret_access_key=unquote(parts.password or ""),
            region_name=parse_qs(parts.query).get("region", ["us-east-1"])[0],
            config=Config(
                s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=20, retries={"max_attempts": 3},
                request_checksum_calculation="when_required", response_checksum_validation="when_required",
            ),
        )  # fmt: skip

    def write(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""
        self.client.put_object(Bucket=self.name, Key=_path_of(key), Body=data)

    def read(self, key: str) -> bytes:
        """The bytes of `key`. Raises MissingFile."""
        try:
            found: bytes = self.client.get_object(Bucket=self.name, Key=_path_of(key))["Body"].read()
        except self.client.exceptions.NoSuchKey as missing:
            raise MissingFile(key) from missing
        return found

    def open(self, key: str) -> tuple[IO[bytes], int]:
        """The bytes of `key` to be read and closed by the caller, and how many. Raises MissingFile."""
        try:
            found = self.client.get_object(Bucket=self.name, Key=_path_of(key))
        except self.client.exceptions.NoSuchKey as missing:
            raise MissingFile(key) from missing
        return found["Body"], int(found["ContentLength"])

    def write_from(self, key: str, stream: IO[bytes]) -> None:
        """Keep under `key` what can be read of a stream, however long: sent by parts."""
        self.client.upload_fileobj(stream, self.name, _path_of(key))

    def delete(self, key: str) -> None:
        """Forget `key`, whether it is there or not."""
        self.client.delete_object(Bucket=self.name, Key=_path_of(key))

    def keys(self, older_than: int) -> Iterator[str]:
        """Keys written more than `older_than` seconds ago."""
        before = time.time() - older_than
        for listing in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name):
            for item in listing.get("Contents", ()):
                if item["LastModified"].timestamp() < before:
                    yield item["Key"].rsplit("/", 1)[-1]


def storage() -> Storage:
    """This installation's storage; made once per process."""
    extensions = current_app.extensions
    if "etabli_storage" not in extensions:
        settings: Settings = extensions["etabli_settings"]
        extensions["etabli_storage"] = (
            Bucket(settings.storage_url) if settings.storage_url else LocalFolder(settings.files_dir)
        )
    found: Storage = extensions["etabli_storage"]
    return found
