"""Forms of quotes and of the documents that follow them."""

from app.sales.forms.documents import (
    CreditForm,
    DeliveryForm,
    DepositForm,
    HeadForm,
    InstalmentForm,
    LineForm,
    NewForm,
    ProgressForm,
    QuantitiesForm,
    RebateForm,
    RepeatForm,
    ReturnForm,
    ScheduleForm,
    ThirdForm,
)
from app.sales.forms.offers import OfferForm, OfferLineForm
from app.sales.forms.quotes import AnswerForm, SendForm, TermsForm

__all__ = [
    "AnswerForm", "CreditForm", "DeliveryForm", "DepositForm", "HeadForm", "InstalmentForm", "LineForm", "NewForm", "OfferForm", "OfferLineForm", "ProgressForm", "QuantitiesForm",
    "RebateForm", "RepeatForm", "ReturnForm", "ScheduleForm", "SendForm", "TermsForm", "ThirdForm",
]  # fmt: skip
