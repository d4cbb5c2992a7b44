"""What the processes write on their error output: text for people, or one JSON object a line for a collector.

Passwords inside addresses are masked, whoever wrote the message.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from importlib import import_module

from app.core.config import Settings

_SECRET = re.compile(r"(?<=://)[^/\s@]*@")

log = logging.getLogger(__name__)


class TextFormatter(logging.Formatter):
    """« 2026-11-24 10:50:12,345 WARNING app.core.jobs: … »."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, its traceback below."""
        return _masked(super().format(record))


class JsonFormatter(logging.Formatter):
    """One object a line: `time` (UTC), `level`, `logger`, `process`, `message`, and `trace` (list of lines) after an error."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, on one line."""
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": _masked(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1]:
            lines = "".join(traceback.format_exception(record.exc_info[1])).splitlines()
            said["trace"] = [_masked(line) for line in lines]
        return json.dumps(said, ensure_ascii=False)


def _masked(text: str) -> str:
    return _SECRET.sub("…@", text)


def set_up_logs(settings: Settings) -> None:
    """Make every logger of this process write as `LOG_FORMAT` says; tests keep their own."""
    if settings.testing:
        return
    formatter: logging.Formatter = JsonFormatter() if settings.log_format == "json" else TextFormatter()
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
        root.setLevel(logging.WARNING)
    for handler in (*root.handlers, *logging.getLogger("gunicorn.error").handlers):  # gunicorn writes by its own
        handler.setFormatter(formatter)


def report_errors(settings: Settings) -> None:
    """Send unexpected errors to `SENTRY_DSN`, without what people typed, who they are, nor the values of variables."""
    if settings.sentry_dsn is None:
        return
    try:
        sentry = import_module("sentry_sdk")
    except ModuleNotFoundError:
        log.error(
            "SENTRY_DSN est réglé, mais le paquet sentry-sdk manque : « .venv/bin/pip install sentry-sdk », puis relancez Établi."
        )
        return
    sentry.init(
        dsn=settings.sentry_dsn, send_default_pii=False, include_local_variables=False, max_request_body_size="never"
    )
