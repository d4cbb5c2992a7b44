"""Verbs of quotes: prepare, send, revise, remind, answer, expire. They run inside the caller's transaction."""

from app.sales.services.answers import Signer, accept, check_open, refuse
from app.sales.services.content import Terms, terms_for
from app.sales.services.deadlines import expire, expired_ids, forgotten_ids, remind
from app.sales.services.drafting import add_third, check_sendable, discard, planned_for, prepare, remove_third
from app.sales.services.printing import preview, preview_offer, publish, render
from app.sales.services.risks import Risks, risks_of
from app.sales.services.sending import link_of, revise, send
from app.sales.services.withdrawal import withdraw_contract

__all__ = [
    "Risks", "Signer", "Terms", "accept", "add_third", "check_open", "check_sendable", "discard", "expire", "expired_ids", "forgotten_ids",
    "link_of", "planned_for", "prepare", "preview", "preview_offer",
    "publish", "refuse", "remind", "remove_third", "render", "revise", "risks_of", "send", "terms_for", "withdraw_contract",
]  # fmt: skip
