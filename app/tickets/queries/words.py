"""The organisation's own words: for states, and for the ticket itself."""

from app.core.db import Names
from app.core.revisions import kept_until
from app.core.settings import setting
from app.tickets.states import TicketState


@kept_until("settings")
def _words() -> dict[str, str]:
    return {key: text for key, text in setting("tickets.words").items() if text}


def word(state: TicketState) -> str:
    """How the organisation calls a state."""
    return _words().get(state.value, state.label)


@kept_until("settings")
def noun() -> Names:
    """How a ticket is called here: « dossier », « ticket », « fiche SAV »."""
    value = setting("tickets.noun")
    return Names(value["singular"], value["plural"], bool(value.get("feminine")))
