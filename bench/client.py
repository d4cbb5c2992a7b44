"""A person's browser for measurements: keeps its connection and cookies, sends the token of its session."""

import gzip
import re
import time
from dataclasses import dataclass, field

import requests

PASSWORD = "etabli-demo"  # noqa: S105  (published: demonstration accounts only)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Refused(RuntimeError):
    """The site did not answer as the measurement expects."""


@dataclass
class Answer:
    """What one operation received: milliseconds, the last body, and the statements counted when the server counts them."""

    ms: float
    body: bytes
    url: str
    queries: int

    @property
    def size(self) -> int:
        """Bytes as they are."""
        return len(self.body)

    @property
    def size_gz(self) -> int:
        """Bytes as a reverse proxy sends them."""
        return len(gzip.compress(self.body, 6))


@dataclass
class Client:
    """Signed in as one of the demonstration's accounts."""

    base: str
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    @classmethod
    def signed_in(cls, base: str, who: str) -> "Client":
        """Sign in as `who@demo.example`. Raises Refused."""
        client = cls(base)
        client.read_token("/connexion")
        client.post("/connexion", {"email": f"{who}@demo.example", "password": PASSWORD})
        client.read_token("/profil")
        return client

    def read_token(self, path: str) -> None:
        """Take the token that forms of this session carry."""
        found = TOKEN.search(self.get(path).body.decode())
        if found is None:
            raise Refused(f"no token on {path}")
        self.token = found[1]

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        """Ask for a page, or as htmx does for a fragment."""
        return self._send("GET", path, headers={"HX-Request": "true"} if htmx else {})

    def post(self, path: str, fields: dict[str, str], *, follow: bool = True) -> Answer:
        """Send a form as a browser does (multipart, token included) and follow to the page it leads to, or only say which."""
        parts = {name: (None, value) for name, value in {**fields, "csrf_token": self.token}.items()}
        return self._send("POST", path, files=parts, allow_redirects=follow)

    def _send(self, method: str, path: str, **options: object) -> Answer:
        start = time.perf_counter()
        answer = self.session.request(method, self.base + path, timeout=120, **options)  # type: ignore[arg-type]
        ms = (time.perf_counter() - start) * 1000
        led = answer.headers.get("Location", "") if answer.is_redirect else ""
        if (
            answer.status_code != (303 if led else 200)
            or led.endswith("/connexion")
            or (answer.url.endswith("/connexion") and path != "/connexion")
        ):
            raise Refused(f"{method} {path}: {answer.status_code} {answer.url}\n{answer.text[:500]}")
        queries = sum(int(step.headers.get("X-Queries", 0)) for step in [*answer.history, answer])
        return Answer(ms, answer.content, led or answer.url, queries)
