"""Connections to partners: accounts entered once, tasks done regularly, page after page.

`declare_task` and `PartnerTask` are what a feature needs to have something done with an account; `registry` says how a task is
written, docs/partners.md how a partner is added.
"""

from app.partners.queries.registry import PartnerTask, Step, declare_task
from app.partners.services.accounts import add_account, archive_account, change_account, switch_account

__all__ = [
    "PartnerTask", "Step", "add_account", "archive_account", "change_account", "declare_task", "switch_account",
]  # fmt: skip
