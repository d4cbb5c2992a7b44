"""Kinds of custom fields, states of a unit."""

from app.core.labels import LabelEnum


class FieldType(LabelEnum):
    TEXT = "text", "Texte court"
    LONG = "long", "Texte long"
    INTEGER = "integer", "Nombre entier"
    DECIMAL = "decimal", "Nombre décimal"
    AMOUNT = "amount", "Montant"
    DATE = "date", "Date"
    BOOLEAN = "boolean", "Oui ou non"
    CHOICE = "choice", "Choix"


class AssetState(LabelEnum):
    IN_USE = "in_use", "En service", "circle-check", "vert"
    OUT_OF_USE = "out_of_use", "Hors service", "ban", "gris"
    LOST = "lost", "Perdu", "alert-triangle", "rouge"


# What a family may be drawn with: names of Tabler's outline icons, with a word for each.
ICONS: tuple[tuple[str, str], ...] = (
    ("device-unknown", "Appareil"), ("wash-machine", "Lave-linge"), ("fridge", "Réfrigérateur"), ("microwave", "Micro-ondes"),
    ("cooker", "Cuisinière, four"), ("coffee", "Machine à café"), ("blender", "Petit électroménager"), ("vacuum-cleaner", "Aspirateur"),
    ("ironing", "Fer, centrale vapeur"), ("air-conditioning", "Climatisation"), ("device-tv", "Téléviseur"), ("device-laptop", "Ordinateur portable"),
    ("device-desktop", "Ordinateur fixe"), ("device-mobile", "Téléphone"), ("device-tablet", "Tablette"), ("printer", "Imprimante"),
    ("device-gamepad-2", "Console de jeux"), ("device-speaker", "Enceinte, hi-fi"), ("headphones", "Casque"), ("camera", "Appareil photo"),
    ("device-watch", "Montre"), ("drone", "Drone"), ("bike", "Vélo"), ("scooter", "Trottinette"), ("scooter-electric", "Mobilité électrique"),
    ("hammer-drill", "Outillage"), ("plant-2", "Jardinage"), ("music", "Instrument"), ("guitar-pick", "Instrument à cordes"), ("piano", "Piano, clavier"),
    ("pool", "Piscine"), ("swimming", "Spa"), ("engine", "Pompe, moteur"), ("filter", "Filtration"), ("home", "Logement"), ("building", "Immeuble"),
    ("armchair", "Mobilier"), ("sofa", "Canapé"), ("key", "Clés"), ("apps", "Logiciel"), ("server", "Serveur, réseau"), ("tool", "Divers"),
)  # fmt: skip
