"""What a file is for, and the particulars of an intake slip."""

from app.core.labels import LabelEnum


class FileKind(LabelEnum):
    PHOTO = "photo", "Photo", "photo"
    DOCUMENT = "document", "Document", "file-text"
    SIGNATURE = "signature", "Signature", "writing-sign"
    LOGO = "logo", "Logo", "photo"


class Topic(LabelEnum):
    """What a document of a family or a model tells."""

    MANUAL = "manual", "Notice", "book"
    RECALL = "recall", "Rappel de produit", "alert-triangle", "rouge"
    REFUSAL = "refusal", "Risques en cas de refus du devis", "ban", "ambre"
    EXPLODED = "exploded", "Vue éclatée", "stack-2"
    OTHER = "other", "Autre document", "file-text"


class SlipBlock(LabelEnum):
    """What an intake slip may say, in the order proposed; own texts are blocks of key « text-1 », « text-2 »…"""

    REPAIRER = "repairer", "Coordonnées de l'atelier"
    CLIENT = "client", "Client : identité et coordonnées"
    ADDRESS = "address", "Adresse du client"
    DROPPED_BY = "dropped_by", "Déposé par, personne à contacter"
    DEVICE = "device", "Appareil : famille, marque, modèle"
    SERIAL = "serial", "Numéro de série"
    FIELDS = "fields", "Champs de la famille choisis pour les bons"
    ACCESSORIES = "accessories", "Accessoires déposés"
    FAULT = "fault", "Panne signalée"
    EXTRA_WORK = "extra_work", "Prestation demandée en plus"
    WARRANTY = "warranty", "Garantie et date d'achat"
    ORDERING = "ordering", "Ce qu'il faut pour commander les pièces"
    PRIORITY = "priority", "Priorité"
    PROMISED = "promised", "Date promise"
    CEILING = "ceiling", "Plafond de dépense accordé"
    DIAGNOSIS_FEE = "diagnosis_fee", "Forfait diagnostic"
    PAID = "paid", "Somme versée au dépôt et moyen de paiement"
    PRELIMINARY = "preliminary", "Réponses aux questions préalables"
    CHECK_IN = "check_in", "Contrôles à l'entrée"
    BONUS = "bonus", "Montant du bonus réparation"
    TERMS = "terms", "Conditions de dépôt"
    CONSENTS = "consents", "Accords : données personnelles, pièces d'occasion"
    SIGNATURE = "signature", "Signature du client"
