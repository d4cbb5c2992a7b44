"""Roles, trades and the words of the organisation."""

from app.core.labels import LabelEnum


class Role(LabelEnum):
    """The seven presets; the permission table says what each may do."""

    MANAGER = "gerant", "Gérant"
    DESK = "accueil", "Accueil"
    SALES = "commercial", "Commercial"
    TECHNICIAN = "technicien", "Technicien"
    REPAIRER = "reparateur", "Réparateur externe"
    ACCOUNTANT = "comptable", "Comptable"
    CLIENT = "client", "Client"


STAFF = (Role.MANAGER, Role.DESK, Role.SALES, Role.TECHNICIAN, Role.REPAIRER, Role.ACCOUNTANT)
EDITABLE = STAFF[1:]  # roles whose rights the manager edits: he keeps all of his own, a client has the portal alone
TEAM = (Role.MANAGER, Role.DESK, Role.SALES, Role.TECHNICIAN)


class Trade(LabelEnum):
    """The trade an organisation chooses: which preset it received, never a fork of the code."""

    SCHOOL = "school", "École de musique"
    WORKSHOP = "workshop", "Atelier de réparation"
    POOL = "pool", "Pisciniste"
    QUALIREPAR = "qualirepar", "Réparateur labellisé QualiRépar"
    CONCIERGE = "concierge", "Conciergerie de location"


class VatRegime(LabelEnum):
    """How the organisation stands towards VAT; what an invoice says of it follows."""

    NORMAL = "normal", "Assujettie à la TVA"
    FRANCHISE = "franchise", "Franchise en base (art. 293 B du CGI)"
    ASSOCIATION = "association", "Association exonérée (art. 261-7-1° du CGI)"
    SECTORS = "sectors", "Association à secteurs : activités exonérées et activités taxées"


#: Those who charge VAT, on a part of their sales at least.
BEARING = (VatRegime.NORMAL, VatRegime.SECTORS)


class AccountState(LabelEnum):
    """What an account is to the team's list."""

    ACTIVE = "actif", "Actif", "circle-check", "vert"
    INVITED = "invite", "Invitation envoyée", "mail", "ambre"
    CLOSED = "desactive", "Désactivé", "ban", "gris"
