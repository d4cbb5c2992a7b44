"""The messages about quotes, with their first words. The organisation changes them in « Réglages »."""

from app.messaging.services import declare_template

COMMON = {
    "devis": "N° du devis",
    "dossier": "N° du dossier",
    "appareil": "Appareil",
    "montant": "Montant à payer TTC",
    "valable": "Dernier jour de validité",
    "lien": "Lien pour lire et répondre",
}
SAMPLE = {
    "devis": "D-2026-0017",
    "dossier": "R-2026-0042",
    "appareil": "Machine à café Brévia 300",
    "montant": "118,00 €",
    "valable": "jeudi 24 décembre 2026",
    "lien": "https://exemple.example/suivi/devis/abc",
}
FOLLOW = {**COMMON, "lien": "Lien de suivi"}
GROUP = "Devis"


def declare() -> None:
    """Start-up."""
    _to_answer()
    _answered()
    _of_sale()
    _of_sale_after()
    _withdrawn()


def _to_answer() -> None:
    declare_template(
        "quote.sent", "Devis envoyé", group=GROUP, placeholders=COMMON, sample=SAMPLE,
        subject="{{ appareil }} : votre devis {{ devis }}, {{ montant }}",
        body=(
            "Bonjour {{ client }},\n\nVoici notre devis pour {{ appareil }} (dossier {{ dossier }}) : {{ montant }}. "
            "Il est valable jusqu'au {{ valable }}, et vous le trouverez aussi en pièce jointe.\n\n"
            "[Lire le devis et répondre]({{ lien }})\n\n"
            "Vous pouvez l'accepter, le refuser ou nous poser une question sur cette page. Une simple réponse à ce courriel nous "
            "parviendra, mais ne vaut pas acceptation.\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
        sms="{{ organisation }} : votre devis de {{ montant }} pour {{ appareil }} attend votre accord : {{ lien }}",
    )  # fmt: skip
    declare_template(
        "quote.reminder", "Devis : rappel", group=GROUP, placeholders=COMMON, sample=SAMPLE,
        subject="{{ appareil }} : votre devis {{ devis }} attend votre réponse",
        body=(
            "Bonjour {{ client }},\n\nNous n'avons pas encore votre réponse au devis {{ devis }} de {{ montant }} pour {{ appareil }}. "
            "Il est valable jusqu'au {{ valable }} ; la réparation commence dès votre accord.\n\n"
            "[Lire le devis et répondre]({{ lien }})\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
        sms="{{ organisation }} : votre devis de {{ montant }} pour {{ appareil }} attend toujours votre réponse : {{ lien }}",
    )  # fmt: skip
    declare_template(
        "quote.expired", "Devis expiré", group=GROUP, placeholders=FOLLOW, sample=SAMPLE,
        subject="{{ appareil }} : le devis {{ devis }} n'est plus valable",
        body=(
            "Bonjour {{ client }},\n\nLe devis {{ devis }} pour {{ appareil }} était valable jusqu'au {{ valable }}. "
            "Votre appareil est toujours chez nous : dites-nous si vous souhaitez un nouveau devis, ou le reprendre.\n\n"
            "[Voir le dossier et nous écrire]({{ lien }})\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
    )  # fmt: skip


def _answered() -> None:
    declare_template(
        "quote.accepted", "Devis accepté", group=GROUP, placeholders={**FOLLOW, "signataire": "Qui a accepté"},
        sample={**SAMPLE, "signataire": "Karim Benyahia"},
        subject="{{ appareil }} : votre accord est bien reçu",
        body=(
            "Bonjour {{ client }},\n\nLe devis {{ devis }} de {{ montant }} pour {{ appareil }} a été accepté par {{ signataire }}. "
            "Nous commençons la réparation et vous préviendrons dès que l'appareil sera prêt.\n\n"
            "[Suivre la réparation]({{ lien }})\n\nLe devis accepté est en pièce jointe.\n{{ organisation }}"
        ),
    )  # fmt: skip
    declare_template(
        "quote.refused", "Devis refusé : risques", group=GROUP,
        placeholders={**FOLLOW, "risques": "Risques en cas de refus (de la famille)"},
        sample={**SAMPLE, "risques": "Un joint percé peut provoquer une fuite sur les parties électriques."},
        subject="{{ appareil }} : à savoir avant de réutiliser l'appareil",
        body=(
            "Bonjour {{ client }},\n\nVous avez refusé le devis {{ devis }} pour {{ appareil }}. "
            "Avant de l'utiliser de nouveau, voici ce qu'il faut savoir.{% if risques %}\n\n{{ risques }}{% endif %}\n\n"
            "[Voir le dossier]({{ lien }})\n\n{{ organisation }}"
        ),
    )  # fmt: skip


def _withdrawn() -> None:
    words = (
        "Bonjour {{ client }},\n\nNous avons bien reçu la rétractation de {{ signataire }} pour le devis {{ devis }} de {{ montant }}. "
        "Nous arrêtons le travail et vous remboursons ce que vous avez payé, au plus tard dans le délai légal.\n\n"
        "{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
    )
    subject = "Votre rétractation du devis {{ devis }} est bien reçue"
    more = {"signataire": "Qui s'est rétracté"}
    declare_template(
        "quote.withdrawn", "Rétractation reçue", group=GROUP, placeholders=FOLLOW | more, subject=subject, body=words,
        sample={**SAMPLE, "signataire": "Karim Benyahia"},
    )  # fmt: skip
    declare_template(
        "offer.withdrawn", "Rétractation reçue, devis de vente", group=GROUP, placeholders=SALE | more, subject=subject, body=words,
        sample={**SALE_SAMPLE, "signataire": "Karim Benyahia"},
    )  # fmt: skip


SALE = {
    "devis": "N° du devis", "objet": "Objet du devis", "montant": "Total TTC", "valable": "Dernier jour de validité",
    "lien": "Lien pour lire et répondre",
}  # fmt: skip
SALE_SAMPLE = {**SAMPLE, "objet": "Rénovation du local technique", "montant": "4 860,00 €"}


def _of_sale() -> None:
    """The same words for a quote without a ticket: nothing is repaired."""
    declare_template(
        "offer.sent", "Devis de vente envoyé", group=GROUP, placeholders=SALE, sample=SALE_SAMPLE,
        subject="Votre devis {{ devis }}{% if objet %} : {{ objet }}{% endif %}",
        body=(
            "Bonjour {{ client }},\n\nVoici notre devis {{ devis }}{% if objet %} pour « {{ objet }} »{% endif %}. "
            "Il est valable jusqu'au {{ valable }}, et vous le trouverez aussi en pièce jointe.\n\n"
            "[Lire le devis, choisir et répondre]({{ lien }})\n\n"
            "Sur cette page, vous choisissez les options, voyez le total changer et signez. Une simple réponse à ce courriel nous "
            "parviendra, mais ne vaut pas acceptation.\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
        sms="{{ organisation }} : votre devis {{ devis }} attend votre accord : {{ lien }}",
    )  # fmt: skip
    declare_template(
        "offer.reminder", "Devis de vente : rappel", group=GROUP, placeholders=SALE, sample=SALE_SAMPLE,
        subject="Votre devis {{ devis }} attend votre réponse",
        body=(
            "Bonjour {{ client }},\n\nNous n'avons pas encore votre réponse au devis {{ devis }}{% if objet %} pour « {{ objet }} »{% endif %}. "
            "Il est valable jusqu'au {{ valable }}.\n\n"
            "[Lire le devis et répondre]({{ lien }})\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
        sms="{{ organisation }} : votre devis {{ devis }} attend toujours votre réponse : {{ lien }}",
    )  # fmt: skip


def _of_sale_after() -> None:
    declare_template(
        "offer.expired", "Devis de vente expiré", group=GROUP, placeholders=SALE, sample=SALE_SAMPLE,
        subject="Le devis {{ devis }} n'est plus valable",
        body=(
            "Bonjour {{ client }},\n\nLe devis {{ devis }}{% if objet %} pour « {{ objet }} »{% endif %} était valable jusqu'au "
            "{{ valable }}. Dites-nous si vous en souhaitez un nouveau : nous le remettrons à jour.\n\n"
            "{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
    )  # fmt: skip
    declare_template(
        "offer.accepted", "Devis de vente accepté", group=GROUP, placeholders={**SALE, "signataire": "Qui a accepté"},
        sample={**SALE_SAMPLE, "signataire": "Karim Benyahia"},
        subject="Votre accord sur le devis {{ devis }} est bien reçu",
        body=(
            "Bonjour {{ client }},\n\nLe devis {{ devis }} a été accepté par {{ signataire }}, pour {{ montant }} avec vos choix. "
            "Votre commande est enregistrée.\n\n"
            "[Suivre ma commande et régler l'acompte]({{ lien }})\n\nLe devis est en pièce jointe.\n{{ organisation }}"
        ),
    )  # fmt: skip
