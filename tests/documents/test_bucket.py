"""The S3-compatible bucket, against a small server that keeps objects in memory and speaks the four calls we make."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest

from app.documents.storage import Bucket, MissingFile

OLD = "2020-01-01T00:00:00.000Z"


class S3(BaseHTTPRequestHandler):
    """PUT, GET, DELETE of an object, GET of the listing; requests must be signed."""

    objects: dict[str, bytes]

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/etabli").lstrip("/")

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _signed(self) -> bool:
        return "Credential=cle/" in self.headers.get("Authorization", "")

    def do_PUT(self) -> None:
        if not self._signed():
            return self._answer(403)
        self.objects[self._key()] = self.rfile.read(int(self.headers["Content-Length"]))
        return self._answer(200)

    def do_DELETE(self) -> None:
        self.objects.pop(self._key(), None)
        self._answer(204)

    def do_GET(self) -> None:
        if "list-type=2" in self.path:
            rows = "".join(
                f"<Contents><Key>{key}</Key><LastModified>{OLD}</LastModified><Size>1</Size></Contents>"
                for key in self.objects
            )
            return self._answer(
                200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()
            )
        if self._key() not in self.objects:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
        return self._answer(200, self.objects[self._key()])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    handler = type("Kept", (S3,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    place = Bucket(f"s3://cle:secret%2Fdouble@127.0.0.1:{server.server_port}/etabli?region=fr-par")
    yield place
    place.client.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_objects_are_written_read_listed_and_deleted(bucket: Bucket):
    bucket.write("abcdef", b"contenu")
    assert bucket.read("abcdef") == b"contenu"
    assert list(bucket.keys(older_than=60)) == ["abcdef"]
    bucket.delete("abcdef")
    bucket.delete("abcdef")
    assert list(bucket.keys(older_than=60)) == []


def test_an_absent_object_is_missing(bucket: Bucket):
    with pytest.raises(MissingFile):
        bucket.read("abcdef")
