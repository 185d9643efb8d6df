"""The managed lists people choose from, each entry named in up to three languages."""

from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from db.models.base import Base

Names = dict[str, str]


class Entry(Base):
    """What entries of all lists have. None is ever deleted, so that what members chose keeps its meaning: one that is
    `closed` can no longer be chosen.

    `merged_into` is the entry by which a closed one was replaced, never a chain: who chose either is found by both, and
    reads what they chose. What was changed `by_hand` in the chat is not overwritten by the lists file.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())

    @declared_attr
    def merged_into(cls) -> Mapped[int | None]:  # noqa: N805 - SQLAlchemy hands over the class
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))


class Institution(Entry):
    """A university or programme office, with the fixed person who answers for it."""

    __tablename__ = "institution"

    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_email: Mapped[str | None] = mapped_column(String(120))
    contact_phone: Mapped[str | None] = mapped_column(String(40))


class Faculty(Entry):
    """A part of an institution that programmes belong to."""

    __tablename__ = "faculty"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)


class Programme(Entry):
    """A degree or scholarship programme, of a faculty where the institution has them. `province` and `direction` (to
    China, to Germany) where it has them."""

    __tablename__ = "programme"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    faculty_id: Mapped[int | None] = mapped_column(ForeignKey("faculty.id"), index=True)
    province: Mapped[str | None] = mapped_column(String(10))
    direction: Mapped[str | None] = mapped_column(String(10))


class Cohort(Entry):
    """People of a programme who were in it at the same time, under the name they know themselves by. `to_year` is
    missing where it is of one year."""

    __tablename__ = "cohort"
    __table_args__ = (CheckConstraint("to_year IS NULL OR from_year <= to_year", name="years"),)

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    from_year: Mapped[int]
    to_year: Mapped[int | None]


class Topic(Entry):
    """A professional focus to choose."""

    __tablename__ = "topic"


class ListKind(StrEnum):
    """The lists, short enough for a button."""

    INSTITUTION = "i"
    FACULTY = "f"
    PROGRAMME = "p"
    COHORT = "c"
    TOPIC = "t"


TABLES: dict[ListKind, type[Entry]] = {
    ListKind.INSTITUTION: Institution,
    ListKind.FACULTY: Faculty,
    ListKind.PROGRAMME: Programme,
    ListKind.COHORT: Cohort,
    ListKind.TOPIC: Topic,
}
