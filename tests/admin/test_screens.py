"""Every mapped class has its screen, and every screen answers the manager in French."""

import pytest

from app.admin.queries.entities import TECHNICAL, entities
from app.core.db import Base
from tests.admin.conftest import first_id
from tests.signing import Browser

pytestmark = pytest.mark.row("F1")


def test_every_mapped_class_has_a_screen_but_for_the_technical_ones():
    mapped = {mapper.class_.__tablename__ for mapper in Base.registry.mappers}
    assert {entity.table for entity in entities()} == mapped - TECHNICAL


def test_the_front_page_counts_what_each_screen_holds(camille: Browser):
    page = camille.get("/admin/")
    assert page.status_code == 200
    for entity in entities():
        assert f'href="{entity.path}"' in page.text


def test_every_list_and_every_record_answer(camille: Browser):
    for entity in entities():
        found = camille.get(entity.path)
        assert found.status_code == 200, (entity.table, found.text[:500])
        details = camille.get(f"{entity.path}details/?id={first_id(entity)}")
        assert details.status_code == 200, entity.table
