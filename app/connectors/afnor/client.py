"""The flow service of an approved platform over HTTP (AFNOR XP Z12-013, annex A); the contract is in README.md beside this file."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from app.connectors.calls import Mask, Observer
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http
from app.connectors.tokens import Tokens

PARTNER = "la plateforme"
EARLY = 30  # seconds before its end at which a token is renewed
LIMIT = 100  # the most that a page of a search may hold


@dataclass(frozen=True)
class AfnorConfig:
    """An access to a platform. `base_url` is what stands before `/v1/flows`; `organization` the header some of them want."""

    client_id: str
    client_secret: str = field(repr=False)
    token_url: str
    base_url: str
    organization: str = ""
    timeout: tuple[float, float] = TIMEOUT


@dataclass(frozen=True)
class Sending:
    """A file to hand over. `tracking_id`: ours, 64 characters at most, the same at each try."""

    tracking_id: str
    name: str
    content: bytes
    mime: str
    syntax: str
    flow_type: str
    rule: str = "B2B"
    profile: str = ""

    @property
    def info(self) -> dict[str, str]:
        """The JSON part `flowInfo`."""
        found = {
            "trackingId": self.tracking_id, "name": self.name[:255], "flowSyntax": self.syntax, "processingRule": self.rule,
            "flowType": self.flow_type, "sha256": hashlib.sha256(self.content).hexdigest(),
        }  # fmt: skip
        return {**found, "flowProfile": self.profile} if self.profile else found


@dataclass(frozen=True)
class Flow:
    """A flow as the platform tells of it. `ack`: "Pending", "Ok", "Error"; `details`: [(reason code, message)…]."""

    flow_id: str
    tracking_id: str
    name: str
    flow_type: str
    syntax: str
    direction: str
    updated_at: datetime
    ack: str
    details: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, found: dict[str, Any]) -> Flow:
        """From the platform's JSON. Raises PartnerError when it is not one."""
        try:
            told = found.get("acknowledgement") or {}
            details = tuple(
                (str(line.get("reasonCode") or ""), str(line.get("reasonMessage") or ""))
                for line in told.get("details") or ()
            )
            return cls(
                str(found["flowId"]), str(found.get("trackingId") or ""), str(found.get("name") or ""),
                str(found.get("flowType") or ""), str(found.get("flowSyntax") or ""), str(found.get("flowDirection") or ""),
                parse_moment(str(found.get("updatedAt") or found["submittedAt"])), str(told.get("status") or "Pending"), details,
            )  # fmt: skip
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise _unreadable(str(error)) from error


class Afnor:
    """`on_call` gets a masked record of each call; files are told by their size, tokens never."""

    def __init__(self, config: AfnorConfig, on_call: Observer | None = None) -> None:
        self.config = config
        mask = Mask(headers=frozenset({"Authorization"}), secrets=(config.client_secret,))
        self._http = Http(PARTNER, mask, on_call, config.timeout)
        self._tokens = Tokens(
            Http(PARTNER, mask, None, config.timeout), config.token_url, config.client_id, config.client_secret, early=EARLY,
            empty="La plateforme n'a pas donné d'accès : vérifiez vos identifiants.", usual=300, repeatable=True,
        )  # fmt: skip
        self._base = config.base_url.rstrip("/")

    def submit(self, sending: Sending) -> str:
        """Hand a file over; the platform's id of the flow. Its acknowledgement comes later. PartnerError: see `uncertain`."""
        boundary = secrets.token_hex(16)
        body = _multipart(boundary, sending)
        kind = f"multipart/form-data; boundary={boundary}"
        told = json.dumps(sending.info | {"octets": len(sending.content)}, ensure_ascii=False)
        found = self._call("POST", "/v1/flows", body, kind=kind, told=told)
        if not found.get("flowId"):
            raise _unreadable("flowId", uncertain=True)
        return str(found["flowId"])

    def search(
        self,
        *,
        after: datetime | None = None,
        types: tuple[str, ...] = (),
        direction: str = "",
        tracking_id: str = "",
        limit: int = LIMIT,
    ) -> list[Flow]:
        """One page of flows updated strictly after that moment, the oldest first."""
        where: dict[str, Any] = {}
        if after is not None:
            where["updatedAfter"] = stamp(after)
        if types:
            where["flowType"] = list(types)
        if direction:
            where["flowDirection"] = [direction]
        if tracking_id:
            where["trackingId"] = tracking_id
        body = json.dumps({"limit": limit, "where": where}).encode()
        found = self._call("POST", "/v1/flows/search", body, kind="application/json", repeatable=True)
        results = found.get("results")
        if not isinstance(results, list):
            raise _unreadable("results")
        flows = [Flow.of(row) for row in results if isinstance(row, dict)]
        return sorted(flows, key=lambda flow: flow.updated_at)

    def metadata(self, flow_id: str) -> Flow:
        """A flow and its acknowledgement now."""
        return Flow.of(self._call("GET", f"/v1/flows/{quote(flow_id, safe='')}?docType=Metadata"))

    def content(self, flow_id: str, kind: str = "Original") -> bytes:
        """The file of a flow: "Original", "Converted" or "ReadableView"."""
        found: bytes = self._call("GET", f"/v1/flows/{quote(flow_id, safe='')}?docType={kind}", expects=bytes)
        return found

    def check(self) -> str:
        """A token and the health of the service; nothing is handed over."""
        self._tokens.access()
        self._call("GET", "/v1/healthcheck", expects=bytes)
        return self._base

    def _call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        kind: str = "",
        told: str | None = None,
        expects: type = dict,
        repeatable: bool | None = None,
    ) -> Any:
        def once() -> Any:
            return self._http.call(
                method, self._base + path, headers=self._headers(kind), body=body, expects=expects, told=told, repeatable=repeatable
            )  # fmt: skip

        return self._tokens.call(once)

    def _headers(self, kind: str) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._tokens.access()}", "Accept": "*/*"}
        if kind:
            headers["Content-Type"] = kind
        if self.config.organization:
            headers["Organization-Id"] = self.config.organization
        return headers


def stamp(moment: datetime) -> str:
    """« 2026-11-22T06:00:00.123Z »."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_moment(text: str) -> datetime:
    """An aware moment. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unreadable(detail: str, *, uncertain: bool = False) -> PartnerError:
    return PartnerError("La réponse de la plateforme est illisible.", final=False, uncertain=uncertain, detail=detail)


def _multipart(boundary: str, sending: Sending) -> bytes:
    name = sending.name.replace('"', "").replace("\r", "").replace("\n", "")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="flowInfo"\r\nContent-Type: application/json\r\n\r\n'
    file = (
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {sending.mime}\r\n\r\n"
    )
    info = json.dumps(sending.info, ensure_ascii=False)
    return head.encode() + info.encode() + file.encode() + sending.content + f"\r\n--{boundary}--\r\n".encode()
