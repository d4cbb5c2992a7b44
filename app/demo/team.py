"""Who plays in the demonstration: the ten accounts that the sign-in page offers, and colleagues beside them."""

from dataclasses import dataclass, field
from random import Random

from app.accounts.states import Role
from app.demo.catalogue import Kit
from app.demo.diary import Person

# address before @demo.example, name, role, hours a week
ACCOUNTS: tuple[tuple[str, str, Role, int], ...] = (
    ("gerant", "Camille Ferrand", Role.MANAGER, 35),
    ("accueil", "Nadia Belkacem", Role.DESK, 35),
    ("commercial", "Sonia Maurel", Role.SALES, 35),
    ("technicien", "Inès Rousseau", Role.TECHNICIAN, 35),
    ("luthier", "Hugo Lemoine", Role.REPAIRER, 20),
    ("compta", "Claude Perrin", Role.ACCOUNTANT, 14),
    ("technicien2", "Théo Garnier", Role.TECHNICIAN, 35),
    ("technicien3", "Malika Sahraoui", Role.TECHNICIAN, 28),
)
CLIENTS: tuple[tuple[str, str], ...] = (
    ("adherent", "Salomé Nkoulou"),
    ("parent", "Margaux Delcourt"),
    ("client", "Karim Benyahia"),
    ("proprietaire", "Didier Kowalski"),
)
DOMAIN = "demo.example"


@dataclass(slots=True)
class Ground:
    """What the services made before the story: people by their address, families with their data, sites, check points."""

    people: dict[str, Person]
    kits: dict[int, Kit]
    sites: list[int]
    fleet_families: list[int]
    fleet_size: int
    accessories: dict[str, int] = field(default_factory=dict)

    @property
    def school(self) -> bool:
        """Whether it has members and instruments that accessories go with."""
        return bool(self.accessories)

    @property
    def desk(self) -> Person:
        """Who receives."""
        return self.people["accueil"]

    def clients(self) -> list[tuple[int, str, str]]:
        """(user's id, name, e-mail) of the client accounts."""
        return [(self.people[login].id, name, f"{login}@{DOMAIN}") for login, name in CLIENTS]

    def repairer(self, rng: Random, kit: Kit) -> Person:
        """Who repairs a thing of that family: instruments go rather to the luthier."""
        weights = (
            {"luthier": 6, "technicien": 2, "technicien3": 2}
            if kit.trade == "school"
            else {"technicien": 5, "technicien2": 4, "technicien3": 3}
        )
        return self.people[rng.choices(list(weights), list(weights.values()))[0]]
