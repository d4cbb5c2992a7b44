"""The messages about what is owed, with their first words. The organisation changes them in « Réglages »."""

from app.messaging.services import declare_template

GROUP = "Règlements"
COMMON = {
    "facture": "N° de la facture", "montant": "Reste à payer à ce jour", "total": "Net à payer de la facture",
    "echeance": "Date d'échéance", "jours": "Jours de retard", "lien": "Lien pour voir et payer",
}  # fmt: skip
SAMPLE = {
    "facture": "F-2026-0042", "montant": "118,00 €", "total": "236,00 €", "echeance": "lundi 2 novembre 2026",
    "jours": "21", "lien": "https://exemple.example/payer/abc",
}  # fmt: skip
NOTICE = {
    "facture": "N° de la facture", "montant": "Montant prélevé", "jour": "Jour du prélèvement", "rum": "Référence du mandat",
    "ics": "Identifiant créancier", "compte": "Fin de l'IBAN", "lien": "Lien pour voir la facture",
}  # fmt: skip
NOTICE_SAMPLE = {
    "facture": "F-2026-0042", "montant": "118,00 €", "jour": "lundi 7 décembre", "rum": "RUM-2026-0003",
    "ics": "FR72ZZZ123456", "compte": "…0189", "lien": "https://exemple.example/payer/abc",
}  # fmt: skip
STATEMENT = {"solde": "Solde, en mots", "du": "Premier jour", "au": "Dernier jour"}
STATEMENT_SAMPLE = {"solde": "Reste à régler : 118,00 €", "du": "1 janvier 2026", "au": "22 novembre 2026"}
SIGNED = "\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"


def declare() -> None:
    """Start-up."""
    for code, name, subject, body, sms in TONES:
        declare_template(
            code, name, group=GROUP, placeholders=COMMON, sample=SAMPLE, subject=subject, body=body + SIGNED, sms=sms
        )
    declare_template(
        "debit.notice", "Prélèvement à venir", group=GROUP, placeholders=NOTICE, sample=NOTICE_SAMPLE,
        subject="Prélèvement de {{ montant }} le {{ jour }}",
        body=("Bonjour {{ client }},\n\nComme convenu, nous prélèverons {{ montant }} le {{ jour }} sur votre compte {{ compte }}, "
              "pour la facture {{ facture }}.\n\n[Voir la facture]({{ lien }})\n\nMandat {{ rum }}, identifiant créancier {{ ics }}. "
              "Une question, un changement de banque ? Répondez à ce message avant cette date." + SIGNED),
        sms="{{ organisation }} : prélèvement de {{ montant }} le {{ jour }} (facture {{ facture }}, mandat {{ rum }}).",
    )  # fmt: skip
    declare_template(
        "payments.statement", "Relevé de compte", group=GROUP, placeholders=STATEMENT, sample=STATEMENT_SAMPLE,
        subject="Votre relevé de compte au {{ au }}",
        body=("Bonjour {{ client }},\n\nVous trouverez ci-joint votre relevé de compte du {{ du }} au {{ au }}.\n\n{{ solde }}.\n\n"
              "Merci de nous signaler toute différence avec vos comptes." + SIGNED),
        sms="",
    )  # fmt: skip


TONES = (
    (
        "invoice.reminder_1", "Facture impayée : rappel aimable",
        "Facture {{ facture }} : un oubli ?",
        ("Bonjour {{ client }},\n\nSauf erreur de notre part, la facture {{ facture }} arrivée à échéance le {{ echeance }} n'est pas "
        "encore réglée : il reste {{ montant }}.\n\n[Voir la facture et payer]({{ lien }})\n\n"
        "Si votre règlement est déjà parti, merci de ne pas tenir compte de ce message."),
        "{{ organisation }} : sauf oubli, la facture {{ facture }} ({{ montant }}) reste à régler : {{ lien }}",
    ),
    (
        "invoice.reminder_2", "Facture impayée : relance ferme",
        "Facture {{ facture }} : {{ montant }} en retard de {{ jours }} jours",
        ("Bonjour {{ client }},\n\nMalgré notre rappel, la facture {{ facture }}, due depuis le {{ echeance }}, n'est pas réglée. "
        "Nous vous remercions de payer {{ montant }} sous huit jours.\n\n[Voir la facture et payer]({{ lien }})\n\n"
        "Une difficulté, un désaccord ? Répondez à ce message ou appelez-nous : nous chercherons une solution."),
        "{{ organisation }} : la facture {{ facture }} a {{ jours }} jours de retard. Merci de régler {{ montant }} : {{ lien }}",
    ),
    (
        "invoice.reminder_3", "Facture impayée : mise en demeure",
        "Mise en demeure de payer la facture {{ facture }}",
        ("{{ client }},\n\nNos relances au sujet de la facture {{ facture }}, échue le {{ echeance }}, sont restées sans effet. "
        "Par la présente, nous vous mettons en demeure de payer {{ montant }} sous huit jours. À défaut, nous pourrons demander "
        "en justice le paiement de cette somme, augmentée des intérêts de retard.\n\n"
        "[Voir la facture et payer]({{ lien }})"),
        "",
    ),
)  # fmt: skip
