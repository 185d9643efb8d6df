"""A list that leaves the house as one file, behind a link: made first, then noted, so that the log tells no untruth."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import speaking
from bot.conversation.routing import Made, ToDraw
from db.models.members import Code
from handlers.exports.links import About, Asker, Link, Title, examine, owner_of, press


@dataclass(frozen=True, slots=True)
class Listed:
    """The file; and the newest row in it, where more may come in while it is drawn."""

    file: Made | ToDraw
    last: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What a link hands out: `make` makes the file, `note` writes down that it leaves, with rows up to a newest one."""

    about: About
    title: Title
    make: Callable[[Session, Code, Link, datetime], Listed]
    note: Callable[[Session, Code, Link, datetime, int], None]

    def prepare(self, session: Session, house: House, asker: Asker, now: datetime) -> tuple[Link, Listed | None]:
        """The file of a good link, in the language and by the clock of whoever asked. Notes nothing yet: drawing it may
        fail."""
        link, code = examine(session, house, asker, now, {self.about: self.title})
        if code is None:
            return link, None
        owner = owner_of(session, code)
        with speaking(owner.language, owner.zone):
            return link, self.make(session, code, link, now)

    def hand_out(self, session: Session, house: House, asker: Asker, now: datetime, last: int) -> Link:
        """The file leaves the house now, and the log says so, however often the button is pressed. Whoever was a moment
        faster with the same link has it."""
        link, code = examine(session, house, asker, now, {self.about: self.title})
        if code is not None:
            press(code, asker)
            self.note(session, code, link, now, last)
        return link
