"""What a line of the bank says of whose money it is, and what is proposed for it."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from app.core.search import fold
from app.payments.models import BankLine

#: Words of names that tell nobody from anybody.
CIVILITY = frozenset(
    [
        "m",
        "mr",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "et",
        "ou",
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "sarl",
        "sas",
        "sasu",
        "eurl",
        "sci",
        "association",
        "societe",
        "ste",
    ]
)
CLOSE = timedelta(days=20)


class Proposal(NamedTuple):
    """`ref` says what it is: « i:12,15 » documents and « s7 » shares, « a:3 » a payer's account, « p:9 » a payment, « m:4 » a
    remittance, « b:2 » a batch, « r:5 » a debit that came back, « f:8,9 » supplier invoices, « n:6 » a payment of one already noted. `rank`: the smallest is the likeliest."""

    ref: str
    title: str
    detail: str
    icon: str
    sure: bool
    rank: int


class Text(NamedTuple):
    """The words of a line: as words, and as one string of letters and digits."""

    words: frozenset[str]
    compact: str

    @classmethod
    def of(cls, line: BankLine) -> "Text":
        folded = fold(f"{line.label} {line.reference}")
        return cls(frozenset(folded.split()), folded.replace(" ", ""))

    def names(self, name: str) -> bool:
        """True when every word of a name is there."""
        wanted = [word for word in fold(name).split() if len(word) > 1 and word not in CIVILITY]
        return bool(wanted) and all(word in self.words for word in wanted)

    def quotes(self, reference: str) -> bool:
        """True when a reference is there, whatever separates its parts, and is not the beginning of a longer number."""
        compact = fold(reference).replace(" ", "")
        return len(compact) >= 5 and re.search(rf"{re.escape(compact)}(?!\d)", self.compact) is not None

    def holds(self, iban: str) -> bool:
        """True when an account is there."""
        compact = fold(iban).replace(" ", "")
        return len(compact) >= 15 and compact in self.compact


def near(one: date, other: date, most: timedelta = CLOSE) -> bool:
    """True of two days that may be those of one movement."""
    return abs(one - other) <= most
