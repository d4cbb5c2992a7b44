"""The words of the Open Repair Data Standard in French. https://standard.openrepair.org"""

from app.exchange.kinds.base import Format
from app.tickets.states import Outcome

ORDS = Format(
    "Open Repair Data Standard",
    frozenset(
        ("id", "data_provider", "product_category", "repair_status", "group_identifier", "event_date", "problem")
    ),
)

# Fixed: repaired. Repairable: could have been, was left so. End of life: cannot be. Unknown: the file does not say.
OUTCOMES: dict[str, Outcome | None] = {
    "Fixed": Outcome.REPAIRED,
    "Repairable": Outcome.ABANDONED,
    "End of life": Outcome.NOT_REPAIRABLE,
    "Unknown": None,
}

BARRIERS = {
    "spare parts not available": "pièces introuvables",
    "spare parts too expensive": "pièces trop chères",
    "no way to open product": "appareil impossible à ouvrir",
    "repair information not available": "pas de documentation de réparation",
    "lack of equipment": "outillage manquant",
    "item too worn out": "appareil trop usé",
}

CATEGORIES = {
    "Aircon/dehumidifier": "Climatiseur, déshumidificateur",
    "Battery/charger/adapter": "Batterie, chargeur, adaptateur",
    "Coffee maker": "Cafetière",
    "Decorative or safety lights": "Éclairage décoratif ou de sécurité",
    "Desktop computer": "Ordinateur fixe",
    "Digital compact camera": "Appareil photo compact",
    "DSLR/video camera": "Reflex, caméscope",
    "Fan": "Ventilateur",
    "Flat screen": "Écran plat",
    'Flat screen 15-17"': "Écran plat",
    'Flat screen 19-20"': "Écran plat",
    'Flat screen 22-24"': "Écran plat",
    'Flat screen 26-30"': "Écran plat",
    'Flat screen 32-37"': "Écran plat",
    "Food processor": "Robot de cuisine",
    "Games console": "Console de jeux",
    "Hair & beauty item": "Coiffure et beauté",
    "Hair dryer": "Sèche-cheveux",
    "Handheld entertainment device": "Lecteur portable",
    "Headphones": "Casque audio",
    "Hi-Fi integrated": "Chaîne hi-fi",
    "Hi-Fi separates": "Élément hi-fi",
    "Iron": "Fer à repasser",
    "Kettle": "Bouilloire",
    "Lamp": "Lampe",
    "Laptop": "Ordinateur portable",
    "Laptop large": "Ordinateur portable",
    "Laptop medium": "Ordinateur portable",
    "Laptop small": "Ordinateur portable",
    "Large home electrical": "Gros électroménager",
    "Misc": "Divers",
    "Mobile": "Téléphone mobile",
    "Musical instrument": "Instrument de musique",
    "Paper shredder": "Destructeur de documents",
    "PC accessory": "Accessoire informatique",
    "Portable radio": "Radio portative",
    "Power tool": "Outil électroportatif",
    "Printer/scanner": "Imprimante, scanner",
    "Projector": "Vidéoprojecteur",
    "Sewing machine": "Machine à coudre",
    "Small home electrical": "Petit appareil de la maison",
    "Small kitchen item": "Petit appareil de cuisine",
    "Tablet": "Tablette",
    "Toaster": "Grille-pain",
    "Toy": "Jouet",
    "TV and gaming-related accessories": "Accessoire TV et jeux",
    "Vacuum": "Aspirateur",
    "Watch/clock": "Montre, horloge",
    "Large office equipment": "Gros matériel de bureau",
    "Small office equipment": "Petit matériel de bureau",
    "Large power tool": "Gros outil électrique",
    "Garden tool": "Outil de jardin",
    "Bicycle": "Vélo",
    "Furniture": "Mobilier",
    "Jewellery": "Bijou",
    "Clothing/textile": "Vêtement, textile",
    "Non-electric": "Objet non électrique",
}

# Words that say that the brand is not known.
NO_BRAND = frozenset(
    (
        "unknown",
        "onbekend",
        "inconnu",
        "inconnue",
        "unbekannt",
        "none",
        "aucune",
        "n a",
        "na",
        "no name",
        "geen",
        "sans marque",
    )
)
