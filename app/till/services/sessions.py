"""A till's day: opened with its float, cash that comes and goes, the drawer opened, training, suspended sales."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import euros
from app.till.models import SuspendedSale, Till, TillEvent, TillSession
from app.till.queries.drawer import cash_in_drawer
from app.till.services.sealing import locked_till, moment_for, open_session_of, operator, ring, session_or_none
from app.till.states import EventKind


def add_till(code: str, name: str, *, site_id: int | None = None, place_id: int | None = None) -> Till:
    """A new till. `code` (letters and digits) is in the numbers of its tickets. Raises DomainError when it is taken."""
    require_transaction()
    code = code.strip().upper()
    if not (code.isascii() and code.isalnum() and len(code) <= 6):
        raise DomainError(_("Le code d'une caisse a 6 lettres ou chiffres au plus, sans espace : 1, A2."), field="code")
    if db.session.scalar(select(Till.id).where(func.upper(Till.code) == code)):
        raise DomainError(_("Ce code est déjà celui d'une autre caisse. Choisissez-en un autre."), field="code")
    till = Till(code=code, name=name.strip() or _("Caisse %(code)s", code=code), site_id=site_id, place_id=place_id)
    db.session.add(till)
    db.session.flush()
    ring(locked_till(till.id), EventKind.START, name=till.name)
    return till


def change_till(till: Till, *, name: str, site_id: int | None, place_id: int | None) -> Till:
    """Correct its name, its site, its place of stock; written to the journal."""
    fresh = locked_till(till.id)
    before = {"name": fresh.name, "site": fresh.site_id, "place": fresh.place_id}
    after = {"name": name.strip() or fresh.name, "site": site_id, "place": place_id}
    if before != after:
        fresh.name, fresh.site_id, fresh.place_id = name.strip() or fresh.name, site_id, place_id
        ring(fresh, EventKind.SETTINGS, before=before, after=after)
    return fresh


def open_till(till_id: int, float_amount: int, coins: Mapping[str, int] | None = None) -> TillSession:
    """Open a session with what is in the drawer (cents). Raises Conflict when it is open already."""
    till = locked_till(till_id)
    if float_amount < 0:
        raise DomainError(_("Le fond de caisse ne peut pas être négatif."), field="float_amount")
    if session_or_none(till.id) is not None:
        raise Conflict(_("La caisse est déjà ouverte."))
    moment = moment_for(till)
    session = TillSession(till_id=till.id, opened_at=moment, opened_by=operator(), float_amount=float_amount)
    db.session.add(session)
    db.session.flush()
    ring(till, EventKind.OPENED, at=moment, session=session.id, float=float_amount, coins=dict(coins or {}))
    return session


def _with_session(till_id: int) -> tuple[Till, TillSession]:
    till = locked_till(till_id)
    return till, open_session_of(till)


def bring_cash(till_id: int, amount: int, reason: str) -> TillEvent:
    """Cash put into the drawer (cents above zero)."""
    till, session = _with_session(till_id)
    _check_amount(amount, reason)
    return ring(
        till, EventKind.CASH_IN, session=session.id, amount=amount, reason=reason.strip(), training=till.training
    )


def take_cash(till_id: int, amount: int, reason: str) -> TillEvent:
    """Cash taken out of the drawer (cents above zero). More than there is, is refused."""
    till, session = _with_session(till_id)
    _check_amount(amount, reason)
    there = cash_in_drawer(session)
    if amount > there and not till.training:
        raise DomainError(_("Le tiroir ne contient que %(there)s. Retirez moins.", there=euros(there)), field="amount")
    return ring(
        till, EventKind.CASH_OUT, session=session.id, amount=amount, reason=reason.strip(), training=till.training
    )


def _check_amount(amount: int, reason: str) -> None:
    if amount <= 0:
        raise DomainError(_("Donnez le montant, au-dessus de zéro."), field="amount")
    if not reason.strip():
        raise DomainError(_("Dites pourquoi : banque, monnaie, achat…"), field="reason")


def open_drawer(till_id: int, reason: str = "") -> TillEvent:
    """The drawer opened without a sale."""
    till, session = _with_session(till_id)
    return ring(till, EventKind.DRAWER, session=session.id, reason=reason.strip())


def note_void(till_id: int, label: str, amount: int) -> TillEvent | None:
    """A line or a whole sale given up before it was paid; None while the till is closed (nothing was rung)."""
    till = locked_till(till_id)
    session = session_or_none(till.id)
    if session is None:
        return None
    return ring(till, EventKind.ABANDONED, session=session.id, label=label, amount=amount, training=till.training)


def set_training(till_id: int, on: bool) -> Till:
    """Begin or end the training mode. Who did is the supervisor, named by the journal."""
    till = locked_till(till_id)
    if till.training != on:
        till.training = on
        ring(till, EventKind.TRAINING_ON if on else EventKind.TRAINING_OFF, supervisor=operator())
    return till


# --- sales put aside ------------------------------------------------------------------------------------------


def suspend(till_id: int, label: str, values: Mapping[str, Any]) -> SuspendedSale:
    """Put a sale aside. `values` is what the screen needs to take it up again."""
    till, session = _with_session(till_id)
    kept = SuspendedSale(till_id=till.id, label=label.strip()[:80], by=operator(), at=clock.now(), values=dict(values))
    db.session.add(kept)
    db.session.flush()
    ring(till, EventKind.SUSPENDED, session=session.id, label=kept.label, lines=len(values.get("lines", ())))
    return kept


def take_up(till_id: int, suspended_id: int) -> dict[str, Any]:
    """The values of a sale put aside, which is no longer so. Raises Conflict when somebody took it up before."""
    till = locked_till(till_id)
    taken = db.session.execute(
        delete(SuspendedSale)
        .where(SuspendedSale.id == suspended_id, SuspendedSale.till_id == till.id)
        .returning(SuspendedSale.values)
    ).scalar_one_or_none()
    if taken is None:
        raise Conflict(_("Cette vente en attente a déjà été reprise."))
    return dict(taken)
