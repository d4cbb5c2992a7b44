"""Tokens of partners (A8, F3): asked for once, renewed before their end, asked anew when the partner takes one back."""

import time
from collections.abc import Iterator

import pytest

from app.connectors.calls import CallRecord, Mask
from app.connectors.errors import PartnerError
from app.connectors.http import Http, HttpRefusal
from app.connectors.tokens import Tokens, forget_tokens
from app.sandbox import credentials
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("A8")


class Partner:
    """HelloAsso's way of giving tokens, and what was asked of it."""

    def __init__(
        self, sandbox: Sandbox, secret: str = credentials.HELLOASSO_CLIENT_SECRET, *, refreshes: bool = True
    ) -> None:
        self.seen: list[CallRecord] = []
        self.tokens = Tokens(
            Http("HelloAsso", Mask(), self.seen.append), f"{sandbox.url}/helloasso/oauth2/token", credentials.HELLOASSO_CLIENT_ID, secret,
            early=60, empty="Pas d'accès.", refreshes=refreshes,
        )  # fmt: skip

    def grants(self) -> list[str]:
        """How each token was asked for."""
        return [
            "refresh_token" if "grant_type=refresh_token" in call.request_masked else "client_credentials"
            for call in self.seen
        ]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget_tokens()
    yield
    forget_tokens()


def test_a_token_is_asked_for_once_and_shared_by_all_the_clients_of_an_account(sandbox: Sandbox) -> None:
    first, second = Partner(sandbox), Partner(sandbox)
    assert len({first.tokens.access(), first.tokens.access(), second.tokens.access()}) == 1
    assert first.grants() + second.grants() == ["client_credentials"]


@pytest.mark.parametrize(("refreshes", "then"), [(True, "refresh_token"), (False, "client_credentials")])
def test_it_is_renewed_a_minute_before_its_end(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, refreshes: bool, then: str
) -> None:
    partner, start = Partner(sandbox, refreshes=refreshes), time.monotonic()
    partner.tokens.access()
    monkeypatch.setattr(time, "monotonic", lambda: start + 1800 - 61)
    partner.tokens.access()
    assert partner.grants() == ["client_credentials"]
    monkeypatch.setattr(time, "monotonic", lambda: start + 1800 - 30)
    partner.tokens.access()
    assert partner.grants() == ["client_credentials", then]


def test_one_that_the_partner_took_back_is_asked_anew_once(sandbox: Sandbox) -> None:
    partner, tries = Partner(sandbox), []

    def refused() -> str:
        tries.append(partner.tokens.access())
        raise HttpRefusal("Refusé.", status=401, document=None, final=True)

    with pytest.raises(HttpRefusal):
        partner.tokens.call(refused)
    assert (len(tries), partner.grants()) == (2, ["client_credentials", "client_credentials"])


def test_another_refusal_is_not_tried_again(sandbox: Sandbox) -> None:
    tries = []

    def refused() -> None:
        tries.append(1)
        raise HttpRefusal("Introuvable.", status=404, document=None, final=True)

    with pytest.raises(HttpRefusal):
        Partner(sandbox).tokens.call(refused)
    assert len(tries) == 1


def test_a_wrong_secret_is_refused_and_nothing_is_kept(sandbox: Sandbox) -> None:
    with pytest.raises(PartnerError, match="refuse vos identifiants"):
        Partner(sandbox, "faux").tokens.access()
    assert Partner(sandbox).tokens.access()
