"""What assets holds on a person: his things."""

from app.assets.models import Asset
from app.core.personal import CONTRACTS, Holding, PersonalData

PERSONAL = PersonalData(
    "assets",
    "Matériels confiés",
    "Reconnaître le matériel d'un client et suivre ses réparations",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(
            Asset,
            lambda person: Asset.owner_id == person.contact_id,
            blank=(
                "serial",
                "serial_key",
                "barcode",
                "inventory_number",
                "shelf",
                "custom",
                "notes",
                "source_ref",
                "value",
            ),
            put={"label": lambda row, _person: f"Matériel n° {row.id}"},
            plain=("brand",),
        ),
    ),
)
