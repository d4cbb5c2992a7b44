"""Every periodic job, one line each. Dotted names only: the scheduler imports no feature.

Nightly work finds what is due by its date in the database, and is looked for at start too: a missed night does no harm.
"""

from typing import NamedTuple


class Periodic(NamedTuple):
    """A job to hand to the queue every so many seconds, or by a cron line in the organisation's zone."""

    function: str
    every: int | None = None
    cron: str | None = None
    queue: str = "default"
    at_start: bool = False


PERIODIC: tuple[Periodic, ...] = (
    Periodic("app.core.jobs.sweep", every=5),
    Periodic("app.core.upkeep.refresh_statistics", cron="50 3 * * *", at_start=True),
    Periodic("app.core.jobs.forget_done", cron="40 3 * * *", at_start=True),
    Periodic("app.documents.jobs.sweep_orphans", cron="20 4 * * *"),
    Periodic("app.catalog.jobs.follow_rates", cron="5 0 * * *", at_start=True),
    Periodic("app.sales.jobs.expire_quotes", cron="10 0 * * *", at_start=True),
    Periodic("app.sales.jobs.remind_clients", cron="10 9 * * *", at_start=True),
    Periodic("app.concierge.jobs.try_again", every=600),
    Periodic("app.concierge.jobs.forget_guests", cron="30 4 * * *"),
    Periodic("app.sales.jobs.prove_forgotten", every=3600, queue="heavy", at_start=True),
    Periodic("app.payments.jobs.look_at_checkouts", every=300),
    Periodic("app.payments.jobs.look_at_refunds", every=3600, at_start=True),
    Periodic("app.payments.jobs.remind_unpaid", cron="20 9 * * *", at_start=True),
    Periodic("app.payments.jobs.watch_deposits", cron="25 9 * * *", at_start=True),
    Periodic("app.payments.jobs.collect_debits", cron="30 7 * * *", at_start=True),
    Periodic("app.till.jobs.close_periods", cron="20 0 * * *", at_start=True),
    Periodic("app.einvoicing.jobs.hand_over", every=60),
    Periodic("app.einvoicing.jobs.look", every=300, at_start=True),
    Periodic("app.sales.jobs.make_recurring", cron="30 5 * * *", at_start=True),
    Periodic("app.sales.jobs.ask_instalments", cron="40 5 * * *", at_start=True),
    Periodic("app.tickets.jobs.keep_repairs", every=300, at_start=True),
    Periodic("app.planning.jobs.free_lapsed", every=60, at_start=True),
    Periodic("app.lending.jobs.keep_time", every=300, at_start=True),
    Periodic("app.lending.jobs.watch_insurance", cron="30 8 * * *", at_start=True),
    Periodic("app.lending.jobs.offer_waiting", every=300, at_start=True),
    Periodic("app.lending.jobs.remind", cron="5 9 * * *", at_start=True),
    Periodic("app.repairers.jobs.watch_answers", every=900, at_start=True),
    Periodic("app.members.jobs.keep_time", cron="15 0 * * *", at_start=True),
    Periodic("app.lending.jobs.call_unanswered", every=300, at_start=True),
    Periodic("app.messaging.jobs.fetch_mail", every=60),
    Periodic("app.partners.jobs.watch", every=60, at_start=True),
    Periodic("app.partners.jobs.forget_old", cron="45 3 * * *"),
    Periodic("app.messaging.jobs.sweep", every=600, at_start=True),
    Periodic("app.tickets.jobs.remind_pickups", cron="15 9 * * *", at_start=True),
    Periodic("app.ledger.jobs.catch_up", every=3600, at_start=True),
    Periodic("app.privacy.jobs.keep_rules", cron="10 3 * * *", queue="heavy"),
    Periodic("app.operations.jobs.back_up_nightly", cron="15 2 * * *"),
    Periodic("app.operations.jobs.back_up_missed", every=3600, at_start=True),
    Periodic("app.operations.jobs.watch_backups", cron="35 8 * * *", at_start=True),
    Periodic("app.operations.jobs.seal_rows", every=3600, at_start=True),
)
