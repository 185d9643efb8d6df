"""Getting a demonstration ready: its own settings, a port that is free, a filled database."""

import secrets
import socket
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.demo.importing import bring_in
from bot.demo.seeding import seed
from bot.settings import Settings
from db.engine import in_session, open_engine
from db.gazetteer.load import load_gazetteer
from db.lists import take_lists
from db.migrations.upgrade import upgrade

HOST = "127.0.0.1"
PORTS_TRIED = 50
# Smaller places take longer to load than they are worth here; those with a curated name are always there.
LARGE_CITIES = 150_000

Progress = Callable[[int, int], None]


class DemoSettings(Settings):
    """Settings that come from nowhere: neither from the environment nor from a .env that happens to be there."""

    model_config = SettingsConfigDict(extra="forbid")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_others: object,
        **_more: object,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def demo_settings(folder: Path) -> Settings:
    """For a database in `folder`, which goes with it, and any port. The secret is new each time."""
    given: dict[str, Any] = {
        "network_name": "Alumni Germany–China",
        "secret_key": secrets.token_urlsafe(32),
        "database_url": f"sqlite:///{folder / 'demo.db'}",
        "web_host": HOST,
        "web_port": 0,
        "erasure_list": folder / "erased.txt",
        "controller_name": "Example University",
        "controller_address": "Example Street 1, 00000 Example City",
        "controller_email": "alumni@university.example",
        "privacy_officer": "privacy@university.example",
        "privacy_authority": "Example Commissioner for Data Protection",
    }
    return DemoSettings(**given)


def at_free_port(settings: Settings, first: int) -> Settings:
    """The same settings at `first`, or at the next port nobody listens on now."""
    port = _find_free_port(first)
    return settings.model_copy(update={"web_port": port, "web_url": f"http://{HOST}:{port}"})


def _find_free_port(first: int) -> int:
    """`first`, or the next port nobody listens on."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {first} on")


def prepare(settings: Settings, number: int, progress: Progress) -> None:
    """Make the database of seed `number`: tables, lists, cities, people. Some seconds; `progress` hears of it."""
    engine = open_engine(settings.database_url)
    upgrade(engine)
    lists = tomllib.loads(files("bot").joinpath("lists.toml").read_text(encoding="utf-8"))
    in_session(engine, lambda session: take_lists(session, lists))
    load_gazetteer(engine, progress, population_over=LARGE_CITIES)
    now = datetime.now(UTC)
    in_session(engine, lambda session: seed(session, settings.house(demo=True), number, now))
    bring_in(engine, number, now)
    engine.dispose()
