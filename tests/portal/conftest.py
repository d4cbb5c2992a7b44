"""A client with nothing but a link: no account, no script."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.contacts.models import Contact
from app.core.db import db
from tests.cast import Cast
from tests.factories.members import a_child, a_home, members_on


class Visitor:
    """A browser without JavaScript, where nobody is signed in: it follows links and posts forms as they are on the page."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = ""

    def get(self, url: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(url, follow_redirects=True, **options))

    def post(self, url: str, *, follow: bool = True, **fields: Any) -> TestResponse:
        return self._seen(self.client.post(url, data={**fields, "csrf_token": self.token}, follow_redirects=follow))

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html":
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
            self.token = found.group(1) if found else self.token
        db.session.rollback()
        return answer


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def lina(cast: Cast) -> Contact:
    """Karim's daughter."""
    members_on()
    child = a_child("Lina Benyahia")
    a_home(cast.karim, child)
    return child
