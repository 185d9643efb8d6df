"""The stage of these tests: English, on Telegram, each test on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.stage import Stage


@pytest.fixture(params=["sqlite", "postgresql"])
async def house(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(databases.fresh(request.param), "en", "telegram", tmp_path)
    await stage.open()
    yield stage
    await stage.close()
