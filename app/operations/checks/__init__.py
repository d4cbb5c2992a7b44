"""What `flask verify` reads again: each check yields one short French phrase per fault."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.core.i18n import _l
from app.operations.checks import bank, guards, intake, ledger, numbers, records, sealed, stock, stored, till, work

#: Faults of one check that are named; the others are counted.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """`serious`: a fault means that something is broken; otherwise it only waits for somebody."""

    label: str
    find: Callable[[], Iterable[str]]
    serious: bool = True


CHECKS = (
    Check(_l("Version des tables"), guards.wrong_version),
    Check(_l("Gardes de la base"), guards.missing_guards),
    Check(_l("Structure de la base"), guards.damage),
    Check(_l("Numéros sans trou"), numbers.holes),
    Check(_l("Fichiers"), stored.damaged_files),
    Check(_l("Pièces jointes"), stored.lost_attachments),
    Check(_l("Devis et leurs PDF"), records.altered_quotes),
    Check(_l("Sceaux"), sealed.broken_chains),
    Check(_l("Factures scellées"), sealed.unsealed_documents),
    Check(_l("Journaux"), sealed.changed_rows),
    Check(_l("Écritures équilibrées"), ledger.unbalanced),
    Check(_l("Pièces sans écriture"), ledger.forgotten),
    Check(_l("Règlements des factures"), bank.wrong_balances),
    Check(_l("Paiements des factures reçues"), bank.wrong_bills),
    Check(_l("Versements au dépôt"), intake.wrong_intakes),
    Check(_l("Remises et lignes de banque"), bank.wrong_remittances),
    Check(_l("Chaînes des caisses"), till.broken_chains),
    Check(_l("Totaux perpétuels des caisses"), till.wrong_totals),
    Check(_l("Réservations"), records.overlaps),
    Check(_l("Niveaux de stock"), stock.wrong_levels),
    Check(_l("Pièces réservées"), stock.wrong_reservations),
    Check(_l("Recherche"), records.unfindable),
    Check(_l("Fichiers sans fiche"), stored.forgotten_bytes, serious=False),
    Check(_l("Tâches de fond"), work.stopped_jobs, serious=False),
    Check(_l("Envois"), work.doubtful_messages, serious=False),
)
