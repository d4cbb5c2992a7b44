"""States: a set of legal moves, one writer, one history row in the same transaction."""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from app.core.db import require_transaction
from app.core.errors import IllegalMove
from app.core.history import record
from app.core.i18n import _
from app.core.labels import LabelEnum

S = TypeVar("S", bound=LabelEnum)


class Machine(Generic[S]):
    """The legal moves of one kind of record; buttons, menus and services are computed from it.

    `moves` maps a state to the states that may follow it.
    """

    def __init__(self, verb: str, moves: Mapping[S, Iterable[S]], attribute: str = "state") -> None:
        self.verb = verb
        self.moves: dict[S, tuple[S, ...]] = {state: tuple(following) for state, following in moves.items()}
        self.attribute = attribute

    def following(self, state: S) -> tuple[S, ...]:
        """The states that may legally follow."""
        return self.moves.get(state, ())

    def allows(self, state: S, to: S) -> bool:
        """True when the move is legal."""
        return to in self.following(state)

    def move(self, item: Any, to: S, **facts: Any) -> None:
        """Change the state and write who, when and why. Raises IllegalMove with the way out."""
        require_transaction()
        state: S = getattr(item, self.attribute)
        if not self.allows(state, to):
            raise IllegalMove(self._refusal(state, to))
        setattr(item, self.attribute, to)
        record(item, self.verb, **{"from": state.value, "to": to.value, **facts})

    def _refusal(self, state: S, to: S) -> str:
        possible = ", ".join(f"« {following.label} »" for following in self.following(state))
        if not possible:
            return _("« %(state)s » est un état final : rien ne peut le suivre.", state=state.label)
        return _(
            "On ne peut pas passer de « %(state)s » à « %(to)s ». Choisissez : %(possible)s.",
            state=state.label, to=to.label, possible=possible,
        )  # fmt: skip
