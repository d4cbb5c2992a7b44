"""A real browser on the real processes: web, worker, scheduler and partner sandbox, as `make run` starts them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ("favicon",)


@dataclass
class House:
    """A running installation and the folder of its data."""

    url: str
    data: Path
    port: int

    @property
    def catcher(self) -> str:
        """The page of the mail and SMS that went out."""
        return f"http://127.0.0.1:{self.port + 1}"


def free_ports(count: int = 4) -> int:
    """The first of `count` neighbouring free ports."""
    for start in range(20_000 + os.getpid() % 20_000, 60_000, count):
        probes = []
        try:
            for port in range(start, start + count):
                probe = socket.socket()
                probe.bind(("127.0.0.1", port))
                probes.append(probe)
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        if len(probes) == count:
            return start
    raise RuntimeError("no free ports")


def flask(data: Path, port: int, *words: str, **env: str) -> str:
    """Run a command of the operators on that installation."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=environment(data, port, **env),
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """The settings of an installation of its own."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    return kept | {"ETABLI_DATA_DIR": str(data), "PORT": str(port), "DEMO": "0"} | more


def start(data: Path, port: int, *words: str, **env: str) -> subprocess.Popen[bytes]:
    """Start the supervisor and wait for the site."""
    with (data / "supervisor.out").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.supervisor", *words], cwd=ROOT, env=environment(data, port, **env),
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError((data / "supervisor.out").read_text())
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante", timeout=2) as answer:
                if answer.status == 200:
                    return process
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError("the site did not start: " + (data / "supervisor.out").read_text())


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C."""
    process.send_signal(signal.SIGINT)
    process.wait(20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("Chromium is not installed: `make test` installs it when it may")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--lang=fr-FR"]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    found = chromium.new_context(locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 1440, "height": 900})
    found.add_init_script("window.print = () => {}")  # there is no printer here: headless Chromium falls on its dialog
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay silent."""
    found = context.new_page()
    faults = watch(found)
    yield found
    if folder := os.environ.get("JOURNEY_SHOTS"):  # where to keep the last picture, to see why a journey stopped
        found.screenshot(path=Path(folder) / "last.png", full_page=True)
    assert faults == []


def watch(page: Page) -> list[str]:
    """Collect console errors and page errors."""
    faults: list[str] = []
    page.on(
        "console",
        lambda message: faults.append(message.text) if message.type == "error" and not expected(message.text) else None,
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


def expected(text: str) -> bool:
    """Answers 409 and 422 are part of a form's life; the browser calls them errors."""
    return any(code in text for code in ("409 (", "422 (", "410 (")) or any(word in text for word in QUIET)
