"""The row that all three bots of the comparison store, and the one way the two others store it."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TOKEN = "4242:BENCH"
LANGUAGES = {"de": "Deutsch", "zh_Hans": "中文", "en": "English"}
SYNCHRONOUS = "NORMAL"


class Base(DeclarativeBase):
    """Apart from the product's own tables."""


class Registered(Base):
    __tablename__ = "registered"

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int]
    language: Mapped[str]
    name: Mapped[str]
    city: Mapped[str]


def open_async(database: str) -> tuple[AsyncEngine, async_sessionmaker[AsyncSession]]:
    """SQLite as our own engine sets it up: WAL, the same `synchronous`."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", f"synchronous={SYNCHRONOUS}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine, async_sessionmaker(engine, expire_on_commit=False)


async def create_tables(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
