"""Messages about loans."""

from app.messaging.services import declare_template

FACTS = {
    "materiel": "Le matériel et sa date", "liste": "La liste, une ligne par prêt", "nombre": "Combien de prêts, vide pour un seul",
    "echeance": "Date de retour", "jours": "Jours de retard", "lien": "Lien vers la page du prêt",
}  # fmt: skip
SAMPLE = {
    "materiel": "Violon 3/4 n° 0112, à rendre le lundi 30 novembre 2026",
    "liste": "- Violon 3/4 n° 0112, à rendre le lundi 30 novembre 2026", "nombre": "", "echeance": "lundi 30 novembre 2026",
    "jours": "3 jours", "lien": "https://exemple.fr/pret/…",
}  # fmt: skip
FOOT = "\n\nVotre page, pour prolonger ou signaler un problème :\n{{ lien }}\n\n{{ organisation }}, {{ telephone }}"


def register() -> None:
    """Start-up."""
    declare_template(
        "loan.reminder_before", "Prêt : retour qui approche", placeholders=FACTS, sample=SAMPLE, group="Prêts",
        subject="À rendre le {{ echeance }}",
        body="Bonjour {{ client }},\n\nLe retour approche :\n{{ liste }}" + FOOT,
        sms="{{ organisation }} : {{ materiel }}. {{ lien }}",
    )  # fmt: skip
    declare_template(
        "loan.reminder_today", "Prêt : à rendre aujourd'hui", placeholders=FACTS, sample=SAMPLE, group="Prêts",
        subject="À rendre aujourd'hui",
        body="Bonjour {{ client }},\n\nNous attendons aujourd'hui :\n{{ liste }}" + FOOT,
        sms="{{ organisation }} : nous attendons aujourd'hui {{ materiel }}. {{ lien }}",
    )  # fmt: skip
    declare_template(
        "loan.reminder_late", "Prêt : retour en retard", placeholders=FACTS, sample=SAMPLE, group="Prêts",
        subject="Retour en retard",
        body="Bonjour {{ client }},\n\nLe retour a {{ jours }} de retard. Rapportez-nous dès que possible :\n{{ liste }}" + FOOT,
        sms="{{ organisation }} : en retard, {{ materiel }}. {{ lien }}",
    )  # fmt: skip
    declare_template(
        "loan.contract", "Prêt : contrat signé", group="Prêts",
        placeholders={"pret": "N° du prêt", "echeance": "Date de retour"},
        sample={"pret": "P-2026-0001", "echeance": "lundi 30 novembre 2026"},
        subject="Votre contrat de prêt {{ pret }}",
        body="Bonjour {{ client }},\n\nVoici votre contrat de prêt, à garder jusqu'au retour, le {{ echeance }}.\n\n{{ organisation }}, {{ telephone }}",
    )  # fmt: skip
    declare_template(
        "loan.series", "Prêt : série réservée", group="Prêts",
        placeholders={"materiel": "Le matériel de la première date", "nombre": "Combien de dates", "liste": "Les dates, une par ligne"},
        sample={
            "materiel": "Violon 3/4", "nombre": "2",
            "liste": "- mer. 2 déc., 14 h 00 – 15 h 00 : Violon 3/4\n- mer. 9 déc., 14 h 00 – 15 h 00 : Violon 3/4",
        },
        subject="{{ materiel }} : {{ nombre }} dates réservées",
        body="Bonjour {{ client }},\n\nNous avons réservé pour vous :\n{{ liste }}\n\n{{ organisation }}, {{ telephone }}",
        sms="{{ organisation }} : {{ materiel }}, {{ nombre }} dates réservées pour vous. Questions : {{ telephone }}",
    )  # fmt: skip
