"""What other pages show of e-invoicing: an invoice's statuses, a supplier's invoice's answers, the dashboard when something is wrong."""

from typing import Any

from app.einvoicing.queries import duties, flows
from app.einvoicing.services import answers, words
from app.einvoicing.services.account import platform
from app.einvoicing.states import DISPUTES, REASONS, TROUBLED, Answer, FlowState
from app.purchasing.models import SupplierInvoice
from app.sales.models import SalesDocument
from app.sales.services.facturx import sendable
from app.sales.states import ISSUED, EinvoiceState


def document_panel(document: SalesDocument) -> dict[str, Any] | None:
    """Where an invoice stands on the platform; absent for what does not go there."""
    if document.kind not in ISSUED or document.issued_at is None or not document.content.get("business"):
        return None
    rows = flows.flows_of(SalesDocument.__kind__, document.id)
    account = platform()
    if document.einvoice == EinvoiceState.NONE and not rows and not sendable(document):
        return None
    code = next((str(row.told.get("reason_code") or "") for row in rows if row.told.get("reason_code")), "")
    refused = document.einvoice == EinvoiceState.REJECTED
    return {
        "einvoice": {
            "document": document, "statuses": flows.statuses_of(document.id), "account": account, "todo": words.what_to_do(document.einvoice, code),
            "waits": next((row for row in rows if row.state in (FlowState.TO_SEND, FlowState.SENDING) and row.error), None),
            "hand_over": bool(account) and sendable(document) and (document.einvoice == EinvoiceState.NONE or (refused and code in words.AGAIN)),
            "by_hand": account is None and sendable(document) and document.einvoice == EinvoiceState.NONE,
            "troubled": document.einvoice in TROUBLED,
        }
    }  # fmt: skip


def bill_panel(bill: SupplierInvoice) -> dict[str, Any] | None:
    """What we told of a supplier's invoice that came by the platform, and what may still be said."""
    if answers.origin_of(bill.id) is None:
        return None
    rows = [row for row in flows.flows_of(SupplierInvoice.__kind__, bill.id) if row.told.get("code")]
    said = {str(row.told["code"]) for row in rows if row.state != FlowState.REFUSED}
    return {
        "reply": {
            "bill": bill, "rows": rows, "reasons": REASONS, "disputes": DISPUTES, "account": platform(), "Answer": Answer,
            "choices": [one for one in Answer if one.value not in said and Answer.REFUSED.value not in said],
        }
    }  # fmt: skip


def dashboard_panel(_user: Any) -> dict[str, Any] | None:
    """Only when something is wrong: refused, unreadable, the account in trouble, or no platform while the law wants one."""
    account, figures = platform(), flows.figures()
    due = [duty for duty in duties.duties() if duty.now] if account is None else []
    if not (figures.wrong or due or (account is not None and account.last_error)):
        return None
    return {"figures": figures, "due": due, "account": account}
