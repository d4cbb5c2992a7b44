"""What messaging gives the house."""

from typing import Any

from flask import Flask
from flask_login import current_user

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Counter, Entry, declare_menu
from app.core.outbox import Channel
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.revisions import follow
from app.core.settings import Setting, declare_settings
from app.core.settings_pages import declare_settings_page
from app.core.subject import Subject, subject_of
from app.core.subjects import SubjectKind, declare_subject, subject_for
from app.messaging import queries, views
from app.messaging.models import Task, ThreadMessage
from app.messaging.personal import PERSONAL
from app.messaging.services import accounts, conversation, declare_template
from app.messaging.services.threads import FREE

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(views.bp)
    declare_permissions(*PERMISSIONS)
    declare_settings(*SETTINGS)
    declare_verbs(*VERBS)
    follow("messages", Task, ThreadMessage)
    declare_menu(
        Entry(
            "messages",
            "Messages et appels",
            "message",
            "messaging.inbox",
            "message.view",
            60,
            counter=_menu_counter,
            short="Messages",
        )
    )
    accounts.declare()
    _declare_pages()
    _declare_subjects()
    declare_template(
        FREE,
        "Message écrit à la main",
        placeholders={"texte": "Votre texte", "objet": "Ce dont il s'agit", "auteur": "Qui écrit"},
        subject="{{ organisation }}, au sujet de : {{ objet }}",
        body=(
            "{{ texte }}\n\n{{ auteur }}\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}\n\n"
            "Pour nous répondre, répondez simplement à ce courriel."
        ),
        sms="{{ texte }} {{ organisation }}",
        sample={
            "texte": "Bonjour, votre machine à café est démontée : le joint est à changer. Pouvons-nous commander la pièce ?",
            "objet": "R-2026-0042, machine à café",
            "auteur": "Inès Rousseau",
        },
        group="Conversation",
    )


PERMISSIONS = (
    Permission("message.view", "Voir les messages, les appels et les tâches", "Messages", (G, A, C, T, K)),
    Permission("message.send", "Écrire aux clients, faire les tâches", "Messages", (G, A, C, T)),
    Permission("message.templates", "Modifier les textes des messages", "Réglages", (G,)),
)


def _hour(value: Any) -> str | None:
    return None if 0 <= value <= 24 else _("Donnez une heure entre 0 et 24.")


SETTINGS = (
    Setting("messaging.sms_from", "Les SMS partent à partir de", "int", 8, "Messages", "Heure, de 0 à 23.", check=_hour),
    Setting("messaging.sms_to", "Les SMS partent jusqu'à", "int", 20, "Messages", "Heure, de 1 à 24.", check=_hour),
    Setting(
        "messaging.sms_rest", "Ni dimanche ni jour férié", "bool", True, "Messages",
        "Un SMS écrit ces jours-là part le jour ouvré suivant.",
    ),
)  # fmt: skip


def _channel(facts: Any) -> str:
    return Channel(facts["channel"]).label


VERBS = (
    Verb(
        "message.written", "Message écrit", "send", "bleu",
        title=lambda facts: _("%(channel)s à %(to)s", channel=_channel(facts), to=facts["to"]),
        detail=lambda facts: str(facts.get("name", "")),
    ),
    Verb(
        "message.lost", "Message non remis", "alert-triangle", "rouge",
        title=lambda facts: _("%(channel)s non remis à %(to)s", channel=_channel(facts), to=facts["to"]),
        detail=lambda facts: str(facts.get("reason", "")),
    ),
    Verb(
        "message.received", "Message reçu", "message", "sarc",
        title=lambda facts: _("Message de %(author)s", author=facts["author"]),
        detail=lambda facts: _("« %(text)s »", text=facts["text"]),
        for_client=True,
    ),
    Verb("message.moved", "Message : changement d'état", "send"),
    Verb("message.files_refused", "Pièces jointes refusées", "paperclip", "ambre"),
    Verb("message_template.changed", "Texte de message modifié", "pencil"),
    Verb("message_template.restored", "Texte de message d'origine rétabli", "arrow-back-up"),
    Verb("task.added", "Tâche notée", "checklist"),
    Verb("task.changed", "Tâche modifiée", "pencil"),
    Verb("task.moved", "Tâche faite ou rouverte", "check", "vert"),
)  # fmt: skip


def _declare_pages() -> None:
    declare_panels(
        "contact", Panel("messages", "messaging/contact_panel.html", 40, _contact_panel, "message.view", "Messages")
    )
    declare_settings_page(
        "messages", "Textes des messages", "Courriels et SMS envoyés aux clients, avec leur aperçu.",
        "message-cog", "messaging.templates", "message.templates", 60, "Messages",
    )  # fmt: skip


def _declare_subjects() -> None:
    declare_subject(
        SubjectKind(
            "contact", contact_for, lambda row: f"/contacts/{row.id}", lambda row: row.name, lambda row: row.id, "user"
        )
    )
    declare_subject(
        SubjectKind(
            "message", queries.message_for, lambda row: f"/messages/envois/{row.id}",
            lambda row: row.subject or _("SMS à %(to)s", to=row.recipient), lambda row: row.contact_id, "send",
        )
    )  # fmt: skip
    declare_subject(
        SubjectKind(
            "task", queries.task_for, lambda row: f"/messages/taches/{row.id}", lambda row: row.label,
            lambda row: row.contact_id, "checklist",
        )
    )  # fmt: skip
    declare_subject(
        SubjectKind("thread_message", _thread_message_for, lambda _row: "/messages", lambda row: row.author)
    )


def _thread_message_for(user: User, message_id: int) -> ThreadMessage | None:
    """A message is seen by whoever sees what it is about; a file joined to it follows."""
    message = db.session.get(ThreadMessage, message_id)
    if message is None or subject_for(user, Subject(message.subject_kind, message.subject_id)) is None:
        return None
    return message


def _menu_counter() -> Counter:
    found = views.counted()
    return Counter(found.unread, found.late)


def _contact_panel(contact: Contact) -> dict[str, Any]:
    return {
        "fil": conversation(subject_of(contact), contact, contact.name),
        "may_send": allowed(current_user, "message.send"),
    }
