import pytest
from flask import Flask

from tests.interface.site import sample_site


@pytest.fixture
def site() -> Flask:
    return sample_site()
