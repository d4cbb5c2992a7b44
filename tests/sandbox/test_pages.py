"""What a person sees of the simulator in a browser."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
import requests

from app.sandbox import credentials
from app.sandbox.sanitize import sanitize
from tests.sandbox_process import Sandbox


def page(sandbox: Sandbox, path: str) -> requests.Response:
    response = requests.get(sandbox.url + path, timeout=5)
    assert response.status_code == 200
    return response


def sms(sandbox: Sandbox, to: str, text: str) -> None:
    requests.post(
        f"{sandbox.smsmode_url}/sms/v1/messages",
        json={"recipient": {"to": to}, "body": {"text": text}, "from": "ATELIER"},
        headers={"X-Api-Key": credentials.SMSMODE_API_KEY},
        timeout=5,
    )


def mail(sandbox: Sandbox, html: str = "") -> None:
    message = EmailMessage()
    message["From"], message["To"] = "L'Atelier <atelier@demo.example>", "Zoé <zoe@x.example>"
    message["Subject"], message["Message-ID"] = "Votre devis <b>n° 1</b>", "<m1@demo.example>"
    message.set_content("Bonjour Zoé")
    if html:
        message.add_alternative(html, subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Devis été.pdf")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as server:
        server.send_message(message)


def test_sms_are_shown_phone_by_phone_the_last_one_first(sandbox: Sandbox) -> None:
    sms(sandbox, "33600000001", "Premier")
    sms(sandbox, "33600000002", "Deuxième <script>")
    html = page(sandbox, "/").text
    assert html.index("+33600000002") < html.index("+33600000001")
    assert "Deuxième &lt;script&gt;" in html


def test_a_link_in_an_sms_or_a_text_can_be_followed(sandbox: Sandbox) -> None:
    sms(sandbox, "33600000001", "Suivi : http://127.0.0.1:8000/suivi/abc")
    assert 'href="http://127.0.0.1:8000/suivi/abc"' in page(sandbox, "/").text


@pytest.mark.parametrize("path", ["/", "/courrier"])
def test_an_empty_page_says_what_will_come(sandbox: Sandbox, path: str) -> None:
    assert "pour le moment" in page(sandbox, path).text


def test_mails_are_listed_with_who_and_what(sandbox: Sandbox) -> None:
    mail(sandbox)
    html = page(sandbox, "/courrier").text
    for text in ("atelier@demo.example", "zoe@x.example", "Votre devis &lt;b&gt;n° 1&lt;/b&gt;"):
        assert text in html


def test_a_mail_is_shown_with_its_text_and_its_file(sandbox: Sandbox) -> None:
    mail(sandbox)
    html = page(sandbox, "/courrier/1").text
    assert "Bonjour Zoé" in html
    assert "Devis été.pdf" in html
    file = page(sandbox, "/courrier/1/pieces/0")
    assert file.content == b"%PDF-1.7"
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_the_html_of_a_mail_is_harmless(sandbox: Sandbox) -> None:
    mail(sandbox, "<p onclick='x()'>Bonjour</p><script>alert(1)</script><img src='http://x.example/t.png'>")
    frame = page(sandbox, "/courrier/1/contenu")
    assert frame.text.strip() == "<p>Bonjour</p>"
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert 'sandbox="' in page(sandbox, "/courrier/1").text


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<a href='javascript:x()'>a</a>", "<a%s>a</a>"),
        ("<a href='https://x.example/?a=1&amp;b=2'>a</a>", '<a href="https://x.example/?a=1&amp;b=2"%s>a</a>'),
        ("<div style='background:url(x)'>a</div>", "<div>a</div>"),
        ("<div style='color:red'>a</div>", '<div style="color:red">a</div>'),
        ("<svg><script>x</script></svg>b", "b"),
        ("<iframe src=x>y</iframe>c", "c"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<form action=x><input></form>d", "d"),
        ('<p title="></p><script>x</script>">e', "<p>e"),
    ],
)
def test_only_known_html_stays(html: str, clean: str) -> None:
    assert sanitize(html) == clean.replace("%s", ' target="_blank" rel="noreferrer"')


def test_the_client_s_answer_goes_to_the_mailbox_and_the_page_says_so(sandbox: Sandbox) -> None:
    mail(sandbox)
    url = f"{sandbox.url}/courrier/1/reponse"
    answer = requests.post(url, data={"texte": "D'accord"}, timeout=5)
    assert "La réponse est dans la boîte" in answer.text
    assert len(sandbox.inbox()) == 1
    assert "La réponse est vide" in requests.post(url, data={"texte": " "}, timeout=5).text
    assert len(sandbox.inbox()) == 1


def test_another_site_cannot_write_here(sandbox: Sandbox) -> None:
    mail(sandbox)
    for path in ("/courrier/1/reponse", "/courrier/1/retour"):
        response = requests.post(
            sandbox.url + path, data={"texte": "x"}, headers={"Sec-Fetch-Site": "cross-site"}, timeout=5
        )
        assert response.status_code == 403
    assert sandbox.inbox() == []


@pytest.mark.parametrize("path", ["/courrier/9", "/courrier/9/contenu", "/courrier/9/pieces/0"])
def test_a_mail_that_is_not_there_is_404(sandbox: Sandbox, path: str) -> None:
    assert requests.get(sandbox.url + path, timeout=5).status_code == 404


def test_pages_carry_no_script_and_fetch_nothing_from_outside(sandbox: Sandbox) -> None:
    mail(sandbox)
    for path in ("/", "/courrier", "/courrier/1"):
        response = page(sandbox, path)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "<script" not in response.text
        assert "https://" not in response.text


def test_the_platform_is_played_by_hand(sandbox: Sandbox) -> None:
    requests.post(f"{sandbox.url}/plateforme/fournisseur", timeout=5).raise_for_status()
    arrived = sandbox.flows()[-1]
    assert (arrived["flowType"], arrived["flowSyntax"]) == ("SupplierInvoice", "CII")
    shown = requests.get(f"{sandbox.url}/plateforme", timeout=5).text
    assert "Jouer un fournisseur" in shown
    assert "Aucune facture pour le moment" in shown
    lost = requests.post(f"{sandbox.url}/plateforme/1/statut", data={"statut": "205"}, timeout=5)
    assert lost.status_code == 404  # a supplier's invoice has no client to play
