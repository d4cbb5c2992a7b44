"""A child's output: kept in a file turned over by size, its errors repeated on the terminal in one line each."""

import re
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

MAX_BYTES = 5_000_000
KEPT_FILES = 3
#: A line that a child wants shown as it is.
SAY = "etabli> "
#: The same error is not repeated on the terminal within this many seconds.
QUIET_SECONDS = 60.0

_ERROR = re.compile(r"(?:^|[\s\[\"])(?:ERROR|CRITICAL)\b")
_DIGITS = re.compile(r"\d+")
_TRACEBACK = "Traceback (most recent call last)"


class LogSink:
    """Takes the bytes a child writes. `show` prints one line to the person at the terminal."""

    def __init__(self, name: str, folder: Path, show: Callable[[str], None]) -> None:
        self.name = name
        self.path = folder / f"{name}.log"
        self.tail: deque[str] = deque(maxlen=30)
        self._show = show
        self._partial = b""
        self._in_traceback = False
        self._shown_at: dict[str, float] = {}
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._stream = self.path.open("ab", buffering=0)

    def write(self, data: bytes) -> None:
        """Store `data`; a full disk must not stop the child, so it is not an error here."""
        try:
            self._stream.write(data)
            if self._stream.tell() > MAX_BYTES:
                self._turn_over()
        except OSError:
            pass
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            self._read(line.decode("utf-8", errors="replace").rstrip())

    def close(self) -> None:
        """Close the file; a last line without an end is read too."""
        if self._partial:
            self._read(self._partial.decode("utf-8", errors="replace").rstrip())
            self._partial = b""
        self._stream.close()

    def _turn_over(self) -> None:
        self._stream.close()
        for number in range(KEPT_FILES - 1, 0, -1):
            older = self.path.with_suffix(f".log.{number}")
            if older.exists():
                older.replace(self.path.with_suffix(f".log.{number + 1}"))
        self.path.replace(self.path.with_suffix(".log.1"))
        self._stream = self.path.open("ab", buffering=0)

    def _read(self, line: str) -> None:
        if not line:
            return
        self.tail.append(line)
        if line.startswith(SAY):
            self._show(line.removeprefix(SAY))
        elif _TRACEBACK in line and not line.startswith("{"):  # as JSON, the error and its trace are one line
            self._in_traceback = True
        elif self._in_traceback and not line[0].isspace():
            self._in_traceback = False
            self._show_error(line)
        elif _ERROR.search(line):
            self._show_error(line)

    def _show_error(self, line: str) -> None:
        now = time.monotonic()
        sort = _DIGITS.sub("", line)[:120]  # the same error at another hour is the same error
        if now - self._shown_at.get(sort, -QUIET_SECONDS) >= QUIET_SECONDS:
            self._shown_at[sort] = now
            self._show(f"[{self.name}] {line[:300]}")
