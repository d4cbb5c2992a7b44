"""States of a membership and of a proof, roles in a household, what a legal representative may allow."""

from app.contacts.states import Purpose
from app.core.labels import LabelEnum
from app.core.state import Machine


class Role(LabelEnum):
    ADULT = "adult", "Adulte", "user"
    CHILD = "child", "Enfant", "mood-kid"


class MembershipState(LabelEnum):
    ASKED = "asked", "Demandée", "clock", "gris"
    TO_PAY = "to_pay", "À régler", "cash", "ambre"
    ACTIVE = "active", "À jour", "circle-check", "vert"
    ENDED = "ended", "Terminée", "archive", "gris"
    CANCELLED = "cancelled", "Annulée", "ban", "rouge"


M = MembershipState
#: Those that count: somebody is a member, or about to be.
LIVE = (M.ASKED, M.TO_PAY, M.ACTIVE, M.ENDED)
MACHINE: Machine[MembershipState] = Machine(
    "membership.moved",
    {
        M.ASKED: (M.TO_PAY, M.ACTIVE, M.CANCELLED),
        M.TO_PAY: (M.ACTIVE, M.ENDED, M.CANCELLED),
        M.ACTIVE: (M.TO_PAY, M.ENDED, M.CANCELLED),
        M.CANCELLED: (M.ASKED,),
    },
)


class ProofKind(LabelEnum):
    ADDRESS = "address", "Justificatif de domicile", "home-check"
    QUOTIENT = "quotient", "Quotient familial", "receipt-euro"


class ProofState(LabelEnum):
    WAITING = "waiting", "À vérifier", "eye", "ambre"
    ACCEPTED = "accepted", "Vérifié", "shield-check", "vert"
    REFUSED = "refused", "Refusé", "shield-x", "rouge"


PROOFS: Machine[ProofState] = Machine(
    "proof.moved", {ProofState.WAITING: (ProofState.ACCEPTED, ProofState.REFUSED)}
)  # fmt: skip

#: What a legal representative may allow for a child, and the setting that holds the text he accepts.
AUTHORISATIONS: dict[Purpose, str] = {
    Purpose.FETCH: "members.text_fetch",
    Purpose.SIGN: "members.text_sign",
    Purpose.TOLD: "members.text_told",
    Purpose.PHOTOS: "members.text_photos",
}


class WhoseAddress(LabelEnum):
    """Whose town makes the price."""

    PAYER = "payer", "Celle du payeur"
    PUPIL = "pupil", "Celle de l'élève"


class ActiveWhen(LabelEnum):
    """From when on a membership that was invoiced is in order."""

    WHOLE = "whole", "Quand tout est réglé"
    STARTED = "started", "Dès le premier règlement"
    NOT_LATE = "not_late", "Dès la facture, tant qu'aucune échéance n'est dépassée"
