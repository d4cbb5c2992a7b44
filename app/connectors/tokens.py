"""Tokens of OAuth 2 client credentials: asked for once, kept for the life of the process, renewed before their end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from .errors import PartnerError
from .http import Http, HttpRefusal

R = TypeVar("R")


class Token(NamedTuple):
    """What opens the API until `ends` (monotonic seconds), and what renews it, when the partner gives it."""

    access: str
    refresh: str
    ends: float


_tokens: dict[tuple[str, str], Token] = {}


def forget_tokens() -> None:
    """Have the next calls ask for a token."""
    _tokens.clear()


@dataclass(frozen=True)
class Tokens:
    """The token of one client at one address. `http` must not record its calls.

    `early`: seconds before its end at which a token is renewed; `usual`: how long one lasts when the partner does not say;
    `refreshes`: the partner wants a token refreshed rather than asked anew; `repeatable`: asking twice does no harm;
    `empty`: the French sentence for an answer without a token.
    """

    http: Http
    url: str
    client_id: str
    client_secret: str = field(repr=False)
    early: float
    empty: str
    usual: float = 0
    refreshes: bool = False
    repeatable: bool | None = None

    def access(self) -> str:
        """A token that opens the API. Raises PartnerError."""
        known = _tokens.get(self._key)
        if known is not None and time.monotonic() < known.ends - self.early:
            return known.access
        if known is not None and self.refreshes:
            try:
                return self._asked({"grant_type": "refresh_token", "refresh_token": known.refresh})
            except HttpRefusal:
                _tokens.pop(self._key, None)
        return self._asked({"grant_type": "client_credentials"})

    def call(self, once: Callable[[], R]) -> R:
        """What `once` gives; a token that ended before its time, or was revoked, is asked anew and `once` tried once more."""
        try:
            return once()
        except HttpRefusal as refusal:
            if refusal.status != 401:
                raise
            _tokens.pop(self._key, None)
            return once()

    @property
    def _key(self) -> tuple[str, str]:
        return (self.url, self.client_id)

    def _asked(self, grant: dict[str, str]) -> str:
        form = {"client_id": self.client_id, "client_secret": self.client_secret, **grant}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        body = urlencode(form).encode()
        found: Any = self.http.call("POST", self.url, headers=headers, body=body, repeatable=self.repeatable)
        access = str(found.get("access_token") or "")
        if not access:
            raise PartnerError(self.empty, final=True)
        ends = time.monotonic() + float(found.get("expires_in") or self.usual)
        _tokens[self._key] = Token(access, str(found.get("refresh_token") or ""), ends)
        return access
