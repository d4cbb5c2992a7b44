"""An installation of its own, on SQLite, with a ticket, its photo and its quote: what operators save and verify."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import update

from app.core.config import Settings
from app.core.db import db, transaction
from app.core.jobs import JobRun, JobState
from app.core.revisions import forget_all
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.states import FileKind
from app.factory import create_app
from tests.factories.accounts import an_organisation
from tests.factories.files import a_photo
from tests.factories.quotes import a_sent_quote

#: What back-ups of the tests are encrypted with.
KEY = "une phrase longue pour les essais"


class Installation:
    """A data folder and the application on it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app = create_app(settings)

    @property
    def database(self) -> Path:
        return self.settings.data_dir / "etabli.db"

    def flask(self, *words: object) -> Result:
        """What a command answers."""
        answer = self.app.test_cli_runner().invoke(args=[str(word) for word in words])
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        return answer

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def fill(app: Flask) -> None:
    with app.app_context():
        upgrade()
        an_organisation()
        quote = a_sent_quote()
        with transaction():
            photo = files.store(a_photo(), "photo.jpg", FileKind.PHOTO, by="Nadia")
            files.attach(photo, subject_of(quote.ticket), "À l'entrée")
            # Its work is done: no copy of it, however late in a session, has jobs that nobody took.
            db.session.execute(update(JobRun).values(state=JobState.DONE))


@pytest.fixture(scope="session")
def filled(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with work in it, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    installation = Installation(on(folder, settings))
    fill(installation.app)
    installation.close()
    forget_all()
    return folder


def on(folder: Path, settings: Settings) -> Settings:
    return replace(settings, data_dir=folder, database_url=f"sqlite:///{folder / 'etabli.db'}", backup_key=KEY)


@pytest.fixture
def make(settings: Settings) -> Iterator[Callable[[Path], Installation]]:
    """The application on a data folder."""
    made: list[Installation] = []

    def open_on(folder: Path) -> Installation:
        folder.mkdir(exist_ok=True)
        made.append(Installation(on(folder, settings)))
        return made[-1]

    yield open_on
    for installation in made:
        installation.close()
    forget_all()


@pytest.fixture
def house(filled: Path, tmp_path: Path, make: Callable[[Path], Installation]) -> Installation:
    """An installation with work in it."""
    shutil.copytree(filled, tmp_path / "house")
    return make(tmp_path / "house")


@pytest.fixture
def elsewhere(tmp_path: Path, make: Callable[[Path], Installation]) -> Installation:
    """Another machine: nothing there yet."""
    return make(tmp_path / "elsewhere")


@pytest.fixture
def stranger(settings: Settings, tmp_path: Path) -> Iterator[Installation]:
    """A machine whose key is another."""
    yield from _other(replace(on(tmp_path / "stranger", settings), backup_key="une tout autre phrase d'essai"))


@pytest.fixture
def elsewhere_with(settings: Settings, tmp_path: Path) -> Iterator[Installation]:
    """A machine that made a secret key of its own, kept in its data folder."""
    secret = "une clé secrète d'ailleurs, assez longue".replace("é", "e").replace("è", "e")
    theirs = replace(on(tmp_path / "with", settings), secret_key=secret)
    theirs.data_dir.mkdir()
    (theirs.data_dir / "secret_key").write_text(secret + "\n")
    yield from _other(theirs)


def _other(settings: Settings) -> Iterator[Installation]:
    settings.data_dir.mkdir(exist_ok=True)
    made = Installation(settings)
    yield made
    made.close()
    forget_all()
