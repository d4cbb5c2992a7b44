"""What the planning is asked to show, kept in the query string."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

TEAM = "equipe"


@dataclass(frozen=True, slots=True)
class Filters:
    """`groups`: keys of the groups shown (« 12 » a family, « equipe » the team), none means all of them; `taken`: only the
    rows that carry something in the period."""

    text: str = ""
    groups: tuple[str, ...] = ()
    site: int | None = None
    taken: bool = False

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> "Filters":
        """From the query string; what makes no sense is left out."""
        site = args.get("site", "")
        groups = [key for key in args.getlist("groupe") if key == TEAM or _is_id(key)]
        return cls(
            args.get("q", "").strip()[:100],
            tuple(dict.fromkeys(groups)),
            int(site) if _is_id(site) else None,
            args.get("pris") == "1",
        )

    def shows(self, key: str) -> bool:
        """True when the group is wanted."""
        return not self.groups or key in self.groups

    def query(self) -> list[tuple[str, str]]:
        """Back to the query string."""
        found = [("q", self.text), ("site", str(self.site or "")), ("pris", "1" if self.taken else "")]
        return [pair for pair in found if pair[1]] + [("groupe", key) for key in self.groups]

    def address(self, more: Sequence[tuple[str, str]] = ()) -> str:
        """The query string with `more` in front."""
        return urlencode([*more, *self.query()])


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
