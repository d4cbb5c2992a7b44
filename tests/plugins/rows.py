"""Notes which rows of the mission the last test run proved: `@pytest.mark.row("B5")` → `build/rows.json` → `make rows`.

Written once, by the process that saw every report (pytest-xdist's controller, or the only process); a run on PostgreSQL
repeats a part of the tests and writes nothing. `python -m tests.plugins.rows` prints the table.
"""

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.mission_rows import MISSION_ROWS

RESULT_FILE = Path(__file__).resolve().parents[2] / "build" / "rows.json"
_PROPERTY = "mission_row"


def pytest_configure(config: pytest.Config) -> None:
    """Only the controller keeps the account."""
    if not hasattr(config, "workerinput") and not config.option.collectonly and "TEST_DATABASE_URL" not in os.environ:
        config.pluginmanager.register(RowRecorder(), "mission-rows-recorder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Carry the marks with the reports, and refuse a row that does not exist."""
    for item in items:
        for mark in item.iter_markers("row"):
            for row in mark.args:
                if row not in MISSION_ROWS:
                    raise pytest.UsageError(f"{item.nodeid}: the mission has no row {row!r}")
                item.user_properties.append((_PROPERTY, row))


class RowRecorder:
    """Counts, for each row, the tests that ran and whether all of them passed."""

    def __init__(self, result_file: Path = RESULT_FILE) -> None:
        self.result_file = result_file
        self._tests: dict[str, dict[str, bool]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """One report for each phase of a test; a skipped test proves nothing."""
        for name, row in report.user_properties:
            if name == _PROPERTY and (report.failed or (report.when == "call" and report.passed)):
                tests = self._tests[str(row)]
                tests[report.nodeid] = report.passed and tests.get(report.nodeid, True)

    def pytest_sessionfinish(self) -> None:
        """Write the account of this run."""
        rows = {row: {"tests": len(tests), "passed": all(tests.values())} for row, tests in sorted(self._tests.items())}
        self.result_file.parent.mkdir(exist_ok=True)
        draft = self.result_file.with_suffix(".new")
        draft.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        draft.replace(self.result_file)


def table(result_file: Path = RESULT_FILE) -> list[str]:
    """One line a row of the mission: row, tab, `pass` `fail` or `none`, tab, number of tests."""
    found = json.loads(result_file.read_text(encoding="utf-8")) if result_file.exists() else {}
    lines = []
    for row in MISSION_ROWS:
        result = found.get(row, {"tests": 0, "passed": False})
        verdict = "none" if not result["tests"] else "pass" if result["passed"] else "fail"
        lines.append(f"{row}\t{verdict}\t{result['tests']}")
    return lines


if __name__ == "__main__":
    print("\n".join(table()))
