"""What a broken rule asks of somebody: the field to complete and where it is, in French."""

from app.core.i18n import _, _l

#: By the rule's id; a rule of BR-FR is also known by its beginning (« BR-FR-12 »).
SENTENCES = {
    "BR-06": _l("Le nom du vendeur manque : complétez les réglages de l'organisation."),
    "BR-07": _l("Le nom de l'acheteur manque : complétez la fiche du client."),
    "BR-08": _l("L'adresse du vendeur manque : complétez les réglages de l'organisation."),
    "BR-09": _l("Le pays du vendeur manque : complétez les réglages de l'organisation."),
    "BR-10": _l("L'adresse de l'acheteur manque : complétez la fiche du client."),
    "BR-11": _l("Le pays de l'acheteur manque : complétez la fiche du client."),
    "BR-16": _l("Le document n'a aucune ligne à facturer."),
    "BR-25": _l("Une ligne n'a pas de désignation."),
    "BR-27": _l("Une ligne a un prix négatif : mettez plutôt une quantité négative."),
    "BR-57": _l("Le pays de livraison manque : complétez l'adresse de livraison."),
    "BR-CO-09": _l("Un numéro de TVA ne commence pas par le code de son pays : relisez celui du vendeur et celui du client."),
    "BR-CO-10": _l("Le total HT n'est pas la somme des lignes."),
    "BR-CO-13": _l("Le total HT n'est pas la somme des lignes."),
    "BR-CO-14": _l("Le total de la TVA n'est pas la somme de ses taux."),
    "BR-CO-15": _l("Le total TTC n'est pas le total HT plus la TVA."),
    "BR-CO-16": _l("Le net à payer n'est pas le total TTC moins ce qui est déjà payé ou payé par un tiers."),
    "BR-CO-17": _l("La TVA d'un taux n'est pas sa base multipliée par le taux."),
    "BR-CO-18": _l("La répartition de la TVA par taux manque."),
    "BR-CO-25": _l("L'échéance ou les conditions de paiement manquent."),
    "BR-CO-26": _l("Le SIRET du vendeur manque : complétez les réglages de l'organisation."),
    "BR-S-02": _l("Le numéro de TVA du vendeur manque : complétez les réglages de l'organisation."),
    "BR-Z-02": _l("Le numéro de TVA du vendeur manque : complétez les réglages de l'organisation."),
    "BR-E-02": _l("Le SIRET ou le numéro de TVA du vendeur manque : complétez les réglages de l'organisation."),
    "BR-E-10": _l("La raison de l'exonération manque : complétez la mention de ce code de TVA."),
    "BR-AE-02": _l("L'autoliquidation demande le numéro de TVA du vendeur, et le SIRET ou le numéro de TVA du client."),
    "BR-AE-10": _l("La mention « Autoliquidation » manque : complétez la mention de ce code de TVA."),
    "BR-IC-02": _l("Une livraison intracommunautaire demande le numéro de TVA du vendeur et celui du client."),
    "BR-IC-11": _l("Une livraison intracommunautaire demande la date de livraison."),
    "BR-IC-12": _l("Une livraison intracommunautaire demande le pays de livraison : complétez l'adresse du client."),
    "BR-G-02": _l("Une exportation demande le numéro de TVA du vendeur : complétez les réglages de l'organisation."),
    "BR-O-02": _l("Une opération hors du champ de la TVA ne porte aucun numéro de TVA."),
    "BR-O-10": _l("La raison de la mise hors champ de la TVA manque : complétez la mention de ce code de TVA."),
    "BR-O-11": _l("Une opération hors du champ de la TVA ne se mêle pas à d'autres : faites deux documents."),
    "BR-O-12": _l("Une opération hors du champ de la TVA ne se mêle pas à d'autres : faites deux documents."),
    "BR-50": _l("L'IBAN du vendeur manque : complétez les réglages de l'organisation."),
    "BR-61": _l("L'IBAN du vendeur manque : complétez les réglages de l'organisation."),
    "BR-FR-01": _l("Le numéro du document dépasse 35 caractères."),
    "BR-FR-02": _l("Le numéro du document porte un signe refusé : seuls les lettres, les chiffres et + - _ / passent."),
    "BR-FR-05": _l(
        "Une mention obligatoire manque (pénalités de retard, frais de recouvrement ou escompte) : complétez les textes légaux."
    ),
    "BR-FR-08": _l("La nature de l'opération (biens, services ou les deux) manque."),
    "BR-FR-09": _l("Un SIRET ne commence pas par son SIREN : relisez celui de l'organisation et celui du client."),
    "BR-FR-10": _l("Le SIRET du vendeur manque : complétez les réglages de l'organisation."),
    "BR-FR-11": _l("Le SIRET du client manque : complétez la fiche du client."),
    "BR-FR-12": _l("L'adresse de facturation électronique du client manque : complétez sa fiche, ou son SIRET."),
    "BR-FR-13": _l("L'adresse de facturation électronique du vendeur manque : complétez le SIRET de l'organisation."),
    "BR-FR-16": _l("Un taux de TVA n'existe pas en France : choisissez un autre code de TVA."),
    "BR-FR-21": _l("L'adresse de facturation électronique du client ne commence pas par son SIREN : corrigez sa fiche."),
    "BR-FR-23": _l(
        "Une adresse de facturation électronique porte un signe refusé : seuls les lettres, les chiffres et - _ . passent."
    ),
    "BR-FR-25": _l("Une adresse de facturation électronique dépasse 125 caractères."),
    "BR-FR-32": _l("Un SIREN n'a pas ses neuf chiffres : relisez le SIRET de l'organisation et celui du client."),
    "BR-FR-CO-05": _l("Un avoir doit nommer la facture d'origine et sa date."),
    "BR-FR-CO-07": _l("L'échéance est avant la date de la facture."),
    "BR-FR-DEC-03": _l("Un prix unitaire est négatif ou a plus de six décimales."),
}  # fmt: skip
#: The note that BR-FR-05 misses, by the end of its id.
NOTES = {
    "PMT": _l("La mention des frais de recouvrement manque : complétez les textes légaux."),
    "PMD": _l("La mention des pénalités de retard manque : complétez les textes légaux."),
    "AAB": _l("La mention sur l'escompte manque : complétez les textes légaux."),
}


def sentence(rule: str, words: str) -> str:
    """What to do about a broken rule. An unknown one is named, with what it says, so that somebody who knows can be asked."""
    note = NOTES.get(rule.rsplit("_", 1)[-1]) if rule.startswith("BR-FR-05") else None
    known = note or SENTENCES.get(rule) or SENTENCES.get(rule.partition("_")[0])
    if known is None and rule.startswith("BR-S-"):
        known = SENTENCES.get("BR-CO-17") if rule in {"BR-S-08", "BR-S-09"} else None
    if known is not None:
        return str(known)
    return _(
        "La règle %(rule)s des factures électroniques n'est pas respectée. Elle dit : « %(words)s »",
        rule=rule or _("sans nom"), words=_told(words),
    )  # fmt: skip


def _told(words: str) -> str:
    text = " ".join(words.split())
    return text if len(text) <= 240 else f"{text[:240].rstrip()}…"
