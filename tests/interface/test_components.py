"""What the macros promise to a reader, a keyboard or a screen reader."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Optional

from app.core.components import initials, tint

ROOT = Path(__file__).resolve().parents[2]
JINJA = re.compile(r"{[{%#].*?[}%#]}", re.DOTALL)
INLINE = re.compile(r"""<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\ssrc=|application/json))""")


class SampleForm(Form):
    phone = StringField("Téléphone", [InputRequired("Saisissez le numéro de téléphone")])
    note = StringField("Note", [Optional()], description="Jamais imprimée")


def shown(site: Flask, source: str, **context: object) -> str:
    with site.test_request_context("/"):
        return render_template_string(source, **context)


def invalid_form() -> SampleForm:
    form = SampleForm(data={"phone": ""})
    form.validate()
    return form


def test_an_error_is_tied_to_its_field(site: Flask) -> None:
    html = shown(site, "{{ ui.ligne_champ(form.phone) }}", form=invalid_form())
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="phone-erreur"' in html
    assert re.search(r'id="phone-erreur">.*Saisissez le numéro de téléphone', html)


def test_a_field_that_may_stay_empty_says_so_and_its_hint_is_read_with_it(site: Flask) -> None:
    html = shown(site, "{{ ui.ligne_champ(form.note) }}", form=SampleForm())
    assert "(facultatif)" in html
    assert 'aria-describedby="note-aide"' in html


def test_the_error_summary_counts_and_links_to_the_fields(site: Flask) -> None:
    html = shown(site, "{{ ui.resume_erreurs(form) }}", form=invalid_form())
    assert "1 champ à corriger" in html
    assert 'href="#phone"' in html
    assert "data-focus" in html


def test_the_current_step_is_announced(site: Flask) -> None:
    html = shown(site, '{{ ui.etapes(["Reçu", "Diagnostic", "Devis"], 1) }}')
    assert html.count('aria-current="step"') == 1
    assert re.search(r'aria-current="step".*Diagnostic', html)


def test_what_a_person_typed_is_never_markup(site: Flask) -> None:
    html = shown(site, "{{ ui.avatar(name) }}{{ ui.badge(name) }}{{ ui.vide(name) }}", name="<b>x</b>")
    assert "<b>x</b>" not in html


@pytest.mark.parametrize(
    ("name", "letters"), [("Paul-Émile Tissot", "PT"), ("Anne Le Bihan", "AB"), ("Odile", "O"), ("", "")]
)
def test_initials_are_the_first_letters_of_the_first_and_last_words(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_keeps_the_same_colour() -> None:
    assert tint("Inès Rousseau") == tint("Inès Rousseau")


def test_an_unknown_macro_is_named(site: Flask) -> None:
    with pytest.raises(Exception, match="badje"):
        shown(site, "{{ ui.badje('x') }}")


# E-mail programs read no style sheet: messages/ is apart.
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if path.parent.name != "messages"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_template_has_an_inline_script_style_or_handler(path: Path) -> None:
    assert not INLINE.search(JINJA.sub("", path.read_text()))
