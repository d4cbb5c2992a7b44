"""Nothing is installed without a reason, and what is installed is pinned."""

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def python_packages() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return {re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower() for requirement in wanted}


def front_end_packages() -> set[str]:
    package = json.loads((ROOT / "package.json").read_text())
    return {*package["dependencies"], *package["devDependencies"]}


def test_every_dependency_has_its_reason_and_no_reason_outlives_its_dependency() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    assert set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)) == python_packages() | front_end_packages()


def test_every_python_dependency_is_pinned_once() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and line[0] != "#"]
    names = [line.partition("==")[0] for line in lines if ";" not in line]
    assert len(names) == len(set(names))
    assert python_packages() <= {line.partition("==")[0] for line in lines}


def test_front_end_packages_are_pinned_and_their_lock_names_no_host() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
