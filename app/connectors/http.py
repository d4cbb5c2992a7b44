"""One HTTP call to a partner: time limits, a masked record, and failures sorted into retry, final, uncertain."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from .calls import CallRecord, Mask, Observer
from .errors import PartnerError

TIMEOUT = (5.0, 30.0)  # seconds to connect, seconds without an answer
WORTH_A_RETRY = frozenset({408, 425, 429, 500, 502, 503, 504})
LOST_BEHIND_A_GATEWAY = frozenset({502, 504})


class HttpRefusal(PartnerError):
    """The partner answered with an error status; `status`, `headers` and its JSON `document` (or None) for closer reading."""

    def __init__(
        self, message_fr: str, *, status: int, document: Any, headers: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(message_fr, **kwargs)
        self.status = status
        self.document = document
        self.headers = headers or {}


@dataclass(frozen=True)
class Http:
    """Calls one partner. Every call opens its own connection, so that none dies idle between two of them."""

    partner: str
    mask: Mask = field(default_factory=Mask)
    on_call: Observer | None = None
    timeout: tuple[float, float] = TIMEOUT

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        expects: type = dict,
        told: str | None = None,
        repeatable: bool | None = None,
    ) -> Any:
        """Send the exact bytes of `body`; the JSON document of a 2xx, of type `expects` (its bytes when `bytes`), else a
        PartnerError. `told` is kept in the place of a body that is no text; `repeatable`: asking twice does no harm."""
        started = time.monotonic()
        repeatable = method == "GET" if repeatable is None else repeatable
        kept = body if told is None else told.encode()
        try:
            response = requests.request(
                method, url, data=body or None, headers=dict(headers), timeout=self.timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            self._record(method, url, started, headers, kept, None, type(error).__name__)
            raise self._broken(error, repeatable) from error
        file = expects is bytes and response.ok
        self._record(
            method, url, started, headers, kept, response, f"{len(response.content)} octets" if file else response.text
        )
        return response.content if file else self._read(response, repeatable, expects)

    def _record(
        self,
        method: str,
        url: str,
        started: float,
        headers: Mapping[str, str],
        body: bytes,
        response: requests.Response | None,
        answer: str,
    ) -> None:
        if self.on_call is None:
            return
        accepted = response is not None and response.ok
        self.on_call(
            CallRecord(
                method=method,
                url=self.mask.text(url),
                status=response.status_code if response is not None else None,
                ms=round((time.monotonic() - started) * 1000),
                request_masked=self.mask.request(headers, body.decode("utf-8", "replace")),
                # An error's `message` is what explains it: only its secrets are hidden.
                response_masked=self.mask.body(answer) if accepted else self.mask.text(answer),
            )
        )

    def _broken(self, error: requests.RequestException, repeatable: bool) -> PartnerError:
        detail = self.mask.text(f"{type(error).__name__}: {error}")
        if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)):
            return PartnerError(f"L'adresse du service {self.partner} est mal écrite.", final=True, detail=detail)
        if isinstance(error, requests.exceptions.SSLError):
            return PartnerError(
                f"La connexion chiffrée avec {self.partner} a échoué (certificat refusé). Nouvel essai automatique.",
                final=False,
                detail=detail,
            )
        if repeatable or _never_left(error):
            return PartnerError(
                f"{self.partner} est injoignable pour le moment. Nouvel essai automatique.", final=False, detail=detail
            )
        return PartnerError(
            f"La connexion avec {self.partner} a été coupée avant sa réponse : l'envoi est peut-être parti.",
            final=False,
            uncertain=True,
            detail=detail,
        )

    def _read(self, response: requests.Response, repeatable: bool, expects: type) -> Any:
        document = _json(response)
        if not response.ok or response.is_redirect:
            raise self._refusal(response, document, repeatable)
        if not isinstance(document, expects):
            raise PartnerError(
                f"La réponse de {self.partner} est illisible"
                + ("." if repeatable else " : l'envoi est peut-être parti."),
                final=False,
                uncertain=not repeatable,
                detail=self.mask.text(response.text[:200]),
            )
        return document

    def _refusal(self, response: requests.Response, document: Any, repeatable: bool) -> HttpRefusal:
        status = response.status_code
        retry = status in WORTH_A_RETRY or status >= 500
        return HttpRefusal(
            _sentence(self.partner, status, retry),
            status=status,
            document=document,
            headers=response.headers,
            final=not retry,
            retry_after=_retry_after(response.headers.get("Retry-After")) if retry else None,
            uncertain=status in LOST_BEHIND_A_GATEWAY and not repeatable,
            detail=self.mask.text(f"HTTP {status} {response.text[:200]}"),
        )


def _sentence(partner: str, status: int, retry: bool) -> str:
    if status == 429:
        return f"{partner} demande de ralentir les envois. Nouvel essai automatique."
    if retry:
        return f"{partner} est en panne (erreur {status}). Nouvel essai automatique."
    if status in (401, 403):
        return f"{partner} refuse vos identifiants : vérifiez-les dans les réglages."
    if status == 402:
        return f"Le crédit de votre compte {partner} est épuisé : rechargez-le."
    if status == 404:
        return f"{partner} ne connaît pas l'élément demandé : vérifiez le compte et l'adresse dans les réglages."
    return f"{partner} refuse la demande (erreur {status})."


def _never_left(error: requests.RequestException) -> bool:
    """True when the connection itself failed: not a byte of the request can have been read."""
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, (NewConnectionError, ConnectTimeoutError))


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _retry_after(value: str | None) -> int | None:
    """Seconds from a Retry-After header (a number or a date); None when absent or senseless."""
    if not value:
        return None
    if value.strip().isdigit():
        return int(value)
    try:
        return max(0, round((parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()))
    except (TypeError, ValueError):
        return None
