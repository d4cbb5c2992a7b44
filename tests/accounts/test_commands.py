"""`flask user create`."""

from flask import Flask

from app.accounts import queries
from app.accounts.states import Role
from tests.accounts.helpers import try_to_sign_in, words
from tests.cast import Cast
from tests.signing import Browser


def test_an_operator_makes_an_account_with_a_hidden_password(app: Flask, cast: Cast, browser: Browser) -> None:
    typed = "trois petits pots\ntrois petits pots\n"
    done = app.test_cli_runner().invoke(
        args=["user", "create", "--email", "Luc@demo.example", "--name", "Luc", "--role", "gerant"], input=typed
    )
    assert done.exit_code == 0, done.output
    assert "trois petits pots" not in done.output
    user = queries.user_by_email("luc@demo.example")
    assert user
    assert user.role == Role.MANAGER
    assert try_to_sign_in(browser, "luc@demo.example", "trois petits pots").status_code == 303


def test_or_gets_an_invitation_link_to_hand_over(app: Flask, cast: Cast, browser: Browser) -> None:
    done = app.test_cli_runner().invoke(
        args=["user", "create", "--email", "luc@demo.example", "--name", "Luc", "--role", "accueil", "--invite"]
    )
    assert done.exit_code == 0, done.output
    path = "/" + done.output.strip().split("/", 3)[3]
    assert "Bienvenue, Luc" in words(browser.get(path))


def test_a_weak_password_or_a_taken_address_is_refused_in_french(app: Flask, cast: Cast) -> None:
    runner = app.test_cli_runner()
    weak = runner.invoke(
        args=["user", "create", "--email", "luc@demo.example", "--name", "Luc", "--role", "accueil"],
        input="court\ncourt\n",
    )
    assert weak.exit_code == 1
    assert "trop court" in weak.output
    taken = runner.invoke(
        args=["user", "create", "--email", "gerant@demo.example", "--name", "Luc", "--role", "accueil", "--invite"]
    )
    assert taken.exit_code == 1
    assert "a déjà un compte" in taken.output
