"""Bringing a database up to date, from whatever revision it is at."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def configure(engine: Engine) -> Config:
    """Alembic's configuration for this engine; the rest of it stands in pyproject.toml."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the steps that are missing, up to `revision`. Doing it twice does nothing."""
    command.upgrade(configure(engine), revision)
