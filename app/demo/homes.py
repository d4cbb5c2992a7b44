"""Families of a school as plain rows: homes, their children, adults who play, who represents whom; memberships of two seasons."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app.contacts.states import ContactKind, Purpose
from app.core import clock
from app.demo.catalogue import read
from app.demo.people import PLAIN, another_adult
from app.members.states import AUTHORISATIONS, MembershipState, Role

Row = dict[str, Any]
#: At scale 1, 2,400 people of whom 1,300 pupils; a small demonstration has some families all the same.
PEOPLE, FEWEST = 2_400, 60
PUPIL, AMATEUR = "Élève", "Musicien amateur"
#: Of a hundred members of last season: in order this season, asked for again, not heard of yet (the campaign's list).
RENEWED, ASKED = 86, 5
#: The accounts of the sign-in page: who is alone, and the children (first name, years old) of who is a parent.
ALONE = 1
THEIRS: dict[int, tuple[tuple[str, int], ...]] = {2: (("Lou", 9),), 3: (("Inaya", 11), ("Yanis", 8))}
#: The child of that account who also lives elsewhere, where somebody else than those who live there pays.
SHARED, OTHER, PAYER = 2, "Antoine Roche", "Serge Roche"


@dataclass(slots=True)
class Homes:
    """Makes people after those of `contacts` (ids follow). `pupils`: rows of those whose membership is in order."""

    rng: Random
    now: datetime
    contacts: list[Row]
    tables: dict[str, list[Row]] = field(
        default_factory=lambda: {name: [] for name in ("member", "household", "household_member", "guardian", "consent", "membership")}
    )  # fmt: skip
    pupils: list[Row] = field(default_factory=list)
    children: dict[int, list[Row]] = field(default_factory=dict)

    def write(self, scale: float) -> None:
        """Everybody of that scale, the accounts' own families first."""
        wanted = max(len(self.contacts) + FEWEST, round(PEOPLE * scale))
        parents = [row for row in self.contacts[4:] if row["kind"] == ContactKind.PERSON and row["email"]]
        self._member(self.contacts[ALONE - 1], AMATEUR, None, self.contacts[ALONE - 1], renewed=True)
        for payer_id, children in THEIRS.items():
            self._own(self.contacts[payer_id - 1], children)
        self._elsewhere()
        while len(self.contacts) < wanted:
            self._family(parents.pop(0) if parents else self._adult())
        for person in parents:
            if self.rng.random() < 0.55:
                self._member(person, AMATEUR, None, person)

    # --- a home -----------------------------------------------------------------------------------------------------

    def _own(self, payer: Row, children: tuple[tuple[str, int], ...]) -> None:
        home = self._home(payer, payer)
        made = [self._child(name, payer, age) for name, age in children]
        self.children[payer["id"]] = made
        for child in made:
            self._lives(home, child, [payer], payer, renewed=True)

    def _elsewhere(self) -> None:
        """Lou lives here and there; there, the grandfather pays and lives elsewhere."""
        child, home = self.children[SHARED][0], self.tables["household"][0]
        parent, payer = self._adult(OTHER), self._adult(PAYER)
        home = self._home(parent, payer)
        self._row("household_member", household_id=home["id"], contact_id=child["id"], role=Role.CHILD, position=2)
        self._represents(child, parent)

    def _family(self, payer: Row) -> None:
        home, adults = self._home(payer, payer), [payer]
        if self.rng.random() < 0.4:
            adults.append(self._adult(last=payer["last_name"]))
            self._row(
                "household_member", household_id=home["id"], contact_id=adults[1]["id"], role=Role.ADULT, position=2
            )
        for _child in range(self.rng.choices((1, 2, 3), (50, 38, 12))[0]):
            child = self._child(self.rng.choice(read("names")["first"]), payer, self.rng.randrange(6, 18))
            self._lives(home, child, adults, payer)
        if self.rng.random() < 0.3:
            self._member(payer, AMATEUR, home, payer)

    def _home(self, adult: Row, payer: Row) -> Row:
        home = self._row(
            "household",
            name=f"Famille {adult['last_name']}",
            payer_id=payer["id"],
            address="",
            postcode="",
            town="",
            archived_at=None,
        )
        self._row("household_member", household_id=home["id"], contact_id=adult["id"], role=Role.ADULT, position=1)
        return home

    def _lives(self, home: Row, child: Row, adults: list[Row], payer: Row, *, renewed: bool = False) -> None:
        self._row(
            "household_member",
            household_id=home["id"],
            contact_id=child["id"],
            role=Role.CHILD,
            position=len(adults) + 1,
        )
        for adult in adults:
            self._represents(child, adult)
        self._member(child, PUPIL, home, payer, renewed=renewed)

    def _represents(self, child: Row, adult: Row) -> None:
        self._row("guardian", child_id=child["id"], adult_id=adult["id"])
        for purpose in AUTHORISATIONS:
            given = purpose != Purpose.PHOTOS or self.rng.random() < 0.7
            self.tables["consent"].append({
                "id": len(self.tables["consent"]) + 1, "contact_id": adult["id"], "about_id": child["id"], "purpose": purpose,
                "given": given, "wording": "", "source": "dossier d'inscription", "at": child["created_at"],
            })  # fmt: skip

    # --- people -----------------------------------------------------------------------------------------------------

    def _adult(self, name: str = "", last: str = "") -> Row:
        made = another_adult(self.rng, len(self.contacts) + 1, name, last)
        return self._come(made, self.now - timedelta(days=self.rng.randrange(40, 780)))

    def _child(self, name: str, payer: Row, age: int) -> Row:
        born = clock.local(self.now).date() - timedelta(days=age * 365 + self.rng.randrange(20, 340))
        last = payer["last_name"]
        row = {
            **PLAIN, "id": len(self.contacts) + 1, "kind": ContactKind.PERSON, "name": f"{name} {last}", "first_name": name,
            "last_name": last, "address": "", "postcode": "", "town": "",
        }  # fmt: skip
        self._come(row, payer["created_at"])
        row["born_on"] = born
        return row

    def _come(self, row: Row, at: datetime) -> Row:
        row["created_at"] = row["updated_at"] = at
        self.contacts.append(row)
        return row

    def _member(self, person: Row, category: str, home: Row | None, payer: Row, *, renewed: bool = False) -> None:
        """A profile, and memberships: everybody of last season, most of this one."""
        self._row(
            "member",
            contact_id=person["id"],
            category=category,
            born_on=person.pop("born_on", None),
            suspended_until=None,
            suspension="",
        )
        draw = 0 if renewed else self.rng.randrange(100)
        asked = {"contact_id": person["id"], "household_id": home["id"] if home else None, "payer_id": payer["id"]}
        self._row("membership", **asked, season=0, state=MembershipState.ENDED)
        if draw < RENEWED:
            self._row("membership", **asked, season=1, state=MembershipState.ACTIVE)
            self.pupils.append(person)
        elif draw < RENEWED + ASKED:
            self._row("membership", **asked, season=1, state=MembershipState.ASKED)

    def _row(self, table: str, **values: Any) -> Row:
        rows, at = self.tables[table], self.now - timedelta(days=60)
        rows.append({"id": len(rows) + 1, **values, "created_at": at, "updated_at": at})
        return rows[-1]


def season_days(today: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """First and last days of the season before, and of today's: from September to August."""
    year = today.year if today.month >= 9 else today.year - 1
    before, now = ((date(one, 9, 1), date(one + 1, 8, 31)) for one in (year - 1, year))
    return before, now
