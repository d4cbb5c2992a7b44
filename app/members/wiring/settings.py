"""Settings of members: all off until the trade has members."""

from app.core.settings import Setting, declare_settings
from app.members.states import ActiveWhen, WhoseAddress

GROUP = "Adhérents"
CHILD = "Le texte que le représentant légal accepte ; il est gardé tel quel avec la date de son accord."


def declare() -> None:
    """Start-up."""
    declare_settings(
        Setting("members.enabled", "Nous avons des adhérents", "bool", False, GROUP, "Foyers, saisons et adhésions paraissent au menu et sur les fiches."),
        Setting("members.family", "Famille des adhésions au catalogue", "text", "Adhésions", GROUP, "Chaque article de cette famille est une adhésion ; ses tarifs se règlent dans « Tarifs »."),
        Setting("members.categories", "Catégories d'adhérents", "list", [], GROUP, "Élève, musicien amateur… : un tarif peut la demander."),
        Setting("members.address", "L'adresse qui fait le tarif", "choice", WhoseAddress.PAYER.value, GROUP, "Décisif pour un enfant de deux foyers.", tuple(WhoseAddress.choices())),
        Setting("members.proof_needed", "La commune ne compte qu'avec un justificatif de domicile vérifié", "bool", False, GROUP),
        Setting("members.active_when", "Une adhésion est à jour", "choice", ActiveWhen.WHOLE.value, GROUP, choices=tuple(ActiveWhen.choices())),
        Setting("members.block_membership", "Pas de réservation sans adhésion à jour", "bool", False, GROUP),
        Setting("members.block_unpaid", "Pas de réservation avec une facture en retard", "bool", False, GROUP),
        Setting("members.block_suspension", "Pas de réservation pendant une suspension", "bool", False, GROUP),
        Setting("members.text_fetch", "Autorisation : retirer et rendre", "longtext", "J'autorise cette personne à retirer et à rendre le matériel prêté à l'enfant.", GROUP, CHILD),
        Setting("members.text_sign", "Autorisation : signer", "longtext", "Cette personne signe les contrats de prêt pour l'enfant.", GROUP, CHILD),
        Setting("members.text_told", "Autorisation : être prévenu", "longtext", "Cette personne reçoit les messages au sujet de l'enfant.", GROUP, CHILD),
        Setting("members.text_photos", "Autorisation : photos et vidéos", "longtext", "J'autorise l'école à prendre et à publier des photos et des vidéos de l'enfant lors de ses activités.", GROUP, CHILD),
    )  # fmt: skip
