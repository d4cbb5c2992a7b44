"""What must hold before anything starts: one instance a data folder, free ports, a private place for the queue's socket."""

import errno
import fcntl
import os
import socket
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from app.supervisor.loop import StartError

#: After an instance was killed without notice, its ports may stay taken for this long.
LINGER_SECONDS = 5.0


class InstanceLock:
    """Held for as long as an instance runs on a data folder; the kernel lets go of it whatever happens."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "etabli.lock"
        #: Whether the previous instance on this folder ended without saying goodbye.
        self.unclean = False
        self._stream: IO[str] | None = None

    def take(self, url: str) -> None:
        """Take the lock and write who holds it. Raises `StartError` when another instance does."""
        stream = self.path.open("a+", encoding="utf-8")
        stream.seek(0)
        before = stream.read().strip()
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.close()
            raise StartError(
                f"Établi tourne déjà sur le dossier {self.path.parent} ({before}) : arrêtez-le d'abord, "
                "ou choisissez un autre dossier avec ETABLI_DATA_DIR."
            ) from None
        self.unclean = bool(before)
        stream.truncate(0)
        stream.write(f"{url}, processus {os.getpid()}\n")
        stream.flush()
        self._stream = stream

    def release(self) -> None:
        """Say goodbye: the next start will find a clean folder."""
        if self._stream:
            self._stream.truncate(0)
            self._stream.close()
            self._stream = None


def check_ports(host: str, ports: Iterable[int], *, patience: float = 0.0) -> None:
    """Raise `StartError` for the first port that cannot be listened to; wait up to `patience` seconds for it."""
    deadline = time.monotonic() + patience
    for port in ports:
        while (fault := _port_fault(host, port)) and time.monotonic() < deadline:
            time.sleep(0.1)
        if fault:
            raise StartError(fault)


def _port_fault(host: str, port: int) -> str | None:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        return f"HOST : l'adresse « {host} » est inconnue sur cette machine (exemple : HOST=127.0.0.1)."
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return _bind_fault(host, port, error)
    return None


def _bind_fault(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Le port {port} est déjà pris par un autre programme : arrêtez-le, "
            f"ou choisissez un autre port, par exemple « make run PORT={port + 100 if port < 65400 else 8100} »."
        )
    if error.errno == errno.EACCES:
        return f"Le port {port} est réservé à l'administrateur de la machine : choisissez-en un au-dessus de 1024."
    return f"Impossible d'écouter sur {host}:{port} : {error.strerror}."


def make_private(folder: Path) -> None:
    """Make `folder`, this user's own and closed to others. Raises `StartError` when somebody else owns it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise StartError(f"Le dossier {folder} appartient à quelqu'un d'autre : supprimez-le, puis recommencez.")
    folder.chmod(0o700)
