"""Kinds of accounts that carry messages: what each asks to be filled in, and how to try it.

A kind's fields are those of its connector's configuration, in words for a manager.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.connectors.calls import Observer
from app.connectors.mail import imap, smtp
from app.connectors.mail.account import MailAccount
from app.connectors.ovh_sms import OvhConfig, OvhSms
from app.connectors.sms import SmsProvider
from app.connectors.smsmode import Smsmode, SmsmodeConfig
from app.core.i18n import _, _n
from app.core.outbox import Channel
from app.core.partner_kinds import MESSAGES, AccountField, AccountKind

TRIAL_SECONDS = 8.0
_SECURITY = (
    ("tls", "TLS dès la connexion"),
    ("starttls", "STARTTLS"),
    ("none", "Aucun (serveur sur cette machine)"),
)


def mail_account(settings: Mapping[str, Any], secrets: Mapping[str, str], timeout: float = 30.0) -> MailAccount:
    """The connector's account of a mail server."""
    return MailAccount(
        host=settings["host"],
        port=int(settings["port"]),
        security=settings.get("security", "tls"),
        user=settings.get("user", ""),
        password=secrets.get("password", ""),
        mailbox=settings.get("mailbox") or "INBOX",
        timeout=timeout,
    )


def sms_provider(
    kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], on_call: Observer | None = None
) -> SmsProvider:
    """The provider of an SMS account."""
    if kind == "ovh_sms":
        return OvhSms(
            OvhConfig(
                application_key=settings["application_key"],
                application_secret=secrets["application_secret"],
                consumer_key=secrets["consumer_key"],
                service_name=settings["service_name"],
                base_url=settings["base_url"],
            ),
            on_call,
        )
    return Smsmode(SmsmodeConfig(api_key=secrets["api_key"], base_url=settings["base_url"]), on_call)


def _try_smtp(settings: Mapping[str, Any], secrets: Mapping[str, str], _on_call: Observer | None) -> str:
    name = smtp.check(mail_account(settings, secrets, TRIAL_SECONDS))
    return _("Le serveur %(name)s a accepté la connexion.", name=name)


def _try_imap(settings: Mapping[str, Any], secrets: Mapping[str, str], _on_call: Observer | None) -> str:
    found = imap.check(mail_account(settings, secrets, TRIAL_SECONDS))
    return _n(
        "La boîte « %(box)s » s'ouvre : %(num)s message, dont %(unseen)s à lire.",
        "La boîte « %(box)s » s'ouvre : %(num)s messages, dont %(unseen)s à lire.",
        found.messages, box=found.mailbox, unseen=found.unseen,
    )  # fmt: skip


def _try_sms(kind: str) -> Callable[[Mapping[str, Any], Mapping[str, str], Observer | None], str]:
    def trial(settings: Mapping[str, Any], secrets: Mapping[str, str], on_call: Observer | None) -> str:
        found = sms_provider(kind, settings, secrets, on_call).check()
        if found.credits is None:
            return _("Le compte « %(label)s » répond.", label=found.label)
        left = f"{found.credits:g}".replace(".", ",") + f" {found.currency or _('crédits')}"
        return _("Le compte « %(label)s » répond : il reste %(left)s.", label=found.label, left=left)

    return trial


_HOST = (
    AccountField("host", "Serveur", help="Par exemple smtp.exemple.fr."),
    AccountField("port", "Port", "int", 465),
    AccountField("security", "Chiffrement", "choice", "tls", choices=_SECURITY),
    AccountField("user", "Identifiant", required=False),
    AccountField("password", "Mot de passe", "secret", required=False),
)
_SENDER = AccountField("sender", "Expéditeur", help="11 lettres ou chiffres au plus, sans accent.", required=False)

ACCOUNTS: tuple[AccountKind, ...] = (
    AccountKind(
        "smtp", "Serveur SMTP", "Envoi des courriels", "mail-forward", MESSAGES,
        (
            *_HOST,
            AccountField("sender", "Adresse d'expéditeur", "email", help="Vide : celle de l'organisation.", required=False),
            AccountField("sender_name", "Nom d'expéditeur", help="Vide : celui de l'organisation.", required=False),
            AccountField(
                "reply_to", "Adresse de réponse", "email", required=False,
                help="Celle de la boîte relevée par IMAP, si elle diffère de l'expéditeur.",
            ),
            AccountField(
                "tagged_replies", "Ajouter un repère à l'adresse de réponse", "bool", False, required=False,
                help="Pour les serveurs qui acceptent nom+repère@exemple.fr : une réponse retrouve toujours son dossier.",
            ),
        ),
        _try_smtp,
    ),
    AccountKind(
        "imap", "Boîte IMAP", "Réception des réponses", "inbox", MESSAGES,
        (
            AccountField("host", "Serveur", help="Par exemple imap.exemple.fr."),
            AccountField("port", "Port", "int", 993),
            *_HOST[2:],
            AccountField("mailbox", "Dossier", default="INBOX"),
        ),
        _try_imap, identity=("host", "user", "mailbox"),
    ),
    AccountKind(
        "ovh_sms", "OVHcloud SMS", "Envoi des SMS", "message-2", MESSAGES,
        (
            AccountField("application_key", "Clé d'application"),
            AccountField("application_secret", "Secret d'application", "secret"),
            AccountField("consumer_key", "Clé consommateur", "secret"),
            AccountField("service_name", "Service SMS", help="Par exemple sms-ab12345-1."),
            _SENDER,
            AccountField("base_url", "Adresse du service", default="https://eu.api.ovh.com/1.0"),
        ),
        _try_sms("ovh_sms"),
    ),
    AccountKind(
        "smsmode", "smsmode", "Envoi des SMS", "message-2", MESSAGES,
        (
            AccountField("api_key", "Clé d'API", "secret"),
            _SENDER,
            AccountField("base_url", "Adresse du service", default="https://rest.smsmode.com"),
        ),
        _try_sms("smsmode"),
    ),
)  # fmt: skip

#: Accounts that carry each channel, by preference.
CARRIERS: dict[Channel, tuple[str, ...]] = {Channel.EMAIL: ("smtp",), Channel.SMS: ("ovh_sms", "smsmode")}
