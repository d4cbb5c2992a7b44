"""One simulator for each file, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox_process import Sandbox, start_sandbox


@pytest.fixture(scope="module")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox
