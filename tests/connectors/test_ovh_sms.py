"""OVHcloud SMS, against the simulator."""

from __future__ import annotations

import dataclasses
import socket
import time

import pytest

from app.connectors.calls import CallRecord
from app.connectors.errors import PartnerError
from app.connectors.ovh_sms import OvhConfig, OvhSms
from app.connectors.ovh_sms.client import sign, tag_of
from app.sandbox import credentials
from tests.sandbox_process import Sandbox

PHONE = "+33600000001"
READY = "Votre guitare est prête, à bientôt."


def config(sandbox: Sandbox, **changes: object) -> OvhConfig:
    account = OvhConfig(
        credentials.OVH_APPLICATION_KEY,
        credentials.OVH_APPLICATION_SECRET,
        credentials.OVH_CONSUMER_KEY,
        credentials.OVH_SERVICE,
        base_url=sandbox.ovh_url,
        timeout=(2, 5),
    )
    return dataclasses.replace(account, **changes)


def client(sandbox: Sandbox, **changes: object) -> OvhSms:
    return OvhSms(config(sandbox, **changes))


def refusal(provider: OvhSms, to: str = PHONE, text: str = READY, sender: str = "ATELIER") -> PartnerError:
    with pytest.raises(PartnerError) as caught:
        provider.send(to, text, sender, "m-1")
    return caught.value


def test_the_signature_is_the_one_of_the_contract() -> None:
    body = (
        '{"charset":"UTF-8","message":"Votre appareil est pret","noStopClause":true,"priority":"high",'
        '"receivers":["+33600000000"],"sender":"ATELIER"}'
    )
    url = "https://eu.api.ovh.com/1.0/sms/sms-ab12345-1/jobs"
    account = OvhConfig("AK", "AS", "CK", "sms-ab12345-1")
    assert sign(account, "POST", url, body, 1790000000) == "$1$67e0cb8c7e10c9a802ff34c799b62f507ab8d59c"


@pytest.mark.row("B9")
def test_an_sms_reaches_the_phone_with_its_accents(sandbox: Sandbox) -> None:
    sent = client(sandbox).send(PHONE, READY, "ATELIER", "m-1")
    [received] = sandbox.sms()
    assert (received["recipient"], received["text"], received["sender"]) == (PHONE, READY, "ATELIER")
    assert (sent.provider_ref, sent.parts, sent.credits) == (received["ref"], 1, 1)


def test_without_a_sender_the_message_can_be_answered(sandbox: Sandbox) -> None:
    client(sandbox).send(PHONE, READY, "", "m-1")
    assert sandbox.sms()[0]["sender"] == "36105"


def test_the_clock_of_the_partner_is_used_when_ours_is_wrong(sandbox: Sandbox) -> None:
    OvhSms(config(sandbox), clock=lambda: time.time() - 86_400).send(PHONE, READY, "ATELIER", "m-1")
    assert len(sandbox.sms()) == 1


def test_a_message_is_followed_until_it_is_delivered_or_fails(sandbox: Sandbox) -> None:
    provider = client(sandbox)
    sent = provider.send(PHONE, READY, "ATELIER", "m-1")
    assert provider.status(sent.provider_ref).state == "sent"
    sandbox.advance(sent.provider_ref, "delivered")
    assert provider.status(sent.provider_ref).state == "delivered"
    sandbox.advance(sent.provider_ref, "failed")
    failed = provider.status(sent.provider_ref)
    assert (failed.state, failed.detail) == ("failed", "Absent subscriber")


def test_a_message_is_found_by_our_reference(sandbox: Sandbox) -> None:
    provider = client(sandbox)
    sent = provider.send(PHONE, READY, "ATELIER", "outbox/0001/with a long reference")
    found = provider.find("outbox/0001/with a long reference")
    assert found is not None
    assert found.provider_ref == sent.provider_ref
    assert provider.find("another") is None


def test_a_reference_too_long_for_a_tag_becomes_a_stable_digest() -> None:
    assert tag_of("m-42") == "m-42"
    assert len(tag_of("x" * 100)) == 20
    assert tag_of("x" * 100) != tag_of("x" * 101)


def test_the_test_button_names_the_account_and_its_credits(sandbox: Sandbox) -> None:
    account = client(sandbox).check()
    assert (account.label, account.credits) == ("Atelier (bac à sable)", 1000)


def test_the_test_button_says_which_services_exist(sandbox: Sandbox) -> None:
    with pytest.raises(PartnerError, match="sms-ab12345-1") as caught:
        client(sandbox, service_name="sms-zz99999-9").check()
    assert caught.value.final


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"application_key": "x"}, "clé d'application"),
        ({"consumer_key": "x"}, "clé consommateur"),
        ({"application_secret": "x"}, "secret d'application"),
        ({"service_name": "sms-zz99999-9"}, "ne connaît pas"),
    ],
)
def test_a_wrong_credential_is_final_and_names_what_to_correct(
    sandbox: Sandbox, changes: dict[str, str], word: str
) -> None:
    error = refusal(client(sandbox, **changes))
    assert error.final
    assert word in error.message_fr


@pytest.mark.parametrize(
    ("to", "text", "sender", "word"),
    [
        ("0600000001", READY, "ATELIER", "numéro"),
        (PHONE, "  ", "ATELIER", "vide"),
        (PHONE, READY, "Atelier de Zoé", "expéditeur"),
        ("+33600000404", READY, "ATELIER", "numéro"),
    ],
)
def test_what_cannot_be_sent_is_final(sandbox: Sandbox, to: str, text: str, sender: str, word: str) -> None:
    error = refusal(client(sandbox), to, text, sender)
    assert error.final
    assert not error.uncertain
    assert word in error.message_fr.lower()
    assert sandbox.sms() == []


@pytest.mark.parametrize(("kind", "seconds"), [("429", 7), ("500", None), ("503", None)])
def test_a_partner_in_trouble_is_worth_another_try(sandbox: Sandbox, kind: str, seconds: int | None) -> None:
    sandbox.fail("ovh", kind, path="/jobs")
    error = refusal(client(sandbox))
    assert (error.final, error.uncertain, error.retry_after) == (False, False, seconds)
    client(sandbox).send(PHONE, READY, "ATELIER", "m-1")
    assert len(sandbox.sms()) == 1


def test_a_partner_that_cannot_be_reached_is_worth_another_try(sandbox: Sandbox) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = refusal(client(sandbox, base_url=f"http://127.0.0.1:{free.getsockname()[1]}/1.0"))
    assert (error.final, error.uncertain) == (False, False)
    assert "injoignable" in error.message_fr


@pytest.mark.parametrize("kind", ["cut-after-accept", "malformed", "502"])
def test_an_answer_lost_after_the_sending_is_uncertain(sandbox: Sandbox, kind: str) -> None:
    sandbox.fail("ovh", kind, path="/jobs")
    error = refusal(client(sandbox))
    assert (error.final, error.uncertain) == (False, True)


def test_silence_after_the_sending_is_uncertain(sandbox: Sandbox) -> None:
    sandbox.fail("ovh", "timeout", path="/jobs", seconds=1)
    assert refusal(client(sandbox, timeout=(2, 0.3))).uncertain


def test_silence_before_the_sending_is_not_uncertain(sandbox: Sandbox) -> None:
    sandbox.fail("ovh", "timeout", path="/auth/time", seconds=1)
    error = refusal(client(sandbox, timeout=(2, 0.3)))
    assert (error.final, error.uncertain) == (False, False)


def test_an_uncertain_message_is_settled_by_our_reference(sandbox: Sandbox) -> None:
    provider = client(sandbox)
    sandbox.fail("ovh", "cut-after-accept", path="/jobs")
    assert refusal(provider).uncertain
    found = provider.find("m-1")
    assert found is not None
    assert [sms["ref"] for sms in sandbox.sms()] == [found.provider_ref]


def test_a_slow_partner_is_waited_for(sandbox: Sandbox) -> None:
    sandbox.fail("ovh", "slow", path="/jobs", seconds=0.3)
    assert client(sandbox).send(PHONE, READY, "ATELIER", "m-1").parts == 1


def test_each_call_is_told_without_secret_nor_text(sandbox: Sandbox) -> None:
    calls: list[CallRecord] = []
    provider = OvhSms(config(sandbox), on_call=calls.append)
    provider.status(provider.send(PHONE, READY, "ATELIER", "m-1").provider_ref)
    assert [(call.method, call.status) for call in calls] == [("GET", 200), ("POST", 200), ("GET", 200)]
    assert calls[1].url == f"{sandbox.ovh_url}/sms/sms-ab12345-1/jobs"
    assert PHONE in calls[1].request_masked
    for call in calls:
        told = f"{call.url} {call.request_masked} {call.response_masked}"
        for private in (credentials.OVH_APPLICATION_SECRET, credentials.OVH_CONSUMER_KEY, "$1$", READY, "guitare"):
            assert private not in told


def test_a_call_without_answer_is_told_too(sandbox: Sandbox) -> None:
    calls: list[CallRecord] = []
    sandbox.fail("ovh", "cut-after-accept", path="/jobs")
    with pytest.raises(PartnerError):
        OvhSms(config(sandbox), on_call=calls.append).send(PHONE, READY, "ATELIER", "m-1")
    assert calls[-1].status is None
    assert calls[-1].response_masked == "ConnectionError"
