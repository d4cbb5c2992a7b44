"""What the loan form carries from one gesture to the next: the things chosen, those that stand for a model, those done without."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import request
from flask_login import current_user

from app.assets.models import Asset
from app.core.db import db
from app.core.fields import chosen_id
from app.lending.forms import day_of
from app.planning.states import BookingState


@dataclass(slots=True)
class Choice:
    """`units` in the order they were added; `any_unit`: ids of those that stand for their model; `without`: compulsory
    accessories left out (« family:3 »); `held`: what the form kept so far; `changed`: this gesture added or took off something."""

    units: list[Asset]
    any_unit: set[int] = field(default_factory=set)
    without: list[str] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    changed: bool = False

    @classmethod
    def read(cls) -> "Choice":
        """From the form: `unit`, `modele`, `sans`, `tenu`; the gestures `choisir` (« 12 », « 12:modele »), `dater` (with days), `retirer`, `passer`;
        from the address: `bien`, `modele`."""
        sent = request.form
        picked, _sep, how = (sent.get("choisir") or sent.get("dater", "")).partition(":")
        asked = [chosen_id(value) for value in (*sent.getlist("unit"), *request.args.getlist("bien"), picked)]
        gone = chosen_id(sent.get("retirer"))
        wanted = [key for key in dict.fromkeys(asked) if key is not None and key != gone]
        held = [key for key in (chosen_id(value) for value in sent.getlist("tenu")) if key is not None]
        standing = {
            key
            for key in (chosen_id(value) for value in (*sent.getlist("modele"), *request.args.getlist("modele")))
            if key is not None
        }
        if how == "modele" and chosen_id(picked) is not None:
            standing.add(int(picked))
        without = [key for key in dict.fromkeys((*sent.getlist("sans"), sent.get("passer", ""))) if key][:20]
        found = {unit.id: unit for unit in db.session.query(Asset).where(Asset.id.in_(wanted), Asset.ours)}
        return cls(
            [found[key] for key in wanted if key in found], standing & found.keys(), without, held,
            any(name in sent for name in ("choisir", "dater", "retirer", "passer")),
        )  # fmt: skip

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The other dates that were taken with a thing (`dater`: « 12:2026-12-02:2026-12-20 »)."""
        parts = request.form.get("dater", "").split(":")[1:]
        return (day_of(parts[0]), day_of(parts[1])) if len(parts) == 2 else (None, None)

    def add(self, unit: Asset) -> None:
        """One more thing, once."""
        if unit not in self.units:
            self.units.append(unit)

    def mine(self, booking: Any) -> bool:
        """True for a slot that the same person holds."""
        return booking.state == BookingState.HELD and (booking.about_kind, booking.about_id) == (
            "user",
            current_user.id,
        )
