"""Proofs that wait for a check, those that hold, and the brackets that the rules of prices tell apart."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.contacts.models import Contact
from app.core.db import db
from app.core.revisions import kept_until
from app.members.models import Proof
from app.members.states import ProofState
from app.tariffs.queries import rules_in_force

ROW = (
    Proof.id, Proof.kind, Proof.state, Proof.file_id, Proof.created_at, Proof.checked_at, Proof.checked_by, Proof.valid_until,
    Proof.bracket_from, Proof.bracket_below, Proof.reason, Contact.id.label("contact_id"), Contact.name.label("name"),
)  # fmt: skip
Bracket = tuple[int, int | None]


def proofs(state: ProofState = ProofState.WAITING, limit: int = 100) -> Sequence[Any]:
    """Those in a state (`ROW`): the oldest that waits first, else the last checked first."""
    order = Proof.id if state == ProofState.WAITING else Proof.id.desc()
    query = select(*ROW).join(Contact, Contact.id == Proof.contact_id).where(Proof.state == state)
    return db.session.execute(query.order_by(order).limit(limit)).all()


def proofs_of(contact_ids: Sequence[int]) -> Sequence[Any]:
    """The proofs of these persons (`ROW`), the newest first."""
    query = select(*ROW).join(Contact, Contact.id == Proof.contact_id).where(Proof.contact_id.in_(contact_ids))
    return db.session.execute(query.order_by(Proof.id.desc()).limit(20)).all()


@kept_until("proofs")
def waiting_count() -> int:
    """How many wait for a check."""
    return db.session.scalar(select(func.count(Proof.id)).where(Proof.state == ProofState.WAITING)) or 0


def proof_by_id(proof_id: int) -> Proof | None:
    """A proof, with whose it is and its file."""
    query = select(Proof).where(Proof.id == proof_id)
    return db.session.scalar(query.options(joinedload(Proof.contact), joinedload(Proof.file)))


def brackets() -> list[Bracket]:
    """[from, below[ in cents (None: no limit): the parts that the thresholds of the rules in force cut quotients into."""
    limits = {
        limit for rule in rules_in_force() for limit in (rule.quotient_from, rule.quotient_below) if limit is not None
    }
    steps = [0, *sorted(limits - {0})]
    return [*pairwise(steps), (steps[-1], None)]
