"""`make rows` tells, for each row of the mission, whether the last run of the tests proved it."""

from pathlib import Path
from typing import Literal

import pytest

from tests.plugins.mission_rows import MISSION_ROWS
from tests.plugins.rows import RowRecorder, table


def report(
    test: str, row: str, outcome: Literal["passed", "failed", "skipped"], when: Literal["setup", "call"] = "call"
) -> pytest.TestReport:
    properties = [("mission_row", row)]
    return pytest.TestReport(test, ("tests/x.py", 1, test), {}, outcome, None, when, user_properties=properties)


def verdicts(tmp_path: Path, *reports: pytest.TestReport) -> dict[str, tuple[str, str]]:
    recorder = RowRecorder(tmp_path / "rows.json")
    for one in reports:
        recorder.pytest_runtest_logreport(one)
    recorder.pytest_sessionfinish()
    lines = [line.split("\t") for line in table(tmp_path / "rows.json")]
    return {row: (verdict, count) for row, verdict, count in lines}


def test_every_row_of_the_mission_has_its_line_even_before_any_run(tmp_path: Path) -> None:
    lines = table(tmp_path / "absent.json")
    assert [line.split("\t")[0] for line in lines] == list(MISSION_ROWS)
    assert len(lines) == 70
    assert {line.split("\t")[1] for line in lines} == {"none"}


def test_a_row_passes_when_all_its_tests_do_and_fails_with_the_first_that_does_not(tmp_path: Path) -> None:
    found = verdicts(
        tmp_path,
        report("a", "B5", "passed"),
        report("b", "B5", "passed"),
        report("a", "B2", "passed"),
        report("b", "B2", "failed"),
        report("c", "F1", "failed", when="setup"),
    )
    assert found["B5"] == ("pass", "2")
    assert found["B2"] == ("fail", "2")
    assert found["F1"] == ("fail", "1")
    assert found["A1"] == ("none", "0")


def test_a_skipped_test_proves_nothing(tmp_path: Path) -> None:
    assert verdicts(tmp_path, report("a", "B5", "skipped"))["B5"] == ("none", "0")
