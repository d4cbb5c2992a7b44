"""Every process writes its log as LOG_FORMAT says, and no log holds a password."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.config import Settings
from app.core.logs import JsonFormatter, TextFormatter, report_errors
from app.supervisor.logs import LogSink

ROOT = Path(__file__).resolve().parents[2]
FORMATTERS = [TextFormatter(), JsonFormatter()]


def a_record(message: str, *, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("app.core.jobs", logging.ERROR, "jobs.py", 1, message, (), info)


def a_failure() -> Exception:
    try:
        raise ValueError("redis://compte:mot-de-passe@serveur/0 ne répond pas")
    except ValueError as error:
        return error


def process(code: str, tmp_path: Path, **settings: str) -> list[str]:
    """What a process of ours writes on its error output."""
    env = {**os.environ, "ETABLI_DATA_DIR": str(tmp_path), "DEMO": "0", **settings}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stderr.splitlines()


def test_json_is_one_object_a_line_with_its_trace() -> None:
    line = JsonFormatter().format(a_record("arrêt", error=a_failure()))
    said = json.loads(line)

    assert "\n" not in line
    assert (said["level"], said["logger"], said["message"]) == ("ERROR", "app.core.jobs", "arrêt")
    assert any("ValueError" in text for text in said["trace"])


@pytest.mark.parametrize("formatter", FORMATTERS, ids=["text", "json"])
def test_passwords_of_addresses_are_masked(formatter: logging.Formatter) -> None:
    line = formatter.format(a_record("smtp://compte:s3cret@serveur refuse", error=a_failure()))

    assert "s3cret" not in line
    assert "mot-de-passe" not in line
    assert "serveur" in line


@pytest.mark.parametrize("formatter", FORMATTERS, ids=["text", "json"])
def test_the_supervisor_repeats_an_error_on_the_terminal_in_either_form(
    formatter: logging.Formatter, tmp_path: Path
) -> None:
    shown: list[str] = []
    sink = LogSink("worker", tmp_path, shown.append)
    sink.write(formatter.format(a_record("arrêt", error=a_failure())).encode() + b"\n")
    sink.close()

    assert len(shown) >= 1
    assert "arrêt" in shown[0]


@pytest.mark.parametrize(
    "start",
    [
        "from wsgi import app",
        "from app.core.config import load_settings; from app.core.logs import set_up_logs; set_up_logs(load_settings())",
    ],
)
def test_the_setting_decides_for_web_worker_and_clock(start: str, tmp_path: Path) -> None:
    code = f"{start}\nimport logging; logging.getLogger('app.essai').warning('bonjour')"

    assert json.loads(process(code, tmp_path, LOG_FORMAT="json")[-1])["message"] == "bonjour"
    assert process(code, tmp_path, LOG_FORMAT="text")[-1].endswith("WARNING app.essai: bonjour")


def test_without_its_package_sentry_says_what_to_install(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    report_errors(Settings(tmp_path, "", "", "", sentry_dsn="https://cle@sentry.exemple.fr/1"))

    assert "pip install sentry-sdk" in caplog.text
    assert "cle@" not in caplog.text
