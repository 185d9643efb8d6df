"""What the university knows about people from its own lists, before they come themselves; and how a list comes in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from db.models.base import Base
from db.models.places import FoldedText


class ImportState(StrEnum):
    """OPEN: no file yet; READING: it is looked at; MAPPING: the columns are to be confirmed; CHECKING, CHECKED: the dry
    run; TAKING is the point of no return: it is finished whatever happens; TAKEN: its records count."""

    OPEN = "open"
    READING = "reading"
    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    TAKING = "taking"
    TAKEN = "taken"
    GIVEN_UP = "given_up"
    FAILED = "failed"


class Import(Base):
    """A list that came in as a file.

    `layout` is how its lines are read (`bot.domain.importing.layout.Layout`); `counts` how many lines got which
    verdict; `done` of `total` how far the job is; `cursor` the last line that was written down for good; `fault` why
    it failed, with the line where there is one.
    """

    __tablename__ = "import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open','reading','mapping','checking','checked','taking','taken','given_up','failed')",
            name="state",
        ),
        Index("ix_import_state_changed_at", "state", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=ImportState.OPEN)
    file_name: Mapped[str | None] = mapped_column(String(120))
    layout: Mapped[dict[str, Any] | None]
    counts: Mapped[dict[str, Any] | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(default=0)
    fault: Mapped[dict[str, Any] | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]


class ImportPiece(Base):
    """The file, in pieces: processes share nothing but the database."""

    __tablename__ = "import_piece"

    import_id: Mapped[int] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))


class ImportRow(Base):
    """A line of a file that is being looked through, and what was found. `cells` is what stands there, by meaning,
    and `said` what it means; both are emptied when the import is over. `remarks` are [reason, about] (see
    `bot.domain.importing.lines`); `decision` what a person says about a doubtful line."""

    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint("verdict IN ('new','changed','same','doubtful','wrong','erased')", name="verdict"),
        CheckConstraint("decision IN ('same','other','take')", name="decision"),
        Index("ix_import_row_import_id_verdict_line", "import_id", "verdict", "line"),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verdict: Mapped[str] = mapped_column(String(8))
    cells: Mapped[dict[str, Any] | None]
    said: Mapped[dict[str, Any] | None]
    remarks: Mapped[list[list[str]] | None] = mapped_column(JSON)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="SET NULL"), index=True)
    decision: Mapped[str | None] = mapped_column(String(6))


class Record(Base):
    """What the university knows about a person. It counts once its import is taken (`db.records.counts`); `member_id`
    is who it turned out to be; `invited_at` when a code for them was last taken along; `line` where it stood in the
    file."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("import_id", "line"),
        Index("ix_record_institution_id_programme_id", "institution_id", "programme_id"),
        Index("ix_record_institution_id_external_id", "institution_id", "external_id"),
        CheckConstraint("from_year IS NULL OR to_year IS NULL OR from_year <= to_year", name="years"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(120))
    other_name: Mapped[str | None] = mapped_column(String(120))
    external_id: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    from_year: Mapped[int | None]
    to_year: Mapped[int | None]
    province: Mapped[str | None] = mapped_column(String(6))
    direction: Mapped[str | None] = mapped_column(String(12))
    relation: Mapped[str | None] = mapped_column(String(30))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    invited_at: Mapped[datetime | None]
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"))
    line: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class RecordName(Base):
    """A folded word or whole name by which a record is found: the same keys as a member's (`db.names.keys_of`)."""

    __tablename__ = "record_name"
    __table_args__ = (
        Index("ix_record_name_record_id", "record_id"),
        {"sqlite_with_rowid": False},
    )

    folded: Mapped[str] = mapped_column(FoldedText, primary_key=True)
    record_id: Mapped[int] = mapped_column(
        ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
