"""Verbs of accounts: signing in and out, accounts, rights, the organisation."""

from app.accounts.services.attempts import forget_refusals, note_refusal, too_many_attempts
from app.accounts.services.letters import invitation_url
from app.accounts.services.organisation import change_organisation, check_accent, create_organisation
from app.accounts.services.passwords import check_password, hash_password, password_fault, set_password, verify
from app.accounts.services.people import (
    INVITATION_DAYS,
    RESET_HOURS,
    add_user,
    ask_reset,
    change_appearance,
    change_person,
    change_profile,
    deactivate,
    holder_of,
    invite,
    new_invitation,
    reactivate,
    remove_totp_of,
    send_invitation,
    send_reset,
    sign_out_everywhere,
    take_link,
)
from app.accounts.services.rights import RIGHTS, grant, restore_presets, save_rights
from app.accounts.services.second_step import (
    check_code,
    new_secret,
    open_secret,
    qr_code,
    renew_recovery_codes,
    turn_off_totp,
    turn_on_totp,
)
from app.accounts.services.sessions import close_session, close_sessions_of, hash_token, open_session

__all__ = [
    "INVITATION_DAYS", "RESET_HOURS", "RIGHTS", "add_user", "ask_reset", "change_appearance", "change_organisation",
    "change_person", "change_profile", "check_accent", "check_code", "check_password", "close_session", "close_sessions_of",
    "create_organisation", "deactivate", "forget_refusals", "grant", "hash_password", "hash_token", "holder_of",
    "invitation_url", "invite", "new_invitation", "new_secret", "note_refusal", "open_secret", "open_session",
    "password_fault", "qr_code", "reactivate", "remove_totp_of", "renew_recovery_codes", "restore_presets", "save_rights", "send_invitation",
    "send_reset", "set_password", "sign_out_everywhere", "take_link", "too_many_attempts", "turn_off_totp", "turn_on_totp", "verify",
]  # fmt: skip
