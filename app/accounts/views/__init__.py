"""Pages of accounts: sign in, one's own profile, and the settings of the team, rights and organisation."""

from app.accounts.views import (
    links,
    organisation,
    profile,
    rights,
    search,
    second_step,
    sessions,
    settings,
    signin,
    team,
    totp,
    user_help,
)
from app.accounts.views.blueprint import bp
from app.accounts.views.sessions import start_session

__all__ = [
    "bp", "links", "organisation", "profile", "rights", "search", "second_step", "sessions", "settings", "signin",
    "start_session", "team", "totp", "user_help",
]  # fmt: skip
