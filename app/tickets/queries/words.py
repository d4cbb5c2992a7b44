"""The organisation's own words: for states, and for the ticket itself."""

from app.core.db import Names
from app.core.revisions import kept_until
from app.core.settings import setting
from app.tickets.states import TicketState


@kept_until("settings")
def state_words() -> dict[TicketState, str]:
    """How the organisation calls each state."""
    chosen = setting("tickets.words")
    return {state: chosen.get(state.value) or state.label for state in TicketState}


def word(state: TicketState) -> str:
    """How the organisation calls a state."""
    return state_words()[state]


@kept_until("settings")
def noun() -> Names:
    """How a ticket is called here: « dossier », « ticket », « fiche SAV »."""
    value = setting("tickets.noun")
    return Names(value["singular"], value["plural"], bool(value.get("feminine")))
