"""The settings of an installation: sound defaults, secrets kept, every fault explained in one sentence."""

import stat
from pathlib import Path

import pytest

from app.core.config import EXAMPLES, SettingError, Settings, load_settings

NO_FILE = Path("/nonexistent/.env")


def load(folder: Path, **values: str) -> Settings:
    """The settings of an installation in `folder` with these values and nothing else."""
    return load_settings({"ETABLI_DATA_DIR": str(folder), **values}, NO_FILE)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/etabli.db"
    assert settings.redis_url == f"unix://{tmp_path}/queue/valkey.sock?db=0"
    assert settings.embedded_queue
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.demo
    assert settings.log_format == "text"
    assert settings.mail_url is None
    assert not settings.https


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = load(tmp_path).secret_key
    assert len(first) >= 48
    assert load(tmp_path).secret_key == first
    made = sorted(tmp_path.iterdir())
    assert [path.name for path in made] == ["backup_key", "secret_key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}


def test_a_secret_key_that_others_could_read_is_closed_again(tmp_path: Path) -> None:
    load(tmp_path)
    (tmp_path / "secret_key").chmod(0o644)
    load(tmp_path)
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    assert load(tmp_path / "a").secret_key != load(tmp_path / "b").secret_key


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, MAIL_URL="smtp://moi:motdepasse@smtp.exemple.fr", SECRET_KEY="k" * 40)
    assert "motdepasse" not in repr(settings)
    assert "kkkk" not in repr(settings)


def test_the_environment_wins_over_the_file_and_an_empty_value_counts_as_absent(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("# réglages\nPORT=8200\nexport DEMO='0'\nBASE_URL=https://a.exemple.fr  # publique\nHOST=\n")
    settings = load_settings({"ETABLI_DATA_DIR": str(tmp_path / "var"), "PORT": "8300", "BASE_URL": ""}, env_file)
    assert settings.port == 8300
    assert not settings.demo
    assert settings.base_url == "https://a.exemple.fr"
    assert settings.https
    assert settings.host == "127.0.0.1"


def test_a_misspelt_name_in_the_file_is_not_ignored(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("DATABASE_URI=postgresql://localhost/etabli\n")
    with pytest.raises(SettingError, match="« DATABASE_URI », sans doute une faute de frappe"):
        load_settings({"ETABLI_DATA_DIR": str(tmp_path)}, env_file)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_usual_spellings_of_a_postgresql_address_are_understood(tmp_path: Path, scheme: str) -> None:
    settings = load(tmp_path, DATABASE_URL=f"{scheme}://moi:mdp@serveur:5432/etabli")
    assert settings.database_url == "postgresql+psycopg://moi:mdp@serveur:5432/etabli"


def test_a_relative_sqlite_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(tmp_path, DATABASE_URL="sqlite:///ici.db").database_url == f"sqlite:///{tmp_path}/ici.db"


def test_a_folder_too_deep_for_a_socket_gets_a_short_path_of_its_own(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    socket = load(deep).queue_socket
    assert len(str(socket)) < 108
    assert load(deep).queue_socket == socket
    assert load(deep / "autre").queue_socket != socket


def test_the_site_is_announced_where_it_can_be_reached(tmp_path: Path) -> None:
    assert load(tmp_path, HOST="0.0.0.0", PORT="8080").base_url == "http://127.0.0.1:8080"
    assert load(tmp_path, HOST="::1").base_url == "http://[::1]:8000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "quatre-vingts"),
        ("PORT", "0"),
        ("PORT", "65534"),
        ("TRUSTED_PROXIES", "-1"),
        ("DEMO", "peut-être"),
        ("LOG_FORMAT", "xml"),
        ("HOST", "http://127.0.0.1"),
        ("BASE_URL", "etabli.exemple.fr"),
        ("BASE_URL", "https://exemple.fr/etabli"),
        ("DATABASE_URL", "mysql://localhost/etabli"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis://localhost:port"),
        ("MAIL_URL", "smtp.exemple.fr"),
        ("MAIL_URL", "smtp://"),
        ("STORAGE_URL", "s3://serveur"),
        ("SENTRY_DSN", "https://sentry.exemple.fr/1"),
        ("SECRET_KEY", "secret"),
    ],
)
def test_a_wrong_value_is_refused_by_one_sentence_with_an_example(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        load(tmp_path, **{name: value})
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} : ")
    assert sentence.endswith(f"(exemple : {name}={EXAMPLES[name]}).")
    assert "\n" not in sentence


def test_the_password_of_a_wrong_address_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        load(tmp_path, DATABASE_URL="mysql://moi:motdepasse@localhost/etabli")
    assert "motdepasse" not in str(caught.value)


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    with pytest.raises(SettingError, match="n'est pas un dossier"):
        load(tmp_path / "fichier")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_setting_is_described_for_operators(name: str) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
    assert f"| `{name}` |" in page.read_text(encoding="utf-8")
