"""Kinds of accounts at partners: what each asks to be filled in, what it serves, how it is tried.

Each feature declares its own at start-up; `app.partners` shows them all on one page, « Connexions ».
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: What watches the calls made to a partner (`app.connectors.calls.Observer`).
Watcher = Callable[[Any], None]
#: Called in the transaction that made an account able to work: (its id, whether it was changed or just worked).
Ready = Callable[[int, bool], None]


@dataclass(frozen=True, slots=True)
class AccountField:
    """One thing to fill in. `kind`: text, int, choice, bool, email, secret (written, never shown again)."""

    name: str
    label: str
    kind: str = "text"
    default: Any = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class AccountKind:
    """A sort of account, under the heading `group`. `trial(settings, secrets, watcher)` calls the partner and returns a French
    sentence; it raises PartnerError. `identity`: the settings by which it is another account, to be read from its beginning."""

    code: str
    label: str
    purpose: str
    icon: str
    group: str
    fields: tuple[AccountField, ...]
    trial: Callable[[Mapping[str, Any], Mapping[str, str], Watcher | None], str]
    identity: tuple[str, ...] = ()
    ready: Ready | None = None

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Names of the fields kept encrypted."""
        return tuple(field.name for field in self.fields if field.kind == "secret")


#: In the order in which they were declared.
KINDS: dict[str, AccountKind] = {}
MESSAGES, PAYMENTS, EINVOICING, RENTALS, BOOKS = (
    "Messages", "Paiements", "Facturation électronique", "Locations", "Facturation ailleurs",
)  # fmt: skip
#: The headings of « Connexions », in order, with what they are for.
GROUPS: dict[str, str] = {
    MESSAGES: "Envoyer et recevoir les courriels et les SMS.",
    PAYMENTS: "Être réglé en ligne.",
    EINVOICING: "Échanger les factures avec une plateforme agréée.",
    RENTALS: "Relever les séjours des logements gérés.",
    BOOKS: "Tenir les factures dans un autre logiciel.",
}


def declare_kinds(*kinds: AccountKind) -> None:
    """Start-up: accounts that may be entered."""
    KINDS.update({kind.code: kind for kind in kinds})
