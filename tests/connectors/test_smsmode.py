"""smsmode, against the simulator."""

from __future__ import annotations

import pytest

from app.connectors.calls import CallRecord
from app.connectors.errors import PartnerError
from app.connectors.sms import SmsProvider
from app.connectors.smsmode import Smsmode, SmsmodeConfig
from app.sandbox import credentials
from tests.sandbox_process import Sandbox

PHONE = "+33600000001"
READY = "Votre appareil est prêt."


def client(sandbox: Sandbox, key: str = credentials.SMSMODE_API_KEY, wait: float = 5) -> Smsmode:
    return Smsmode(SmsmodeConfig(key, sandbox.smsmode_url, (2, wait)))


def refusal(provider: SmsProvider, text: str = READY) -> PartnerError:
    with pytest.raises(PartnerError) as caught:
        provider.send(PHONE, text, "ATELIER", "m-1")
    return caught.value


@pytest.mark.row("B9")
def test_an_sms_reaches_the_phone_and_tells_its_price(sandbox: Sandbox) -> None:
    sent = client(sandbox).send(PHONE, "é" * 161, "ATELIER", "m-1")
    [received] = sandbox.sms()
    assert (received["recipient"], received["reference"], received["sender"]) == (PHONE, "m-1", "ATELIER")
    assert (sent.provider_ref, sent.parts, sent.credits, sent.currency) == (received["ref"], 2, 0.122, "EUR")


def test_a_message_is_followed_until_it_is_delivered_or_fails(sandbox: Sandbox) -> None:
    provider = client(sandbox)
    ref = provider.send(PHONE, READY, "ATELIER", "m-1").provider_ref
    assert provider.status(ref).state == "sent"
    sandbox.advance(ref, "delivered")
    assert provider.status(ref).state == "delivered"
    sandbox.advance(ref, "failed", "Numéro non attribué")
    assert (provider.status(ref).state, provider.status(ref).detail) == ("failed", "Numéro non attribué")


def test_a_report_not_yet_there_is_not_a_failure(sandbox: Sandbox) -> None:
    assert client(sandbox).status("3fa85f64-5717-4562-b3fc-2c963f66afa6").state == "sent"


def test_a_message_is_found_by_our_reference(sandbox: Sandbox) -> None:
    provider = client(sandbox)
    provider.send(PHONE, READY, "ATELIER", "m-1")
    sent = provider.send(PHONE, READY, "ATELIER", "m-2")
    assert provider.find("m-2") == sent
    assert provider.find("m-3") is None


def test_the_test_button_names_the_account_and_its_balance(sandbox: Sandbox) -> None:
    account = client(sandbox).check()
    assert (account.label, account.credits, account.currency) == ("Atelier (bac à sable)", 50, "EUR")


def test_a_wrong_key_is_final(sandbox: Sandbox) -> None:
    error = refusal(client(sandbox, key="fausse"))
    assert error.final
    assert "identifiants" in error.message_fr


def test_a_text_over_ten_parts_is_final_and_never_leaves(sandbox: Sandbox) -> None:
    error = refusal(client(sandbox), "a" * 1531)
    assert error.final
    assert "trop long" in error.message_fr
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("kind", "uncertain"),
    [("429", False), ("500", False), ("503", False), ("502", True), ("malformed", True), ("cut-after-accept", True)],
)
def test_a_failure_says_whether_the_message_may_have_left(sandbox: Sandbox, kind: str, uncertain: bool) -> None:
    sandbox.fail("smsmode", kind)
    error = refusal(client(sandbox))
    assert (error.final, error.uncertain) == (False, uncertain)


def test_silence_after_the_sending_is_uncertain(sandbox: Sandbox) -> None:
    sandbox.fail("smsmode", "timeout", seconds=1)
    assert refusal(client(sandbox, wait=0.3)).uncertain


def test_a_failed_question_is_never_uncertain(sandbox: Sandbox) -> None:
    sandbox.fail("smsmode", "cut-after-accept")
    with pytest.raises(PartnerError) as caught:
        client(sandbox).find("m-1")
    assert (caught.value.final, caught.value.uncertain) == (False, False)


def test_each_call_is_told_without_key_nor_text(sandbox: Sandbox) -> None:
    calls: list[CallRecord] = []
    Smsmode(SmsmodeConfig(credentials.SMSMODE_API_KEY, sandbox.smsmode_url), calls.append).send(
        PHONE, READY, "ATELIER", "m-1"
    )
    [call] = calls
    assert (call.method, call.status) == ("POST", 201)
    assert call.ms >= 0
    assert "m-1" in call.request_masked
    for private in (credentials.SMSMODE_API_KEY, READY):
        assert private not in call.request_masked + call.response_masked
