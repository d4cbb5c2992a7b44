"""Verbs of outside repairers: profiles, sharing, answers, delays, invoices. They run inside the caller's transaction."""

from app.repairers.services.answering import accept, announce_delay, answer_quote, refuse, send_quote
from app.repairers.services.billing import BillDraft, Told, bill_repairs, keep_file, told_by
from app.repairers.services.profiles import (
    ProfileInput,
    SkillInput,
    add_absence,
    add_repairer,
    archive,
    change_repairer,
    drop_absence,
    set_leads,
)
from app.repairers.services.rebalancing import Preview, apply, preview
from app.repairers.services.sharing import (
    changed_hands,
    entrust,
    keep_here,
    locked,
    send_out,
    set_terms,
    suggest,
    taken_in,
    withdraw,
)

__all__ = [
    "BillDraft", "Preview", "ProfileInput", "SkillInput", "Told", "accept", "add_absence", "add_repairer", "announce_delay",
    "answer_quote", "apply", "archive", "bill_repairs", "change_repairer", "changed_hands", "drop_absence", "entrust",
    "keep_file", "keep_here", "locked", "preview", "refuse", "send_out", "send_quote", "set_leads", "set_terms", "suggest",
    "taken_in", "told_by", "withdraw",
]  # fmt: skip
