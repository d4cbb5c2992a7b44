"""The right to withdraw: delays of the law, where quotes are usually concluded, the words of the notice and of the model form."""

from datetime import date

from app.core.law import DAYS, Known, LegalAmount, declare_law
from app.core.settings import Setting, declare_settings
from app.sales.queries.withdrawal import DAYS as WITHDRAWAL
from app.sales.queries.withdrawal import HOLD
from app.sales.services.rights import FORM, NOTICE, USUAL
from app.sales.states.withdrawal import Concluded

READ = date(2026, 11, 21)
GROUP = "Rétractation"
#: The model notice and the model form of the code (annexes of art. R221-3 and R221-1); « * »: off premises only.
NOTICE_WORDS = (
    "Vous avez le droit de vous rétracter du présent contrat, sans donner de motif, dans un délai de {jours} jours. Le délai court du "
    "jour de la conclusion du contrat ; pour un bien livré, du jour où vous en prenez possession. S'il expire un samedi, un dimanche "
    "ou un jour férié, il est prolongé jusqu'au premier jour ouvrable suivant.\n"
    "Pour exercer ce droit, notifiez-nous votre décision ({nous}) par une déclaration dénuée d'ambiguïté : en ligne depuis la page de "
    "ce devis, par courriel ou par lettre. Vous pouvez utiliser le modèle de formulaire ci-dessous ; ce n'est pas obligatoire. Il "
    "suffit d'envoyer votre décision avant la fin du délai.\n"
    "En cas de rétractation, nous vous remboursons tous les paiements reçus de vous, frais de livraison standard compris, sans retard "
    "excessif et au plus tard {jours} jours après en avoir été informés, par le même moyen de paiement. Nous pouvons attendre d'avoir "
    "récupéré le bien, ou la preuve de son envoi ; vous le renvoyez à vos frais dans les {jours} jours.\n"
    "Si vous avez demandé de commencer la prestation pendant ce délai, vous nous devez la part de ce qui a été fait jusqu'à votre "
    "rétractation. Une fois la prestation entièrement exécutée avec votre accord, vous ne pouvez plus vous rétracter.\n"
    "* Aucun paiement ne vous est demandé avant la fin d'un délai de {attente} jours après la conclusion du contrat (art. L221-10 du "
    "code de la consommation)."
)
FORM_WORDS = (
    "Veuillez compléter et renvoyer le présent formulaire uniquement si vous souhaitez vous rétracter du contrat.\n"
    "À l'attention de {nous} :\n"
    "Je vous notifie par la présente ma rétractation du contrat portant sur la vente du bien / la prestation de services (rayez la "
    "mention inutile) ci-dessous : ..............................................................\n"
    "Commandé le / reçu le : ..............................\n"
    "Nom du (des) consommateur(s) : ..............................\n"
    "Adresse du (des) consommateur(s) : ..............................\n"
    "Signature du (des) consommateur(s), uniquement en cas de notification sur papier :\n"
    "Date : .............................."
)
LAW = (
    LegalAmount(
        WITHDRAWAL, "Délai de rétractation d'un particulier", DAYS, GROUP,
        (Known(date(2014, 6, 14), 14, "C. conso., art. L221-18", READ),), "Contrats conclus à distance ou hors de vos locaux.",
    ),
    LegalAmount(
        HOLD, "Aucun paiement avant, hors de vos locaux", DAYS, GROUP,
        (Known(date(2014, 6, 14), 7, "C. conso., art. L221-10", READ),), "Sauf dépannage urgent à domicile, demandé par le client.",
    ),
)  # fmt: skip


def declare() -> None:
    """Start-up."""
    declare_law(*LAW)
    declare_settings(
        Setting(
            USUAL, "Où vos devis se concluent d'habitude", "choice", Concluded.PREMISES.value, "Devis",
            "À distance ou hors de vos locaux, un particulier peut se rétracter : le devis porte la notice et le formulaire.",
            tuple(Concluded.choices()),
        ),
        Setting(
            NOTICE, "Notice de rétractation", "longtext", NOTICE_WORDS, "Textes légaux",
            "Imprimée sur les devis conclus à distance ou hors de vos locaux. {jours}, {attente} et {nous} sont remplacés ; une ligne qui commence par * ne vaut que hors de vos locaux.",
        ),
        Setting(FORM, "Formulaire type de rétractation", "longtext", FORM_WORDS, "Textes légaux", "Joint à la notice."),
    )  # fmt: skip
