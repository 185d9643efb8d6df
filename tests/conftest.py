"""The stage of every dialogue: the real application, a real database, and a small real Bot API server.

A dialogue is written once. It runs in one combination of language, door and database, which rotates with its
name; one marked `everywhere` runs in every language, where the doors and databases take turns.
"""

import os
import zlib
from collections.abc import AsyncIterator, Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

os.environ["PTB_TIMEDELTA"] = "true"

from tests.databases import Databases, Postgres
from tests.stage import Stage

# How long a busy machine takes to invent the first example says nothing about what is tested.
settings.register_profile("here", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("here")

LANGUAGES, DOORS, DATABASES = ("de", "zh_Hans", "en"), ("telegram", "web"), ("sqlite", "postgresql")
COMBINATIONS = list(product(LANGUAGES, DOORS, DATABASES))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "everywhere: run this dialogue in every language, doors and databases by turns")
    config.addinivalue_line("markers", "door(name): run this dialogue at one door only")
    config.addinivalue_line("markers", "database(name): run this dialogue on one database only")
    config.addinivalue_line("markers", "language(tag): run this dialogue in one language only")


def _fits(metafunc: pytest.Metafunc, combination: tuple[str, str, str]) -> bool:
    for marker, value in zip(("language", "door", "database"), combination, strict=True):
        wanted = metafunc.definition.get_closest_marker(marker)
        if wanted is not None and wanted.args[0] != value:
            return False
    return True


def _by_turns(fitting: list[tuple[str, str, str]], number: int) -> list[tuple[str, str, str]]:
    """Each language once, at a door and on a database that change from one to the next; both databases where there is
    one language and door only. All tests together come by every combination."""
    if len({(language, door) for language, door, _database in fitting}) == 1:
        return fitting
    spoken = sorted({language for language, _door, _database in fitting})
    by_language = [[each for each in fitting if each[0] == language] for language in spoken]
    # Of (door, database) the next one: with four of them, neighbours differ in both.
    order = (0, 3, 1, 2)
    return [rest[order[(place + number) % 4] % len(rest)] for place, rest in enumerate(by_language)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "combination" not in metafunc.fixturenames:
        return
    fitting = [combination for combination in COMBINATIONS if _fits(metafunc, combination)]
    number = zlib.crc32(metafunc.definition.nodeid.encode())
    if metafunc.definition.get_closest_marker("everywhere") is None:
        fitting = [fitting[number % len(fitting)]]
    else:
        fitting = _by_turns(fitting, number)
    metafunc.parametrize("combination", fitting, ids=["-".join(each) for each in fitting], scope="function")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A folder of its own: pytest's are taken away by other runs on the same machine."""
    with TemporaryDirectory(prefix="alumni-postgres-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"), postgres)
    yield made
    made.close()


@pytest.fixture
async def stage(combination: tuple[str, str, str], databases: Databases, tmp_path: Path) -> AsyncIterator[Stage]:
    language, door, database = combination
    made = Stage(databases.fresh(database), language, door, tmp_path)
    await made.open()
    yield made
    await made.close()
