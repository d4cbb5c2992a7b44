"""Questions about connections to partners: how they fare, which runs there are, what is done with each kind."""

from app.partners.queries.health import card_of, cards_by_group, last_calls, told_runs
from app.partners.queries.runs import due_accounts, last_run, last_runs, live_runs, lost_runs, outdated_runs

__all__ = [
    "card_of", "cards_by_group", "due_accounts", "last_calls", "last_run", "last_runs", "live_runs", "lost_runs", "outdated_runs",
    "told_runs",
]  # fmt: skip
