"""A process of its own: the text of the PDF given to its input, as JSON; what a hostile file may cost is bounded here.

Run by `text`, as a file: it imports nothing of the application. Answers {"state", "text"}.
"""

import io
import json
import logging
import resource
import sys

CPU_SECONDS = 8
MEMORY = 1_500_000_000
FIRST, LAST = 4, 2
MAX_TEXT = 200_000


def main() -> None:
    """Read, answer."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable(logging.CRITICAL)
    try:
        state, text = read(sys.stdin.buffer.read())
    except (Exception, RecursionError, MemoryError):  # whatever a broken file does to the reader, it is a broken file
        state, text = "broken", ""
    sys.stdout.write(json.dumps({"state": state, "text": text[:MAX_TEXT]}))


def read(data: bytes) -> tuple[str, str]:
    """(« read », « empty » (a scan), « locked » or « broken », the text laid out as on the page)."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return "locked", ""
    count = len(reader.pages)
    chosen = range(count) if count <= FIRST + LAST else [*range(FIRST), *range(count - LAST, count)]
    pages, failed = [], 0
    for number in chosen:
        try:
            pages.append(_page(reader.pages[number]))
        except Exception:  # a page that cannot be read leaves the others
            failed += 1
    text = "\n".join(pages)
    if text.strip():
        return "read", text
    return ("broken" if failed else "empty"), ""


def _page(page: object) -> str:
    """The page as it is laid out, its columns kept apart; its bare text where that fails."""
    try:
        return str(page.extract_text(extraction_mode="layout"))  # type: ignore[attr-defined]
    except Exception:
        return str(page.extract_text())  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
