"""What the client's pages ask of him first."""

from app.core.labels import LabelEnum


class ToDo(LabelEnum):
    """The one thing at the top of the status page, by how much it matters."""

    QUOTE = "quote", "Votre accord est attendu", "hourglass", "ambre"
    REPLY = "reply", "Nous attendons votre réponse", "message-circle", "ambre"
    COLLECT = "collect", "Prêt à retirer", "circle-check", "vert"
    TAKE_BACK = "take_back", "À reprendre", "circle-check", "vert"
    PARCEL = "parcel", "Votre colis est en route", "truck-delivery", "bleu"
    SURVEY = "survey", "Votre avis nous intéresse", "mood-smile", "bleu"
    NOTHING = "nothing", "Rien à faire pour l'instant", "tool", "bleu"
    DONE = "done", "Terminé", "circle-check", "gris"
