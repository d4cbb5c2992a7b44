"""What a refusal means, and what to do about it, in French."""

from app.core.i18n import _
from app.einvoicing.states import DISPUTES, REASONS
from app.sales.states import EinvoiceState

#: Reasons of a rejection by a platform (status 213, BR-FR-CDV-CL-09), of a flow that it does not take (AFNOR XP Z12-013), and
#: of the buyer: what is wrong, then what to do.
MEANINGS: dict[str, str] = {
    "DEST_INC": "Le destinataire n'est pas dans l'annuaire. Vérifiez son SIRET et son adresse de facturation électronique sur sa fiche, puis déposez de nouveau.",
    "ADR_ERR": "L'adresse de facturation électronique du client est fausse. Demandez-la-lui, corrigez sa fiche, faites un avoir, puis refaites la facture.",
    "REJ_ADR": "L'adresse électronique du client est inconnue de l'annuaire. Corrigez sa fiche, faites un avoir, puis refaites la facture.",
    "REJ_UNI": "La plateforme a déjà une facture de ce numéro. Demandez-lui laquelle : rien n'est à déposer de nouveau si c'est celle-ci.",
    "DOUBLON": "Cette facture est déjà connue de la plateforme ou du client. Vérifiez avec lui ; s'il l'a reçue deux fois, faites un avoir de l'une.",
    "REJ_SEMAN": "Un contrôle de la plateforme a trouvé une donnée fausse. Faites un avoir, corrigez ce qu'elle dit, puis refaites la facture.",
    "REJ_COH": "Deux données de la facture se contredisent. Faites un avoir, corrigez ce que la plateforme dit, puis refaites la facture.",
    "MONTANTTOTAL_ERR": "Le total est jugé faux. Comparez avec le client ; s'il a raison, faites un avoir et refaites la facture.",
    "CALCUL_ERR": "Un calcul est jugé faux. Comparez avec le client ; s'il a raison, faites un avoir et refaites la facture.",
    "TX_TVA_ERR": "Le taux de TVA est jugé faux. S'il l'est, faites un avoir et refaites la facture au bon taux.",
    "CMD_ERR": "Le numéro de commande du client manque ou est faux. Demandez-le-lui, faites un avoir, puis refaites la facture avec ce numéro.",
    "DEST_ERR": "Le client dit que cette facture n'est pas pour lui. Vérifiez à qui elle est adressée, puis faites un avoir.",
    "DOUBLE_FACT": "Le client dit que cette vente est déjà facturée. Si c'est vrai, faites un avoir.",
    "EmptyFlow": "Le fichier est arrivé vide. Déposez de nouveau.",
    "EmptyAttachement": "Une pièce jointe est arrivée vide. Déposez de nouveau.",
    "ChecksumMismatch": "Le fichier a été abîmé en chemin. Déposez de nouveau.",
    "AlreadyExistingFlow": "La plateforme a déjà ce fichier. Rien n'est à déposer de nouveau.",
    "InvalidSchema": "La plateforme ne reconnaît pas la forme du fichier. Signalez-le à la personne qui gère l'application.",
    "AttachmentTypeError": "La plateforme n'accepte pas ce type de fichier. Signalez-le à la personne qui gère l'application.",
    "FlowTypeError": "La plateforme n'accepte pas ce type d'envoi. Vérifiez avec elle ce que comprend votre abonnement.",
    "FileSizeExceeded": "Le fichier est trop lourd pour la plateforme. Faites un avoir, puis refaites la facture avec un logo plus léger.",
    "VirusFound": "L'antivirus de la plateforme a bloqué le fichier. Signalez-le à la personne qui gère l'application.",
    "OtherTechnicalError": "La plateforme a eu une panne. Déposez de nouveau ; si cela se répète, appelez-la.",
    "IRR_SYNTAX": "Le fichier ne se lit pas chez la plateforme. Signalez-le à la personne qui gère l'application.",
}  # fmt: skip
BY_STATE: dict[EinvoiceState, str] = {
    EinvoiceState.REJECTED: "La facture n'est pas arrivée au client. Corrigez ce qui est dit, faites un avoir de cette facture, puis refaites-la.",
    EinvoiceState.REFUSED: "Le client refuse la facture. Voyez avec lui ; s'il a raison, faites un avoir, sinon convenez de la suite par écrit.",
    EinvoiceState.DISPUTED: "Le client conteste une partie de la facture. Réglez-le avec lui : les relances sont arrêtées d'ici là.",
    EinvoiceState.SUSPENDED: "Le client attend une pièce ou une précision avant d'aller plus loin. Envoyez-la-lui.",
    EinvoiceState.PARTLY: "Le client n'approuve qu'une partie de la facture. Voyez avec lui ; un avoir partiel règle souvent la différence.",
}  # fmt: skip
#: A refusal after which the same file may be handed over again: the fault is not in what was sealed.
AGAIN = frozenset({
    "", "DEST_INC", "EmptyFlow", "EmptyAttachement", "ChecksumMismatch", "OtherTechnicalError", "FlowTypeError", "VirusFound",
    "InvalidSchema", "AttachmentTypeError", "IRR_SYNTAX",
})  # fmt: skip


def meaning(reason_code: str) -> str:
    """The words of a reason; "" for one that we do not know."""
    words = {**DISPUTES, **REASONS, **MEANINGS}.get(reason_code, "")
    return _(words) if words else ""


def reason_of(reason_code: str, text: str) -> str:
    """One sentence of what was told: our words first, then theirs."""
    known = meaning(reason_code)
    told = text.strip() or ("" if known else reason_code)
    return _("%(known)s La plateforme dit : « %(told)s ».", known=known, told=told) if known and told else known or told


def what_to_do(state: EinvoiceState, reason_code: str = "") -> str:
    """What a person does about an invoice in that state; "" when nothing is to be done."""
    general = BY_STATE.get(state, "")
    if reason_code in MEANINGS and general:
        return _(MEANINGS[reason_code])
    return _(general) if general else ""
