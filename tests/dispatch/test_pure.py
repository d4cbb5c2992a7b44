"""The sharing of repairs needs neither the database nor the web (docs/architecture.md)."""

import subprocess
import sys

from tests.code_base.source import ROOT


def test_it_is_loaded_without_the_application() -> None:
    code = (
        "import sys, app.dispatch.services; print({'flask', 'sqlalchemy', 'app.core.db'} & set(sys.modules) or 'alone')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "alone"
