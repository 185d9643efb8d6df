"""The managed lists people choose from, each entry named in three languages."""

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base

Names = dict[str, str]


class Institution(Base):
    """A university or programme office, with the fixed person who answers for it."""

    __tablename__ = "institution"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_email: Mapped[str | None] = mapped_column(String(120))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)


class Faculty(Base):
    """A part of an institution that programmes belong to."""

    __tablename__ = "faculty"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    names: Mapped[Names] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)


class Programme(Base):
    """A degree or scholarship programme, of a faculty where the institution has them. `province` and `direction` (to
    China, to Germany) where it has them."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    faculty_id: Mapped[int | None] = mapped_column(ForeignKey("faculty.id"), index=True)
    names: Mapped[Names] = mapped_column(JSON)
    province: Mapped[str | None] = mapped_column(String(10))
    direction: Mapped[str | None] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)


class Topic(Base):
    """A professional focus to choose."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)
