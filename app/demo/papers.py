"""Documents and pictures of the newest tickets: PDF of quotes, answered check points with their photos, a message or two to send."""

from datetime import timedelta
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from app.assets.queries import questionnaire_for
from app.core.db import db
from app.core.i18n import _
from app.core.subject import Subject, subject_of
from app.demo.plan import Plan
from app.documents import services as files
from app.documents.services import Ready
from app.documents.states import FileKind
from app.questionnaires import services as questionnaires
from app.questionnaires.models import Questionnaire, QuestionnaireItem
from app.questionnaires.states import ItemType, Use
from app.sales.models import Quote
from app.sales.queries.one import LOADED
from app.sales.services import render
from app.sales.states import QuoteState
from app.tickets.queries import ticket_by_id
from app.tickets.services import notices
from app.tickets.states import TicketState

ANSWERED = (QuoteState.ACCEPTED, QuoteState.REFUSED)
PDFS = 30
CHECKED_DAYS = 45
CHECKED = 90
PICTURES = 14
TOLD = 3
DESK = "Nadia Belkacem"
BACKGROUNDS = ("#3c4657", "#5a4632", "#39524a", "#4a3b52", "#57503c")


def write(plan: Plan, seed: int) -> None:
    """Everything above. In a transaction."""
    count = len(plan.tables["ticket"])
    _print_quotes(min(PDFS, count // 15))
    rng = Random(seed)  # noqa: S311  a demonstration, not a secret
    recent = [
        row
        for row in plan.tables["ticket"]
        if row["family_id"] and plan.now - row["received_at"] < timedelta(days=CHECKED_DAYS)
    ]
    pictured = {row["id"] for row in recent[-PICTURES:]}
    for row in recent[-min(CHECKED, count // 5) :]:
        _check(rng, row, row["id"] in pictured)
    _tell(plan)


# --- quotes -----------------------------------------------------------------------------------------------------------


def _print_quotes(answered: int) -> None:
    """The PDF that clients read: of every quote that waits, and of the newest `answered` others."""
    newest = select(Quote).options(*LOADED).order_by(Quote.id.desc())
    quotes = [
        *db.session.scalars(newest.where(Quote.state == QuoteState.SENT)),
        *db.session.scalars(newest.where(Quote.state.in_(ANSWERED)).limit(answered)),
    ]
    ready = [(quote, files.prepare(render(quote), f"{quote.number}.pdf", FileKind.DOCUMENT)) for quote in quotes]
    for quote, paper in ready:
        stored = files.keep(paper, by=quote.content["organisation"]["name"])
        files.attach(stored, subject_of(quote), _("Devis %(number)s", number=quote.number), for_client=True)
        quote.file_id, quote.sha256 = stored.id, stored.sha256


# --- check points -----------------------------------------------------------------------------------------------------


def _check(rng: Random, row: dict[str, Any], pictured: bool) -> None:
    uses = [Use.CHECK_IN]
    if row["state"] in (TicketState.READY, TicketState.SHIPPING, TicketState.OUT):
        uses.append(Use.CHECK_OUT)
    for use in uses:
        questionnaire = questionnaire_for(row["family_id"], use)
        if questionnaire is not None:
            _answer(rng, row, use, questionnaire, pictured and use == Use.CHECK_IN)


def _answer(rng: Random, row: dict[str, Any], use: Use, questionnaire: Questionnaire, pictured: bool) -> None:
    subject = Subject("ticket", row["id"])
    typed = {questionnaires.field_name(item.code): _typed(rng, item) for item in questionnaire.items}
    asked = [item for item in questionnaire.items if item.type == ItemType.PHOTO] if pictured else []
    ready = [(item, _photo(rng, row["title"], row["number"])) for item in asked]
    kept: dict[str, list[int]] = {}
    for item, photo in ready:
        stored = files.keep(photo, by=DESK)
        files.attach(stored, subject, item.label, point=item.code, for_client=True)
        kept[item.code] = [stored.id]
    response = questionnaires.answer(questionnaire, subject, use, typed, by=DESK, files=kept)
    response.started_at = row["received_at"] if use == Use.CHECK_IN else row["ready_at"]
    if response.completed_at is not None:
        response.completed_at = response.started_at


def _typed(rng: Random, item: QuestionnaireItem) -> str:
    good = "non" if item.bad_answer == "oui" else "oui"
    if item.type == ItemType.TRISTATE:
        return "so" if not item.compulsory and rng.random() < 0.1 else good
    if item.type == ItemType.CHOICE:
        return str(rng.choice(item.choices[:2]))
    if item.type == ItemType.MEASURE:
        low = float(item.minimum or 0)
        return f"{(low + rng.random() * 20) if item.minimum else float(item.maximum or 1) * rng.uniform(0.2, 0.8):.2f}"
    return (
        rng.choice(("", "Rayure au dos, déjà là.", "Poussières à l'intérieur.")) if item.type == ItemType.TEXT else ""
    )


def _photo(rng: Random, title: str, number: str) -> Ready:
    """A picture like a rating plate, so that slips and the client's page have something to show."""
    image = Image.new("RGB", (1280, 960), rng.choice(BACKGROUNDS))
    draw = ImageDraw.Draw(image)
    for _scratch in range(60):
        x, y, grey = rng.randrange(1280), rng.randrange(960), rng.randrange(70, 130)
        draw.line((x, y, x + rng.randrange(-90, 90), y + rng.randrange(-60, 60)), fill=(grey, grey, grey), width=2)
    draw.rounded_rectangle((190, 210, 1090, 750), 28, fill="#d6d7d2", outline="#8d8f89", width=6)
    for x in (240, 1040):
        for y in (260, 700):
            draw.ellipse((x - 16, y - 16, x + 16, y + 16), fill="#9b9d97", outline="#6d6f6a", width=3)
    lines = (title.upper(), f"S/N {rng.randrange(10**9):09d}", "230 V ~ 50 Hz   1450 W", number)
    for rank, line in enumerate(lines):
        draw.text((300, 290 + rank * 100), line, fill="#2b2c29", font=ImageFont.load_default(54 if rank == 0 else 44))
    out = BytesIO()
    image.save(out, "JPEG", quality=82)
    return files.prepare(out.getvalue(), "plaque.jpg", FileKind.PHOTO)


# --- messages ---------------------------------------------------------------------------------------------------------


def _tell(plan: Plan) -> None:
    """The newest arrivals are told by real messages, which go to the mail catcher."""
    newest = [
        row for row in reversed(plan.tables["ticket"]) if row["contact_id"] and row["state"] == TicketState.READY
    ][:TOLD]
    for row in newest:
        ticket = ticket_by_id(row["id"])
        if ticket is not None:
            notices.tell_ready(ticket)
