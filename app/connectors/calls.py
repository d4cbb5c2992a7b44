"""The record of one call to a partner, with everything private masked, for the caller to keep."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MASK = "•••"
KEPT_CHARS = 4000


@dataclass(frozen=True)
class CallRecord:
    """One HTTP exchange; `status` is None when no answer came, `ms` its duration in milliseconds."""

    method: str
    url: str
    status: int | None
    ms: int
    request_masked: str
    response_masked: str


Observer = Callable[[CallRecord], None]


@dataclass(frozen=True)
class Mask:
    """What must not be kept: header values, secret values wherever they appear, JSON fields of private text."""

    headers: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()

    def text(self, text: str) -> str:
        """`text` without any of the secrets, cut to what is worth keeping."""
        for secret in filter(None, self.secrets):
            text = text.replace(secret, MASK)
        return text[:KEPT_CHARS]

    def request(self, headers: Mapping[str, str], body: str) -> str:
        """Headers and body of a request, one header a line, masked."""
        hidden = {name.lower() for name in self.headers}
        lines = [f"{name}: {MASK if name.lower() in hidden else value}" for name, value in headers.items()]
        return self.text("\n".join([*lines, "", self.body(body)]).strip())

    def body(self, body: str) -> str:
        """A JSON body with its private fields masked; anything else as it is."""
        if not self.fields or not body:
            return self.text(body)
        try:
            document = json.loads(body)
        except ValueError:
            return self.text(body)
        return self.text(json.dumps(_hide(document, self.fields), ensure_ascii=False))


def _hide(value: Any, fields: Iterable[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: MASK if key in fields and isinstance(item, str) else _hide(item, fields) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_hide(item, fields) for item in value]
    return value
