"""Settings of the repairs sent out: all of it is off where none is."""

from app.core.i18n import _
from app.core.settings import Setting, declare_settings
from app.repairers.states import Silence

GROUP = "Réparateurs extérieurs"
SCALE = "Ce qui compte le plus a le plus grand nombre ; 0 : ce critère ne compte pas."


def _weight(value: int) -> str | None:
    return None if 0 <= value <= 10_000 else _("Saisissez un nombre entre 0 et 10 000.")


def _hours(value: int) -> str | None:
    return None if 1 <= value <= 1000 else _("Saisissez un nombre d'heures entre 1 et 1 000.")


def declare() -> None:
    """Start-up."""
    declare_settings(
        Setting(
            "repairers.active", "Confier des réparations à l'extérieur", "bool", False, GROUP,
            "Les réparations de votre matériel sont partagées entre des réparateurs extérieurs, qui ont leur espace.",
        ),
        Setting(
            "repairers.weight_lateness", "Un jour de retard compte", "int", 100, GROUP,
            "Points pour chaque jour après la veille du prochain emprunt, davantage si c'est urgent. " + SCALE, check=_weight,
        ),
        Setting(
            "repairers.weight_load", "La charge compte", "int", 2, GROUP,
            "Points par heure confiée, à chaque tranche de 5 % de son temps déjà prise : plus c'est grand, plus le travail est "
            "réparti également.", check=_weight,
        ),
        Setting("repairers.weight_cost", "Un euro compte", "int", 1, GROUP, "Points par euro : son forfait, sinon ses heures.", check=_weight),
        Setting(
            "repairers.weight_distance", "Un kilomètre compte", "int", 1, GROUP,
            "Points par kilomètre jusqu'à son atelier ; 30 km quand la distance n'est pas connue.", check=_weight,
        ),
        Setting(
            "repairers.weight_quality", "Un retour ou un retard passé compte", "int", 2, GROUP,
            "Points pour chaque retour sous garantie ou retard sur cent de ses réparations passées.", check=_weight,
        ),
        Setting("repairers.usual_hours", "Une réparation prend d'ordinaire (heures)", "int", 2, GROUP, "Quand personne ne l'a estimée.", check=_hours),
        Setting("repairers.reminder_hours", "Relancer un réparateur sans réponse après (heures)", "int", 24, GROUP, check=_hours),
        Setting("repairers.answer_hours", "Ne plus attendre sa réponse après (heures)", "int", 48, GROUP, check=_hours),
        Setting("repairers.silence", "Alors", "choice", Silence.TASK.value, GROUP, choices=tuple(Silence.choices())),
    )  # fmt: skip
