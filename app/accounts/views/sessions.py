"""What a browser keeps once somebody's identity is proven."""

from flask import request, session
from flask_login import login_user

from app.accounts import services
from app.accounts.models import User
from app.core.actor import Actor, acting_as
from app.core.db import transaction
from app.core.web import client_address


def start_session(user: User) -> None:
    """Open a session for a person whose identity was checked, and put its token in the cookie."""
    with acting_as(Actor("user", user.id, user.name)), transaction():
        user.session_token = services.open_session(user, address=client_address(), agent=request.user_agent.string)
    session.clear()
    session.permanent = True
    login_user(user)
