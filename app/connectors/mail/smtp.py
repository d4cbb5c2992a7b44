"""Hand one message to an SMTP server, and know how far it went when the connection breaks."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import getaddresses

from app.connectors.errors import PartnerError

from .account import MailAccount, parse_smtp_url
from .compose import POLICY, ascii_domain

__all__ = ["RecipientRefused", "check", "parse_smtp_url", "send"]

AUTH_REFUSED = "Le serveur d'envoi refuse l'identifiant ou le mot de passe : vérifiez-les dans les réglages."
UNREACHABLE = "Le serveur d'envoi de courrier est injoignable pour le moment. Nouvel essai automatique."
CUT = "La connexion a été coupée après l'envoi du message : il est peut-être parti."
BAD_CERTIFICATE = "Le certificat du serveur d'envoi de courrier est refusé : vérifiez l'adresse du serveur."


class RecipientRefused(PartnerError):
    """The server knows that `address` cannot receive."""

    def __init__(self, address: str, *, detail: str) -> None:
        super().__init__(
            f"L'adresse {address} est refusée par le serveur de courrier : vérifiez-la auprès du client.",
            final=True,
            detail=detail,
        )
        self.address = address


def send(account: MailAccount, message: EmailMessage) -> str:
    """Send to everyone in To, Cc and Bcc, or to nobody; the server's last word (its queue number, often).

    Raises PartnerError: RecipientRefused for an address it knows as bad, `final` for a refusal, `uncertain` when the
    connection broke after the whole message had left.
    """
    sender = _addresses(message, "From")[0]
    recipients = _addresses(message, "To", "Cc", "Bcc")
    with _connected(account) as smtp:
        international = any(not address.isascii() for address in (sender, *recipients))
        if international and not smtp.has_extn("smtputf8"):
            odd = next(address for address in (*recipients, sender) if not address.isascii())
            raise RecipientRefused(odd, detail="SMTPUTF8 absent")
        payload = _payload(message, international)
        options = [f"size={len(payload)}"] if smtp.has_extn("size") else []
        _expect(smtp.mail(sender, [*options, "SMTPUTF8"] if international else options))
        for address in recipients:
            _expect(smtp.rcpt(address), recipient=address)
        return _hand_over(smtp, payload)


def check(account: MailAccount) -> str:
    """Connect, sign in, leave: the server's own name for itself. Raises PartnerError."""
    with _connected(account) as smtp:
        _expect(smtp.noop())
        return (smtp.ehlo_resp or b"").decode("utf-8", "replace").splitlines()[0]


def _hand_over(smtp: smtplib.SMTP, payload: bytes) -> str:
    smtp.putcmd("data")
    _expect(smtp.getreply(), wanted=354)
    smtp.send(payload)
    try:
        reply = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise PartnerError(CUT, final=False, uncertain=True, detail=_detail(error)) from error
    if reply[0] == -1:
        raise PartnerError(CUT, final=False, uncertain=True, detail="unreadable reply")
    return _expect(reply)


@contextmanager
def _connected(account: MailAccount) -> Iterator[smtplib.SMTP]:
    """A session signed in; any other failure inside becomes a PartnerError that may be tried again."""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _open(account)
        yield smtp
    except smtplib.SMTPAuthenticationError as error:
        temporary = 400 <= error.smtp_code < 500
        sentence = UNREACHABLE if temporary else AUTH_REFUSED
        raise PartnerError(sentence, final=not temporary, detail=_detail(error)) from error
    except smtplib.SMTPNotSupportedError as error:
        raise PartnerError(
            "Le serveur d'envoi ne propose pas le chiffrement ou la connexion demandés : vérifiez les réglages.",
            final=True,
            detail=_detail(error),
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise PartnerError(BAD_CERTIFICATE, final=False, detail=_detail(error)) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, _detail(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise PartnerError(UNREACHABLE, final=False, detail=_detail(error)) from error
    finally:
        if smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()


def _open(account: MailAccount) -> smtplib.SMTP:
    if account.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            account.host, account.port, timeout=account.timeout, context=account.tls()
        )
    else:
        smtp = smtplib.SMTP(account.host, account.port, timeout=account.timeout)
    try:
        smtp.ehlo()
        if account.security == "starttls":
            smtp.starttls(context=account.tls())
            smtp.ehlo()
        if account.user:
            _login(smtp, account)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _login(smtp: smtplib.SMTP, account: MailAccount) -> None:
    try:
        smtp.login(account.user, account.password)
    except UnicodeEncodeError as error:
        raise PartnerError(AUTH_REFUSED, final=True, detail="non-ASCII password") from error


def _expect(reply: tuple[int, bytes], *, wanted: int = 250, recipient: str = "") -> str:
    """The text of a reply of the kind wanted (same hundred), else the PartnerError it means."""
    code, text = reply[0], reply[1].decode("utf-8", "replace")
    if code // 100 == wanted // 100:
        return text
    if recipient and code >= 500:
        raise RecipientRefused(recipient, detail=f"{code} {text}")
    raise _refusal(code, f"{code} {text}")


def _refusal(code: int, detail: str) -> PartnerError:
    if code == -1:
        return PartnerError(UNREACHABLE, final=False, detail=detail)
    if code < 500:
        return PartnerError(
            "Le serveur de courrier demande d'attendre avant cet envoi. Nouvel essai automatique.",
            final=False,
            detail=detail,
        )
    return PartnerError(f"Le serveur de courrier refuse le message (erreur {code}).", final=True, detail=detail)


def _payload(message: EmailMessage, international: bool) -> bytes:
    """The bytes after DATA: without Bcc, CRLF only, leading dots doubled, closed by a lone dot."""
    wire_policy = POLICY.clone(utf8=international)
    blind = message.get_all("Bcc", [])
    del message["Bcc"]
    try:
        flat = message.as_bytes(policy=wire_policy)
    finally:
        for value in blind:
            message["Bcc"] = value
    body = re.sub(rb"\r\n|\r|\n", b"\r\n", flat)
    body = re.sub(rb"(?m)^\.", b"..", body)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _addresses(message: EmailMessage, *names: str) -> list[str]:
    """Addresses of these headers, in order, without doubles; their domains as ASCII."""
    values = [str(value) for name in names for value in message.get_all(name, [])]
    found = dict.fromkeys(_ascii_domain(address) for _, address in getaddresses(values) if address)
    if not found:
        raise PartnerError(f"Le message n'a pas d'adresse ({names[0]}).", final=True)
    return list(found)


def _ascii_domain(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{ascii_domain(domain)}"


def _detail(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
