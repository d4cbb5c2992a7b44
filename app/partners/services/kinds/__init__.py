"""Connections that no feature declares by itself: services of rentals, invoicing systems. One file each."""

from app.core.partner_kinds import declare_kinds
from app.partners.services.kinds import dolibarr, pennylane, smoobu


def declare() -> None:
    """Start-up."""
    declare_kinds(smoobu.KIND, pennylane.KIND, dolibarr.KIND)
