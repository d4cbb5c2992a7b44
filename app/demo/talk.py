"""What was said: threads with clients, notes of the team, messages sent, tasks and calls."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.core.outbox import Channel, MessageState
from app.demo.diary import Person
from app.demo.team import Ground
from app.messaging.states import Direction, TaskState
from app.tickets.states import FINAL, TicketKind, TicketState

Row = dict[str, Any]
RECENT = timedelta(days=75)
QUESTIONS = (
    (
        "Bonjour, savez-vous quand ce sera prêt ? Je pars vendredi.",
        "Bonjour, la pièce arrive demain, nous vous prévenons aussitôt.",
    ),
    ("Pouvez-vous aussi regarder le bouton du dessus ?", "C'est noté, nous l'ajoutons sans supplément."),
    ("Je peux passer samedi matin ?", "Oui, nous sommes ouverts jusqu'à 18 h."),
    ("Le prix comprend-il la pièce ?", "Oui, pièce et main-d'œuvre, garanties trois mois."),
    ("Merci de m'appeler plutôt après 17 h.", "Entendu, nous appellerons après 17 h."),
)
WAITING = (
    "Avez-vous bien reçu mon accord ?",
    "Finalement, gardez l'ancienne pièce, je la reprendrai.",
    "Bonjour, où en est la réparation ?",
    "Je n'arrive pas à ouvrir le devis.",
)
NOTES = (
    "Vis manquante à la réception, vue avec le client.",
    "Prévoir un essai d'une heure avant de rendre.",
    "Le client a la facture d'achat.",
)
CALLS = (
    "Rappeler pour le choix de la pièce",
    "Confirmer l'heure de passage",
    "Demander le mot de passe",
    "Relancer pour le retrait",
)
CHORES = (
    "Commander les joints",
    "Étalonner le mesureur de terre",
    "Ranger les retours au fournisseur",
    "Préparer l'inventaire des prêts",
)


class Talk:
    """Makes messages and tasks about tickets."""

    def __init__(self, rng: Random, ground: Ground, now: datetime) -> None:
        self.rng, self.ground, self.now = rng, ground, now
        self.threads: list[Row] = []
        self.outbox: list[Row] = []
        self.tasks: list[Row] = []

    def about(self, ticket: Row, contact: Row, who: Person) -> None:
        """What was said about one ticket of a client."""
        if self.now - ticket["received_at"] > RECENT or ticket["kind"] == TicketKind.FLEET:
            return
        if contact["email"]:
            self._sent(
                Channel.EMAIL,
                ticket,
                contact,
                "ticket.received",
                f"{ticket['title']} : bien reçu, dossier {ticket['number']}",
                ticket["received_at"],
            )
        if ticket["ready_at"] and contact["notify_sms"]:
            self._sent(
                Channel.SMS,
                ticket,
                contact,
                "ticket.ready",
                f"Votre appareil est prêt ({ticket['title']}, dossier {ticket['number']}).",
                ticket["ready_at"],
            )
        if self.rng.random() < 0.3:
            question, answer = self.rng.choice(QUESTIONS)
            asked = self._between(ticket)
            self._said(Direction.INCOMING, ticket, contact, contact["name"], question, asked, read=True)
            self._said(
                Direction.OUTGOING,
                ticket,
                contact,
                who.name,
                answer,
                min(asked + timedelta(minutes=47), self.now),
                read=True,
            )
        if self.rng.random() < 0.15:
            self._said(
                Direction.INTERNAL, ticket, contact, who.name, self.rng.choice(NOTES), self._between(ticket), read=True
            )

    def _between(self, ticket: Row) -> datetime:
        span = ticket["touched_at"] - ticket["received_at"]
        return ticket["received_at"] + span * self.rng.random()

    def _said(
        self, direction: Direction, ticket: Row, contact: Row, author: str, body: str, at: datetime, *, read: bool
    ) -> None:
        self.threads.append(
            {
                "subject_kind": "ticket", "subject_id": ticket["id"], "direction": direction, "author": author, "body": body, "at": at,
                "read_at": min(at + timedelta(minutes=30), self.now) if read else None, "outbox_id": None, "contact_id": contact["id"], "mail_id": None,
            }
        )  # fmt: skip

    def _sent(
        self,
        channel: Channel,
        ticket: Row,
        contact: Row,
        template: str,
        words: str,
        at: datetime,
        state: MessageState = MessageState.DELIVERED,
    ) -> Row:
        mail = channel == Channel.EMAIL
        row = {
            "id": len(self.outbox) + 1, "channel": channel, "recipient": contact["email"] if mail else contact["phone_key"], "contact_id": contact["id"],
            "template": template, "subject": words if mail else "", "text": words, "html": "", "attachments": [], "about_kind": "ticket",
            "about_id": ticket["id"], "reference": f"{self.rng.getrandbits(96):024x}", "state": MessageState.SENT if mail and state == MessageState.DELIVERED else state,
            "due_at": at, "created_at": at, "sent_at": at, "provider": "smtp" if mail else "ovh_sms", "provider_ref": "", "error": "", "facts": {},
        }  # fmt: skip
        self.outbox.append(row)
        return row

    def unread(self, tickets: list[Row], contacts: list[Row], count: int) -> None:
        """Clients who wait for an answer."""
        mine = [ticket for ticket in tickets if ticket["contact_id"] and ticket["state"] not in FINAL]
        for rank, ticket in enumerate(self.rng.sample(mine, min(count, len(mine)))):
            contact = contacts[ticket["contact_id"] - 1]
            at = max(ticket["received_at"], self.now - timedelta(minutes=35 + 190 * rank))
            self._said(
                Direction.INCOMING, ticket, contact, contact["name"], WAITING[rank % len(WAITING)], at, read=False
            )

    def lost(self, tickets: list[Row], contacts: list[Row]) -> None:
        """Messages that did not arrive, each with the task that it left."""
        ready = [ticket for ticket in tickets if ticket["state"] == TicketState.READY and ticket["contact_id"]]
        losses = (
            (Channel.SMS, MessageState.FAILED, "Numéro non attribué.", "SMS non remis à %s"),
            (
                Channel.EMAIL,
                MessageState.BOUNCED,
                "La boîte du destinataire est pleine.",
                "Courriel revenu de chez %s : corrigez l'adresse",
            ),
        )
        for ticket, (channel, state, error, label) in zip(
            self.rng.sample(ready, min(2, len(ready))), losses, strict=False
        ):
            contact = contacts[ticket["contact_id"] - 1]
            words = f"Votre appareil est prêt ({ticket['title']}, dossier {ticket['number']})."
            row = self._sent(channel, ticket, contact, "ticket.ready", words, ticket["ready_at"], state)
            row["error"] = error
            self._task(
                label % contact["name"], 0, contact=contact, subject=("message", row["id"]), call=True, notes=error
            )

    def to_do(self, tickets: list[Row], contacts: list[Row]) -> None:
        """Calls to make and chores, some of them late."""
        open_ones = [ticket for ticket in tickets if ticket["contact_id"] and ticket["state"] not in FINAL]
        for rank, ticket in enumerate(self.rng.sample(open_ones, min(5, len(open_ones)))):
            contact = contacts[ticket["contact_id"] - 1]
            self._task(
                CALLS[rank % len(CALLS)],
                (0, -2, 0, 1, 3)[rank],
                contact=contact,
                subject=("ticket", ticket["id"]),
                call=True,
            )
        for rank, label in enumerate(CHORES):
            self._task(label, (0, 2, -1, 6)[rank], assignee=self.ground.people["technicien"].id)
        for days in range(1, 25):
            self._task(self.rng.choice(CALLS), -days, contact=self.rng.choice(contacts), call=True, done=True)

    def _task(
        self, label: str, days: int, *, contact: Row | None = None, subject: tuple[str, int] | None = None, call: bool = False,
        assignee: int | None = None, notes: str = "", done: bool = False,
    ) -> None:  # fmt: skip
        at = self.now - timedelta(days=max(0, -days) + 2)
        kind, number = subject or (None, None)
        self.tasks.append(
            {
                "id": len(self.tasks) + 1, "label": label, "call": call, "due_on": (self.now + timedelta(days=days)).date(),
                "state": TaskState.DONE if done else TaskState.OPEN, "subject_kind": kind, "subject_id": number,
                "contact_id": contact["id"] if contact else None, "assignee_id": assignee, "notes": notes,
                "done_at": at + timedelta(days=2) if done else None, "created_at": at, "updated_at": at,
            }
        )  # fmt: skip
