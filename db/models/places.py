"""Cities and the folded names they are found by. The rows come from the gazetteer, nobody edits them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base

LONGEST_FOLDED = 64
# Prefix search compares code points, so PostgreSQL must not sort by the rules of a language here.
FoldedText = String(LONGEST_FOLDED).with_variant(String(LONGEST_FOLDED, collation="C"), "postgresql")


class Place(Base):
    """A city or town. `name` is the one for English and every other Latin reader."""

    __tablename__ = "place"
    __table_args__ = (Index(None, "latitude", "longitude"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str | None] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(120))
    name_de: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str | None] = mapped_column(String(60))
    latitude: Mapped[float]
    longitude: Mapped[float]
    zone: Mapped[str] = mapped_column(String(40))
    population: Mapped[int]


class PlaceName(Base):
    """One folded name of a place, without spaces. The primary key is the index that prefix search walks.

    `population` repeats the place's, so that the largest can be chosen without visiting `place`.
    """

    __tablename__ = "place_name"
    __table_args__ = ({"sqlite_with_rowid": False},)

    folded: Mapped[str] = mapped_column(FoldedText, primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True, autoincrement=False)
    population: Mapped[int]


class Gazetteer(Base):
    """The one row that says which edition is in the tables; `loaded_at` is empty while it is being loaded.

    `population_over` is the size below which places were left out.
    """

    __tablename__ = "gazetteer"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, default=1)
    version: Mapped[str] = mapped_column(String(40))
    population_over: Mapped[int]
    loaded_at: Mapped[datetime | None]
