"""Settings of the concierge: all of it is off where nothing is let."""

from app.core.settings import Setting, declare_settings

GROUP = "Conciergerie"


def declare() -> None:
    """Start-up."""
    declare_settings(
        Setting(
            "concierge.active", "Gérer des logements pour leurs propriétaires", "bool", False, GROUP,
            "Logements, mandats, séjours des plateformes, et chaque mois les factures et les relevés des propriétaires.",
        ),
    )  # fmt: skip
