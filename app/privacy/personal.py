"""What this feature itself holds on a person, and the line of the register for history."""

from app.core.drafts import Draft
from app.core.partners import PartnerCall
from app.core.personal import CONNECTIONS, CONTRACTS, LEFTOVERS, Holding, Outdated, PersonalData
from app.privacy.models import PrivacyRequest, RetentionHold

PERSONAL = (
    PersonalData(
        "requests",
        "Demandes des personnes sur leurs données",
        "Répondre dans le mois et le prouver",
        "Obligation légale (RGPD, art. 12)",
        CONTRACTS,
        (
            Holding(
                PrivacyRequest,
                lambda person: PrivacyRequest.contact_id == person.contact_id,
                blank=("answer", "file_id"),
            ),
            Holding(RetentionHold, lambda person: RetentionHold.contact_id == person.contact_id, delete=True),
        ),
    ),
    PersonalData(
        "history",
        "Historique",
        "Savoir qui a fait quoi, prouver que rien n'a été changé",
        "Intérêt légitime ; obligation légale (CGI, art. 286 I 3° bis)",
        "",
        (),
        kept_for="Les dates et les actions restent ; les mots et les noms sont effacés avec la personne.",
    ),
)
CALLS = Outdated(
    "calls", "Appels aux partenaires", CONNECTIONS, lambda cutoff: [(PartnerCall, PartnerCall.at < cutoff)]
)
DRAFTS = Outdated("drafts", "Brouillons de saisie", LEFTOVERS, lambda cutoff: [(Draft, Draft.at < cutoff)])
