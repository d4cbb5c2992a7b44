"""The settings of one installation, read from the environment and `.env`, checked and explained.

This module imports the standard library only: the supervisor and the scheduler read it without loading the application.
Every setting is described for operators in `docs/operations.md`.
"""

import base64
import difflib
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

#: Every setting, with the example its error message shows.
EXAMPLES: dict[str, str] = {
    "ETABLI_DATA_DIR": "/var/lib/etabli",
    "DATABASE_URL": "postgresql://etabli:mot-de-passe@localhost/etabli",
    "REDIS_URL": "redis://localhost:6379/0",
    "SECRET_KEY": "une suite d'au moins 32 caractères tirés au hasard",
    "BASE_URL": "https://etabli.exemple.fr",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "TRUSTED_PROXIES": "1",
    "MAIL_URL": "smtp://compte:mot-de-passe@smtp.exemple.fr:587",
    "STORAGE_URL": "s3://cle:secret@s3.exemple.fr/etabli?region=fr-par",
    "BACKUP_URL": "/mnt/disque/etabli",
    "BACKUP_KEY": "une phrase d'au moins 20 caractères, gardée ailleurs que les sauvegardes",
    "DEMO": "0",
    "SENTRY_DSN": "https://cle@sentry.exemple.fr/1",
    "LOG_FORMAT": "json",
}

#: Ports taken after `PORT` in demonstration: sandbox, mail catcher (SMTP), mail catcher (IMAP).
DEMO_EXTRA_PORTS = 3

#: The kernel's limit for the path of a unix socket is 108 bytes, final zero included.
SOCKET_PATH_LIMIT = 107

TRUE_WORDS = {"1", "true", "yes", "on", "oui", "vrai"}
FALSE_WORDS = {"0", "false", "no", "off", "non", "faux"}


class SettingError(Exception):
    """A setting is unusable; the message is one French sentence with the name, the fault and an example."""

    def __init__(self, name: str, fault: str) -> None:
        self.name = name
        super().__init__(f"{name} : {fault} (exemple : {name}={EXAMPLES[name]}).")


@dataclass(frozen=True)
class Settings:
    """What one installation needs to know before it starts. Secrets never appear in its `repr`."""

    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: int = 0
    mail_url: str | None = field(default=None, repr=False)
    storage_url: str | None = field(default=None, repr=False)
    backup_url: str = ""
    backup_key: str = field(default="", repr=False)
    demo: bool = False
    sentry_dsn: str | None = field(default=None, repr=False)
    log_format: str = "text"
    testing: bool = False

    @property
    def files_dir(self) -> Path:
        """Folder of the stored files, when no `STORAGE_URL` is set."""
        return self.data_dir / "files"

    @property
    def backup_place(self) -> str:
        """Where back-ups go: a folder, or `s3://key:secret@host/bucket/folder`."""
        return self.backup_url or str(self.data_dir / "backups")

    @property
    def logs_dir(self) -> Path:
        """Folder of the processes' logs."""
        return self.data_dir / "logs"

    @property
    def queue_dir(self) -> Path:
        """Folder of the embedded queue's append-only file."""
        return self.data_dir / "queue"

    @property
    def sandbox_dir(self) -> Path:
        """Folder of the partners' simulator (demonstration only)."""
        return self.data_dir / "sandbox"

    @property
    def queue_socket(self) -> Path:
        """Unix socket of the embedded queue."""
        return _queue_socket(self.data_dir)

    @property
    def embedded_queue(self) -> bool:
        """Whether the queue is the Valkey server that the supervisor runs itself (no `REDIS_URL`)."""
        return self.redis_url == _embedded_redis_url(self.data_dir)

    @property
    def https(self) -> bool:
        """Whether people reach the site by HTTPS: cookies are then marked secure."""
        return self.base_url.startswith("https://")

    @property
    def sandbox_port(self) -> int:
        """Port of the partners' simulator (demonstration only)."""
        return self.port + 1

    @property
    def catcher_smtp_port(self) -> int:
        """SMTP port of the local mail catcher (demonstration only)."""
        return self.port + 2

    @property
    def catcher_imap_port(self) -> int:
        """IMAP port of the local mail catcher (demonstration only)."""
        return self.port + 3


def load_settings(environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Read and check every setting; the environment wins over `env_file`; an empty value counts as absent.

    Makes the data folder and, the first time, its secret key. Raises `SettingError` at the first fault.
    """
    values = _read_env_file(env_file) | {
        name: value.strip() for name, value in (os.environ if environ is None else environ).items() if value.strip()
    }
    data_dir = _data_dir(values.get("ETABLI_DATA_DIR"))
    demo = _boolean("DEMO", values.get("DEMO"), default=True)
    host = _host(values.get("HOST"))
    port = _integer("PORT", values.get("PORT"), default=8000, low=1, high=65535 - (DEMO_EXTRA_PORTS if demo else 0))
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(values.get("DATABASE_URL"), data_dir),
        redis_url=_redis_url(values.get("REDIS_URL"), data_dir),
        secret_key=_secret_key(values.get("SECRET_KEY"), data_dir),
        base_url=_base_url(values.get("BASE_URL"), host, port),
        host=host,
        port=port,
        trusted_proxies=_integer("TRUSTED_PROXIES", values.get("TRUSTED_PROXIES"), default=0, low=0, high=10),
        mail_url=_partner_url("MAIL_URL", values.get("MAIL_URL"), ("smtp", "smtps"), _needs_host),
        storage_url=_partner_url("STORAGE_URL", values.get("STORAGE_URL"), ("s3",), _needs_bucket),
        backup_url=_backup_url(values.get("BACKUP_URL")),
        backup_key=_backup_key(values.get("BACKUP_KEY"), data_dir),
        demo=demo,
        sentry_dsn=_partner_url("SENTRY_DSN", values.get("SENTRY_DSN"), ("https", "http"), _needs_key),
        log_format=_choice("LOG_FORMAT", values.get("LOG_FORMAT"), ("text", "json")),
    )


# --- reading ---------------------------------------------------------------------------------------------------------


def _read_env_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines; `#` comments, `export` and quotes allowed. A name that misspells a setting is refused."""
    if not path.is_file():
        return {}
    values: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        name, value = name.strip(), value.strip()
        if not separator or name.startswith("#"):
            continue
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        else:
            value = value.partition(" #")[0].rstrip()
        _refuse_misspelling(name, path)
        if value:
            values[name] = value
    return values


def _refuse_misspelling(name: str, path: Path) -> None:
    if name not in EXAMPLES:
        close = difflib.get_close_matches(name, EXAMPLES, n=1, cutoff=0.85)
        if close:
            raise SettingError(close[0], f"le fichier {path.name} contient « {name} », sans doute une faute de frappe")


# --- one function per sort of value ----------------------------------------------------------------------------------


def _integer(name: str, text: str | None, *, default: int, low: int, high: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise SettingError(name, f"« {text} » n'est pas un nombre entier entre {low} et {high}")
    return int(text)


def _boolean(name: str, text: str | None, *, default: bool) -> bool:
    if text is None:
        return default
    if text.lower() in TRUE_WORDS | FALSE_WORDS:
        return text.lower() in TRUE_WORDS
    raise SettingError(name, f"« {text} » n'est ni 0 ni 1")


def _choice(name: str, text: str | None, words: tuple[str, ...]) -> str:
    if text is None:
        return words[0]
    if text.lower() not in words:
        raise SettingError(name, f"« {text} » n'est pas l'un de ces mots : {', '.join(words)}")
    return text.lower()


def _host(text: str | None) -> str:
    if text is None:
        return "127.0.0.1"
    if any(character in text for character in " /@?#"):
        raise SettingError("HOST", f"« {text} » n'est pas une adresse d'écoute")
    return text.strip("[]")


def _base_url(text: str | None, host: str, port: int) -> str:
    if text is None:
        shown = "127.0.0.1" if host in {"0.0.0.0", "::", "localhost"} else host  # noqa: S104  (compared, not bound)
        return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingError("BASE_URL", f"« {text} » n'est pas l'adresse complète d'un site, avec http:// ou https://")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingError("BASE_URL", f"« {text} » doit s'arrêter au nom du site, sans chemin")
    return f"{parts.scheme}://{parts.netloc}"


def _partner_url(
    name: str, text: str | None, schemes: tuple[str, ...], missing: Callable[[str], str | None]
) -> str | None:
    """The URL of something outside. Its text is never repeated in the error: it may hold a password."""
    if text is None:
        return None
    if urlsplit(text).scheme not in schemes:
        raise SettingError(name, f"l'adresse doit commencer par {' ou '.join(f'{scheme}://' for scheme in schemes)}")
    _checked_port(name, text)
    fault = missing(text)
    if fault:
        raise SettingError(name, fault)
    return text


def _checked_port(name: str, text: str) -> None:
    try:
        _ = urlsplit(text).port
    except ValueError:
        raise SettingError(name, "le port de l'adresse n'est pas un nombre entre 0 et 65535") from None


def _needs_host(text: str) -> str | None:
    return None if urlsplit(text).hostname else "il manque le nom du serveur"


def _needs_bucket(text: str) -> str | None:
    parts = urlsplit(text)
    return None if parts.hostname and parts.path.strip("/") else "il manque le nom du serveur ou celui du compartiment"


def _needs_key(text: str) -> str | None:
    parts = urlsplit(text)
    return None if parts.hostname and parts.username else "il manque le nom du serveur ou la clé"


# --- the data folder and what lives in it ----------------------------------------------------------------------------


def _data_dir(text: str | None) -> Path:
    path = Path(text or "var").expanduser().resolve()
    try:
        path.mkdir(mode=0o750, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise SettingError("ETABLI_DATA_DIR", f"« {path} » n'est pas un dossier") from None
    except OSError as error:
        raise SettingError("ETABLI_DATA_DIR", f"impossible de créer « {path} », {error.strerror}") from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise SettingError("ETABLI_DATA_DIR", f"le dossier « {path} » n'est pas accessible en écriture")
    return path


def _database_url(text: str | None, data_dir: Path) -> str:
    if text is None:
        return f"sqlite:///{data_dir / 'etabli.db'}"
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite":
        path = rest.removeprefix("/")
        if path in {"", ":memory:"}:
            raise SettingError("DATABASE_URL", "une base en mémoire ne peut pas servir à plusieurs processus")
        return f"sqlite:///{Path(path).expanduser().resolve()}"
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise SettingError("DATABASE_URL", "l'adresse doit commencer par sqlite:/// ou postgresql://")
    _checked_port("DATABASE_URL", text)
    if not urlsplit(text).path.strip("/"):
        raise SettingError("DATABASE_URL", "il manque le nom de la base après le nom du serveur")
    return f"postgresql+psycopg://{rest}"


def _redis_url(text: str | None, data_dir: Path) -> str:
    if text is None:
        return _embedded_redis_url(data_dir)
    parts = urlsplit(text)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise SettingError("REDIS_URL", "l'adresse doit commencer par redis://, rediss:// ou unix://")
    _checked_port("REDIS_URL", text)
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise SettingError("REDIS_URL", "il manque le nom du serveur")
    return text


def _embedded_redis_url(data_dir: Path) -> str:
    return f"unix://{quote(str(_queue_socket(data_dir)))}?db=0"


def _queue_socket(data_dir: Path) -> Path:
    """`<data>/queue/valkey.sock`, or a short path of this user's own when the kernel would refuse that one."""
    socket = data_dir / "queue" / "valkey.sock"
    if len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT:
        return socket
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(f"/tmp/etabli-{os.getuid()}") / f"{digest}.sock"  # noqa: S108  (made private by the supervisor)


def _secret_key(text: str | None, data_dir: Path) -> str:
    """The given key, else the one of the data folder, made the first time and readable by its owner alone."""
    if text is not None:
        if len(text) < 32:
            raise SettingError("SECRET_KEY", "la clé compte moins de 32 caractères")
        return text
    path = data_dir / "secret_key"
    key = _kept(path, lambda: secrets.token_urlsafe(48))
    if len(key) < 32:
        raise SettingError("SECRET_KEY", f"le fichier « {path} » est abîmé, remettez celui de votre sauvegarde")
    return key


def _backup_url(text: str | None) -> str:
    """A folder's absolute path, or a bucket's address."""
    if text is None:
        return ""
    if "://" in text:
        return _partner_url("BACKUP_URL", text, ("s3",), _needs_bucket) or ""
    if not Path(text).expanduser().is_absolute():
        raise SettingError("BACKUP_URL", "il faut le chemin complet d'un dossier, ou l'adresse d'un compartiment s3://")
    return str(Path(text).expanduser())


def _backup_key(text: str | None, data_dir: Path) -> str:
    """The passphrase of back-ups, else a key of 256 bits made the first time: letters and digits in groups of four."""
    if text is not None:
        if len(text) < 20:
            raise SettingError("BACKUP_KEY", "la phrase compte moins de 20 caractères")
        return text
    path = data_dir / "backup_key"
    key = _kept(path, _grouped_key)
    if len(key) < 20:
        raise SettingError("BACKUP_KEY", f"le fichier « {path} » est abîmé, remettez celui que vous avez noté")
    return key


def _grouped_key() -> str:
    letters = base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=")
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The key of a file, made the first time; the file is readable by its owner alone."""
    if not path.exists():
        _write_once(path, make())
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    """Two processes may start together: the first to link its complete file wins, the other reads it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
