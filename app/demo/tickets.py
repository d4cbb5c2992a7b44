"""Tickets from journeys: who, what, which thing, which lines, and the history they leave."""

from datetime import timedelta
from random import Random
from typing import Any

from app.core import clock
from app.core.subject import Subject
from app.demo.catalogue import Case, Kit
from app.demo.diary import Diary, Person
from app.demo.journeys import OUTCOMES, Journey
from app.demo.team import Ground
from app.demo.things import Shelves
from app.demo.worktime import WorkTime
from app.tickets.states import FINAL, Cover, LineKind, Outcome, Priority, TicketKind, TicketState, Waiting

Row = dict[str, Any]
T = TicketState
LABOUR_RATE = 5500
VAT = 2000
SOFTWARE = (
    ("Messagerie qui ne reçoit plus", "La boîte est pleine, plus rien n'arrive depuis lundi."),
    ("Sauvegarde en échec", "Le message « espace insuffisant » s'affiche chaque nuit."),
    ("Logiciel de partitions bloqué", "Demande une licence au démarrage."),
    ("Caisse qui n'imprime plus", "L'imprimante de tickets ne répond plus après la mise à jour."),
    ("Accès au serveur perdu", "Mot de passe refusé sur deux postes."),
)
# Days from today to the promised day of what is open, in turn.
PROMISES = (2, 0, 5, -3, 3, 1, 6, 0, 4, -1, 8, 2, 3, 0, 5, 4, 7)
READY_PROMISES = (0, -1, 0, 1, 0, -2, 2)
BACK_WITHIN_DAYS = 75


class Writer:
    """Makes ticket rows one after the other, in the order of reception."""

    def __init__(
        self, rng: Random, time: WorkTime, ground: Ground, shelves: Shelves, contacts: list[Row], diary: Diary
    ) -> None:
        self.rng, self.time, self.ground, self.shelves, self.diary = rng, time, ground, shelves, diary
        self.contacts = contacts
        self.tickets: list[Row] = []
        self.lines: list[Row] = []
        self.repairers: dict[int, Person] = {}
        self.cases: dict[int, Case] = {}
        self.counters: dict[int, int] = {}
        self._promises = 0
        self._fleet = [row for row in shelves.assets if row["ours"] and row["state"] == "in_use"]
        self._back: list[Row] = []

    def write(self, journey: Journey, contact: Row | None = None) -> Row:
        """The next ticket. Its client is drawn when not given."""
        rng, received = self.rng, self.time.moment(journey.received)
        parent = self._comes_back(journey, contact)
        if journey.kind == TicketKind.FLEET:
            contact = None
        elif parent is not None:
            contact = self.contacts[parent["contact_id"] - 1]
        elif contact is None:
            contact = rng.choice(self.contacts)
        family_id, asset = self._thing(journey, contact, parent)
        kit = self.ground.kits[family_id] if family_id else None
        case = rng.choice(kit.cases) if kit else None
        who = self.ground.repairer(rng, kit) if kit else self.ground.people["technicien2"]
        row = self._row(journey, contact, asset, kit, case) | self._cover(journey, asset, parent)
        self.tickets.append(row)
        fresh = journey.state in (T.RECEIVED, T.OPENED) and rng.random() < 0.6
        self.repairers[row["id"]] = who
        row["assignee_id"] = None if fresh else who.id
        if case is not None:
            self.cases[row["id"]] = case
            self._lines(row, journey, case)
        if row["state"] == T.OUT and row["outcome"] == Outcome.REPAIRED and journey.kind == TicketKind.REPAIR:
            self._back.append(row)
        self._history(row, journey, who, received)
        return row

    def _comes_back(self, journey: Journey, contact: Row | None) -> Row | None:
        """An earlier ticket whose thing comes back now, sometimes."""
        if journey.way != "direct" or contact is not None or self.rng.random() > 0.3:
            return None
        received = self.time.moment(journey.received)
        recent = [
            row
            for row in self._back[-400:]
            if timedelta(0) < received - row["out_at"] < timedelta(days=BACK_WITHIN_DAYS)
        ]
        return self.rng.choice(recent) if recent else None

    def _thing(self, journey: Journey, contact: Row | None, parent: Row | None) -> tuple[int | None, Row | None]:
        if journey.kind == TicketKind.SOFTWARE:
            return None, None
        if journey.kind == TicketKind.FLEET:
            asset = (
                self._fleet.pop(self.rng.randrange(len(self._fleet)))
                if journey.state not in FINAL
                else self.rng.choice(self._fleet)
            )
            return asset["family_id"], asset
        if parent is not None:
            return parent["family_id"], self.shelves.assets[parent["asset_id"] - 1]
        family_id = self.rng.choice(list(self.ground.kits))
        received = self.time.moment(journey.received)
        young = journey.way == "direct" and self.rng.random() < 0.5
        days = self.rng.randrange(20, 680) if young else self.rng.randrange(760, 3200)
        bought_on = clock.local(received).date() - timedelta(days=days)
        return family_id, self.shelves.device(family_id, contact["id"] if contact else None, received, bought_on)

    def _cover(self, journey: Journey, asset: Row | None, parent: Row | None) -> Row:
        if parent is not None:
            return {"cover": Cover.REPAIR, "parent_id": parent["id"], "diagnosis_fee": None}
        day = self.time.day(journey.received)
        if asset is not None and not asset["ours"] and journey.way == "direct" and asset["warranty_until"] >= day:
            return {"cover": Cover.MAKER, "diagnosis_fee": None}
        return {}

    def _number(self, journey: Journey) -> str:
        year = self.time.day(journey.received).year
        self.counters[year] = self.counters.get(year, 0) + 1
        return f"R-{year}-{self.counters[year]:04d}"

    def _row(self, journey: Journey, contact: Row | None, asset: Row | None, kit: Kit | None, case: Case | None) -> Row:
        rng, time = self.rng, self.time
        received = time.moment(journey.received)
        ready = journey.arrival(T.READY) or journey.arrival(T.SOLVED)
        gone = journey.state in FINAL
        wait = journey.waiting
        since = wait.since if wait else journey.steps[-1][1]
        title, fault = (asset["label"], case.fault) if asset and case else rng.choice(SOFTWARE)
        diagnosed = case is not None and journey.arrival(T.DIAGNOSING) is not None and journey.state != T.DIAGNOSING
        mended = case is not None and ready is not None and journey.way not in OUTCOMES
        return {
            **_plain(), "id": len(self.tickets) + 1, "number": self._number(journey), "kind": journey.kind, "state": journey.state,
            "state_since": time.moment(since), "waiting": wait.reason if wait else Waiting.NONE, "waiting_note": wait.note if wait else "",
            "outcome": OUTCOMES.get(journey.way, Outcome.REPAIRED) if ready is not None and asset else None,
            "priority": rng.choices(list(Priority), [15, 73, 12])[0], "title": title, "fault": fault,
            "contact_id": contact["id"] if contact else None, "asset_id": asset["id"] if asset else None,
            "family_id": asset["family_id"] if asset else None,
            "accessories": rng.sample(kit.accessories, rng.randrange(0, min(3, len(kit.accessories)) + 1)) if kit else [],
            "promised_on": self._promise(journey, kit), "ceiling": rng.choice([None, None, 8000, 15000]) if kit else None,
            "diagnosis_fee": kit.diagnosis_fee if kit and contact else None,
            "diagnosis": case.diagnosis if diagnosed and case else "", "report": case.report if mended and case else "",
            "estimated_minutes": case.minutes if diagnosed and case else None,
            "shelf": f"{rng.choice('ABCD')}{rng.randrange(1, 13)}" if asset and not gone else "",
            "external_ref": f"SUP-{rng.randrange(10_000, 99_999)}" if journey.kind == TicketKind.SOFTWARE and rng.random() < 0.4 else "",
            "carrier": "Colissimo" if journey.way == "shipped" and ready is not None else "",
            "tracking": f"8X{rng.randrange(10**10):010d}" if journey.way == "shipped" and ready is not None else "",
            "signed_name": contact["name"] if contact else "", "exit_signed_name": contact["name"] if contact and gone else "",
            "received_by_id": self.ground.desk.id, "site_id": self.ground.sites[0], "received_at": received,
            "ready_at": time.moment(ready) if ready is not None else None, "out_at": time.moment(journey.steps[-1][1]) if gone else None,
            "touched_at": time.moment(journey.last), "created_at": received, "updated_at": time.moment(journey.last),
        }  # fmt: skip

    def _promise(self, journey: Journey, kit: Kit | None) -> Any:
        received = self.time.day(journey.received)
        usual = received + timedelta(days=(kit.repair_days if kit else 2) * 2)
        if journey.state in FINAL:
            return usual + timedelta(days=usual.weekday() == 6)
        self._promises += 1
        cycle = READY_PROMISES if journey.state == T.READY else PROMISES
        ahead = cycle[self._promises % len(cycle)]
        day = self.time.today + timedelta(days=ahead)
        day += timedelta(days=ahead > 0 and day.weekday() == 6)
        return day if day > received else max(usual, received + timedelta(days=1))

    def _lines(self, row: Row, journey: Journey, case: Case) -> None:
        priced = journey.arrival(T.QUOTED) is not None or journey.arrival(T.REPAIRING) is not None
        if not priced or (row["state"] == T.DIAGNOSING and journey.way != "expired"):
            return
        at = row["received_at"]
        parts = [
            (LineKind.PART, label, reference, 1000, "pièce", cents, "neuve") for label, reference, cents in case.parts
        ]
        labour = (
            LineKind.LABOUR,
            "Main-d'œuvre",
            "",
            round(case.minutes * 1000 / 60 / 250) * 250,
            "heure",
            LABOUR_RATE,
            "",
        )
        for position, (kind, label, reference, quantity, unit, price, origin) in enumerate([*parts, labour], 1):
            self.lines.append(
                {
                    "id": len(self.lines) + 1, "ticket_id": row["id"], "position": position, "kind": kind, "label": label,
                    "reference": reference, "quantity": quantity, "unit": unit, "unit_price": price, "vat_rate": VAT,
                    "origin": origin, "created_at": at, "updated_at": at,
                }
            )  # fmt: skip

    def _history(self, row: Row, journey: Journey, who: Person, received: Any) -> None:
        note, moment, subject = self.diary.note, self.time.moment, Subject("ticket", row["id"])
        note(received, self.ground.desk, "ticket.received", subject, {"fault": row["fault"][:200]})
        if row["assignee_id"]:
            note(received + timedelta(minutes=3), self.ground.desk, "ticket.assigned", subject, {"to": who.name})
        for (before, _at), (after, at) in zip(journey.steps, journey.steps[1:], strict=False):
            actor = self.ground.desk if after in (T.OUT, T.CLOSED) else who
            note(moment(at), actor, "ticket.moved", subject, {"from": before.value, "to": after.value})
            if before == T.DIAGNOSING and row["diagnosis"]:
                note(moment(at) - timedelta(minutes=2), who, "ticket.diagnosis_started", subject)
        for wait in journey.waits:
            note(moment(wait.since), who, "ticket.waiting", subject, {"waiting": wait.reason.value, "note": wait.note})
            if wait.until is not None:
                note(moment(wait.until), who, "ticket.waiting", subject, {"waiting": Waiting.NONE.value, "note": ""})


def _plain() -> Row:
    texts = ("dropped_by", "person_to_contact", "extra_work", "paid_by", "return_tracking", "ship_to", "external_ref")
    return {
        **dict.fromkeys(texts, ""), "paid_at_intake": None, "signature_file_id": None, "exit_signature_file_id": None, "facts": {},
        "assignee_id": None, "parent_id": None, "form_key": None, "source_ref": None, "version": 1, "cover": Cover.NONE,
    }  # fmt: skip
