"""What till holds on a person: the tickets with his name on the account. Sealed: never changed."""

from app.core.personal import ACCOUNTING, CONTRACTS, Holding, PersonalData, Since
from app.till.models import TillSale

PERSONAL = PersonalData(
    "till",
    "Tickets de caisse",
    "Vendre au comptant, justifier les recettes",
    "Obligation légale",
    ACCOUNTING,
    (
        Holding(
            TillSale,
            lambda person: TillSale.contact_id == person.contact_id,
            kept="Ticket de caisse scellé, conservé 10 ans (code de commerce, art. L123-22 ; CGI, art. 286 I 3° bis).",
        ),
    ),
    since=(Since(TillSale.contact_id, TillSale.at, CONTRACTS),),
)
