"""A test browser: signs in, posts forms with their token, asks for fragments as htmx does."""

import re
from typing import Any

from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.db import db

PASSWORD = "etabli-demo"


class FreshClient(FlaskClient):
    """Flask's test client, whose requests share nothing: the test's own application context would lend them its `g`."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Make a request with an empty `g`, as a server does."""
        if has_app_context():
            for name in list(g):
                g.pop(name)
        return super().open(*args, **options)


class Browser:
    """One person's browser over Flask's test client."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.token = ""

    def as_(self, who: str) -> "Browser":
        """Sign in as `who@demo.example`."""
        self.client = self.app.test_client()
        self._take_token(self.client.get("/connexion"))
        answer = self.post("/connexion", email=f"{who}@demo.example", password=PASSWORD)
        assert answer.status_code == 303, answer.text[:2000]
        self.token = ""  # signing in begins another session, whose forms have another token
        return self

    def _take_token(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html":
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"|X-CSRFToken&#34;: &#34;([^&]+)&', answer.text)
            if found:
                self.token = found.group(1) or found.group(2)
        db.session.rollback()
        return answer

    def get(self, url: str, *, htmx: bool = False, follow: bool = True, **options: Any) -> TestResponse:
        headers = {"HX-Request": "true"} if htmx else {}
        return self._take_token(self.client.get(url, headers=headers, follow_redirects=follow, **options))

    def post(
        self, url: str, *, htmx: bool = False, follow: bool = False, data: Any = None, **fields: Any
    ) -> TestResponse:
        headers = {"HX-Request": "true"} if htmx else {}
        if not self.token:
            self.get("/profil")
        form = {**(data or {}), **fields, "csrf_token": self.token}
        return self._take_token(self.client.post(url, data=form, headers=headers, follow_redirects=follow))
