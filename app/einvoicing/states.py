"""States of what is exchanged with the platform, and the codes of the life cycle (AFNOR XP Z12-012)."""

from app.core.labels import LabelEnum
from app.core.state import Machine
from app.sales.states import EinvoiceState


class Direction(LabelEnum):
    OUT = "out", "Vers la plateforme"
    IN = "in", "De la plateforme"


class FlowKind(LabelEnum):
    INVOICE = "invoice", "Facture", "file-invoice", "bleu"
    STATUS = "status", "Statut", "message-2", "gris"
    BILL = "bill", "Facture fournisseur", "file-import", "sarc"


class FlowState(LabelEnum):
    """`SENDING` is written before the call: one found there later is looked up at the platform before anything is sent again."""

    TO_SEND = "to_send", "À transmettre", "upload", "gris"
    SENDING = "sending", "Transmission en cours", "loader", "bleu"
    WAITING = "waiting", "Transmise, réponse attendue", "clock", "bleu"
    ACCEPTED = "accepted", "Acceptée", "circle-check", "vert"
    REFUSED = "refused", "Refusée", "alert-triangle", "rouge"
    READ = "read", "Lue", "circle-check", "vert"
    UNREADABLE = "unreadable", "À saisir à la main", "file-alert", "ambre"


F = FlowState
FLOWS: Machine[FlowState] = Machine(
    "einvoice.moved",
    {
        F.TO_SEND: (F.SENDING, F.REFUSED),
        F.SENDING: (F.TO_SEND, F.WAITING, F.REFUSED),
        F.WAITING: (F.ACCEPTED, F.REFUSED),
        F.REFUSED: (F.TO_SEND,),
        F.UNREADABLE: (F.READ,),
    },
)

#: The code of each status of an invoice.
STATUS_OF: dict[str, EinvoiceState] = {
    "200": EinvoiceState.DEPOSITED, "201": EinvoiceState.SENT, "202": EinvoiceState.RECEIVED, "203": EinvoiceState.AVAILABLE,
    "204": EinvoiceState.TAKEN, "205": EinvoiceState.APPROVED, "206": EinvoiceState.PARTLY, "207": EinvoiceState.DISPUTED,
    "208": EinvoiceState.SUSPENDED, "210": EinvoiceState.REFUSED, "211": EinvoiceState.TRANSFERRED, "212": EinvoiceState.PAID,
    "213": EinvoiceState.REJECTED, "501": EinvoiceState.REJECTED,
}  # fmt: skip
CODE_OF: dict[EinvoiceState, str] = {state: code for code, state in STATUS_OF.items() if code != "501"}
#: Those that somebody must deal with.
TROUBLED = (
    EinvoiceState.REJECTED,
    EinvoiceState.REFUSED,
    EinvoiceState.DISPUTED,
    EinvoiceState.SUSPENDED,
    EinvoiceState.PARTLY,
)


class Answer(LabelEnum):
    """What we may say of a supplier's invoice; the value is the code of the life cycle."""

    TAKEN = "204", "Prendre en charge", "hand-stop", "bleu"
    APPROVED = "205", "Approuver", "circle-check", "vert"
    DISPUTED = "207", "Mettre en litige", "message-exclamation", "ambre"
    REFUSED = "210", "Refuser", "ban", "rouge"
    TRANSFERRED = "211", "Dire que le paiement est parti", "building-bank", "vert"


#: Reasons that may be given of a refusal or a dispute: closed list of XP Z12-012 (BR-FR-CDV-CL-09).
REASONS: dict[str, str] = {
    "TX_TVA_ERR": "Taux de TVA faux",
    "MONTANTTOTAL_ERR": "Montant total faux",
    "CALCUL_ERR": "Erreur de calcul",
    "NON_CONFORME": "Mention légale manquante ou fausse",
    "DOUBLON": "Facture déjà reçue",
    "DEST_ERR": "Nous ne sommes pas le destinataire",
    "TRANSAC_INC": "Vente ou prestation inconnue",
    "EMMET_INC": "Fournisseur inconnu",
    "CONTRAT_TERM": "Contrat terminé",
    "DOUBLE_FACT": "Vente ou prestation déjà facturée",
    "CMD_ERR": "Numéro de commande faux ou absent",
    "ADR_ERR": "Adresse de facturation fausse",
    "REF_CT_ABSENT": "Référence du contrat absente",
}
#: Those that are only of a dispute.
DISPUTES: dict[str, str] = {
    "PU_ERR": "Prix unitaire faux",
    "REM_ERR": "Remise oubliée ou fausse",
    "QTE_ERR": "Quantité fausse",
    "ART_ERR": "Article faux",
    "QUALITE_ERR": "Qualité insuffisante",
    "LIVR_INCOMP": "Livraison incomplète",
    "COORD_BANC_ERR": "Coordonnées bancaires fausses",
    "AUTRE": "Autre raison",
}
