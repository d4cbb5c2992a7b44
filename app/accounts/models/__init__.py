"""Tables of accounts."""

from app.accounts.models.organisation import Organisation, Site
from app.accounts.models.users import LoginAttempt, RolePermission, User, UserSession

__all__ = ["LoginAttempt", "Organisation", "RolePermission", "Site", "User", "UserSession"]
