"""What whoever looks after the bot wants to know afterwards. Nothing here is about a member."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Fault(Base):
    """A turn that failed by our fault: the code its person was shown, what kind of error, where in the program."""

    __tablename__ = "fault"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(8))
    error: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(120))


class LastRun(Base):
    """When something that is done again and again was done last."""

    __tablename__ = "last_run"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]
